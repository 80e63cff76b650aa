"""A policy that was announced takes force in a running server, on its day and not before."""

import json
import time
import urllib.request
from datetime import timedelta

from privity.adapters import home as homes
from privity.adapters.home import Adopting, adopt_policy, open_home
from privity.settings import load
from tests.system.conftest import call, make_home, serving

WAIT = timedelta(seconds=8)
LONGEST = 60


def announced(url: str) -> str:
    """What the gateway tells an application about the notice, with an answer to a person."""
    body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "user": "zoe"}
    request = urllib.request.Request(
        url + "/v1/chat/completions",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": "Bearer sk-own"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["x-privity-notice"]


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
        told = announced(gateway.url)
        assert told.endswith(f"; from={since.date().isoformat()}")
        upcoming = json.loads(call(gateway.url + "/privity/notice"))["upcoming"]
        assert told.startswith(upcoming["notice"])
        assert "60 days" in upcoming["changes"][0]["after"]
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
