"""A policy that was announced takes force in a running server, on its day and not before."""

import time
from datetime import timedelta

from privity.adapters import home as homes
from privity.adapters.home import Adopting, adopt_policy, open_home
from privity.settings import load
from tests.system.conftest import call, make_home, serving

WAIT = timedelta(seconds=6)
LONGEST = 60


def shown(url: str) -> str:
    return call(url + "/notice").decode()


def test_the_old_policy_holds_until_the_day_of_the_new_one(tmp_path, provider_process) -> None:
    home = make_home(tmp_path / "home", provider_process.url)
    file = home / homes.POLICY
    file.write_text(file.read_text().replace("30 days", "60 days"))
    since = homes.now() + WAIT
    adopt_policy(open_home(load(home)), Adopting("PR-1", since))
    with serving(home, tmp_path / "log") as gateway:
        assert "30 days" in shown(gateway.url)
        assert "60 days" not in shown(gateway.url)
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            try:
                if "60 days" in shown(gateway.url):
                    break
            except OSError:  # it starts again
                pass
            time.sleep(0.2)
        assert homes.now() >= since - timedelta(seconds=1)
        assert "60 days" in shown(gateway.url)
