"""Where a server says that it listens, and who goes by that."""

import subprocess
from pathlib import Path

import pytest

from privity.adapters.listening import as_served, listening, stopped
from privity.settings import load
from tests.homes import Living, make
from tests.system.conftest import Gateway, free_port, privity, quick, serving


@pytest.fixture
def living(tmp_path: Path) -> Living:
    return make(tmp_path / "home")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    folder = tmp_path_factory.mktemp("listening")
    with serving(quick(make(folder / "home").home), folder / "log") as found:
        yield found


def address(home: Path) -> tuple[str, int]:
    listen = as_served(load(home)).listen
    return listen.host, listen.port


def healthy(home: Path) -> tuple[int, str]:
    command = privity("healthy", "--home", home)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_the_address_of_a_server_holds_while_it_serves(living: Living) -> None:
    before = address(living.home)
    with listening(living.home, "::1", 9009):
        assert address(living.home) == ("::1", 9009)
        assert not stopped(living.home)
    assert address(living.home) == before
    assert stopped(living.home)


def test_one_of_two_servers_that_stops_leaves_the_other(living: Living) -> None:
    with listening(living.home, "127.0.0.1", 9009):
        with listening(living.home, "127.0.0.1", 12345):
            pass
        assert not stopped(living.home)


def test_where_it_listens_is_for_its_owner_alone(living: Living) -> None:
    with listening(living.home, "127.0.0.1", 9009):
        assert (living.home / "listening").stat().st_mode & 0o777 == 0o600


def test_a_link_leads_to_the_port_that_the_server_was_given(gateway: Gateway) -> None:
    command = privity("staff", "invite", "Ada", "ada@example.org", "--home", gateway.home)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(gateway.url.replace("127.0.0.1", "localhost") + "/console/join")


def test_a_server_is_well_at_the_port_that_it_was_given(gateway: Gateway) -> None:
    assert healthy(gateway.home) == (0, "well\n")


def test_another_homes_server_does_not_answer_for_one_that_stopped(
    living: Living, gateway: Gateway
) -> None:
    port = int(gateway.url.rpartition(":")[2])
    settings = living.home / "settings.toml"
    settings.write_text(settings.read_text().replace("[listen]\n", f"[listen]\nport = {port}\n"))
    with listening(living.home, "127.0.0.1", free_port()):
        pass
    assert healthy(living.home) == (1, "no answer: no server of this home runs\n")
