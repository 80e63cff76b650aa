"""A home is made, served, looked at and stopped, as an operator does it."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from privity.adapters.home import open_home
from privity.adapters.sql.read import Reader
from privity.settings import load
from tests.system.conftest import (
    Gateway,
    Provider,
    free_port,
    make_home,
    privity,
    running,
    serving,
)

EMAIL = "margaret.okafor@example.org"
QUESTION = orjson.dumps(
    {"model": "m", "messages": [{"role": "user", "content": f"Write to {EMAIL}."}]}
)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        privity(*arguments), capture_output=True, text=True, check=False, timeout=60
    )


def reader(home: Path) -> Reader:
    return open_home(load(home)).journal.reader


def entries(home: Path) -> list[dict[str, object]]:
    with reader(home).snapshot() as snapshot:
        return [orjson.loads(body) for _, body in snapshot.entries(0)]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A home as `privity init` makes it; nothing in it depends on where it is."""
    folder = tmp_path_factory.mktemp("made")
    assert run("init", "--home", folder / "home").returncode == 0
    return folder / "home"


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home")


@pytest.fixture(scope="module")
def echoing(made: Path, tmp_path_factory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("echoing")
    with serving(shutil.copytree(made, folder / "home"), folder / "log") as found:
        yield found


def test_a_home_is_for_its_owner_alone(home: Path) -> None:
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in [home, *home.rglob("*")]}
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


def test_a_home_is_never_overwritten(home: Path) -> None:
    before = (home / "policy.toml").read_bytes()
    done = run("init", "--home", home)
    assert (done.returncode, "home_exists" in done.stderr) == (3, True)
    assert (home / "policy.toml").read_bytes() == before


def test_a_place_where_no_home_can_be_made_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = run("init", "--home", file / "home")
    assert (done.returncode, "home_exists" in done.stderr) == (3, True)


def test_a_home_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    policy = tmp_path / "bad.toml"
    policy.write_text("version = 1")
    done = run("init", "--home", tmp_path / "home", "--policy", policy)
    assert (done.returncode, "policy_invalid" in done.stderr) == (3, True)
    assert [file.name for file in tmp_path.iterdir()] == ["bad.toml"]


def test_a_provider_nobody_knows_needs_its_region(tmp_path: Path) -> None:
    url = "https://models.example.org/v1"
    refused = run("init", "--home", tmp_path / "home", "--upstream-openai", url)
    assert (refused.returncode, "--upstream-region" in refused.stderr) == (2, True)
    told = ("--upstream-openai", url, "--upstream-region", "eu")
    assert run("init", "--home", tmp_path / "home", *told).returncode == 0
    assert "models.example.org" in (tmp_path / "home" / "policy.toml").read_text()


def test_a_first_exchange_works_offline(echoing: Gateway) -> None:
    answer = echoing.post("/v1/chat/completions", QUESTION)
    assert answer.status == 200
    assert EMAIL in answer.body.decode()


def test_what_is_kept_and_written_of_it_names_no_one(echoing: Gateway) -> None:
    echoing.post("/v1/chat/completions", QUESTION)
    files = [file for file in echoing.home.rglob("*") if file.is_file()]
    assert [file.name for file in files if EMAIL.encode() in file.read_bytes()] == []


def test_health_and_readiness_are_told(echoing: Gateway) -> None:
    found = json.loads(call(echoing.url + "/readyz"))
    assert found == {"database": "ok", "keys": "ok", "detector": "ok"}
    assert call(echoing.url + "/healthz") == b'{"status":"ok"}'


def test_another_homes_key_makes_a_server_unready(home: Path, tmp_path: Path) -> None:
    with serving(home, tmp_path / "log") as gateway:
        key = home / "keys" / "root.key"
        key.write_bytes(os.urandom(32))
        time.sleep(1.1)  # for as long a finding is told again
        assert json.loads(call(gateway.url + "/readyz"))["keys"] == "key_store_unavailable"


def test_a_key_of_another_home_is_said_to_be_one(home: Path) -> None:
    key = home / "keys" / "root.key"
    key.write_bytes(os.urandom(32))
    done = run("doctor", "--home", home)
    assert (done.returncode != 0, "tampered" in done.stdout + done.stderr) == (True, False)
    assert "the root key is not the one of this home" in done.stdout + done.stderr


def test_a_port_in_use_is_said_with_the_way_out(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--home", home, "--port", str(port))
    assert done.returncode == 3
    assert f"port {port} of 127.0.0.1 is in use; choose another with --port" in done.stderr


def test_the_status_page_shows_counts(echoing: Gateway) -> None:
    echoing.post("/v1/chat/completions", QUESTION)
    assert b"e-mail addresses" in call(echoing.url + "/")
    assert b'category="contact.email"' in call(echoing.url + "/metrics")


@pytest.mark.parametrize("header", ["host: evil.example", "x-forwarded-for: 192.0.2.7"])
@pytest.mark.parametrize("path", ["/", "/metrics", "/v1/models"])
def test_who_only_looks_local_sees_nothing(echoing: Gateway, header: str, path: str) -> None:
    name, _, value = header.partition(": ")
    host = "" if name == "host" else "host: 127.0.0.1\r\n"
    head = f"GET {path} HTTP/1.1\r\n{host}{name}: {value}\r\nconnection: close\r\n\r\n"
    assert raw(echoing.url, head.encode()).startswith(b"HTTP/1.1 401")


def test_a_coding_agent_finds_someone_there(echoing: Gateway) -> None:
    head = b"HEAD / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
    assert raw(echoing.url, head).startswith(b"HTTP/1.1 200")


def test_a_stop_in_order_is_written(home: Path, tmp_path: Path) -> None:
    with serving(home, tmp_path / "log") as gateway:
        gateway.post("/v1/chat/completions", QUESTION)
        os.kill(gateway.pid, signal.SIGTERM)
        os.waitid(os.P_PID, gateway.pid, os.WEXITED | os.WNOWAIT)
    events = [entry["event"] for entry in entries(home)]
    assert events.index("exchange.ended") < events.index("service.stopped")
    assert events[-1] == "service.stopped"


def test_a_stop_ends_exchanges_that_do_not_end_by_themselves(
    provider: Provider, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home", provider.url)
    settings = home / "settings.toml"
    text = settings.read_text()
    settings.write_text(text.replace("# shutdown_seconds = 10", "shutdown_seconds = 1"))
    body = orjson.dumps({**orjson.loads(QUESTION), "model": "standin-slow", "stream": True})
    head = (
        b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    )
    with serving(home, tmp_path / "log") as gateway:
        port = int(gateway.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(head + body)
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
            os.kill(gateway.pid, signal.SIGTERM)
            os.waitid(os.P_PID, gateway.pid, os.WEXITED | os.WNOWAIT)
    events = [entry["event"] for entry in entries(home)]
    assert events[-2:] == ["exchange.ended", "service.stopped"]


def test_several_workers_share_one_log(home: Path, tmp_path: Path) -> None:
    port = free_port()
    command = privity("serve", "--home", home, "--port", str(port), "--workers", "2")
    with running(command, tmp_path / "log") as server:
        server.stdout.readline()
        wait_for(home, "service.started", 2)
        gateway = Gateway(f"http://127.0.0.1:{port}", home, server.pid)
        answers = [gateway.post("/v1/chat/completions", QUESTION).status for _ in range(6)]
    assert answers == [200] * 6
    assert [e["event"] for e in entries(home)].count("exchange.allowed") == 6


def test_beyond_local_mode_a_key_of_privity_is_needed(home: Path, tmp_path: Path) -> None:
    settings = home / "settings.toml"
    settings.write_text(settings.read_text().replace("# local = true", "local = false"))
    key = run("app", "add", "helpdesk", "--home", home).stdout.strip()
    with serving(home, tmp_path / "log") as gateway:
        path = "/v1/chat/completions"
        assert gateway.post(path, QUESTION).status == 401
        assert gateway.post(path, QUESTION, {"authorization": f"Bearer {key}x"}).status == 401
        assert gateway.post(path, QUESTION, {"authorization": f"Bearer {key}"}).status == 200
        assert gateway.post(path, QUESTION, {"x-api-key": key}).status == 200
    assert key not in (home / "privity.db").read_bytes().decode("latin-1")
    assert {e.get("app") for e in entries(home) if e["event"] == "exchange.allowed"} == {"helpdesk"}


def test_an_application_comes_and_goes(home: Path) -> None:
    assert run("app", "add", "helpdesk", "--home", home).stdout.startswith("pvt_")
    assert run("app", "add", "helpdesk", "--home", home).returncode == 2
    assert [a["name"] for a in json.loads(run("app", "list", "--json", "--home", home).stdout)] == [
        "helpdesk"
    ]
    assert run("app", "remove", "helpdesk", "--home", home).returncode == 0
    assert json.loads(run("app", "list", "--json", "--home", home).stdout) == []
    assert [e["event"] for e in entries(home)][-2:] == ["app.added", "app.removed"]


def test_a_policy_that_allows_more_does_not_start(home: Path) -> None:
    policy = home / "policy.toml"
    policy.write_text(policy.read_text().replace('"30 days"', '"60 days"'))
    done = run("serve", "--home", home, "--port", "0")
    assert (done.returncode, "policy_widened" in done.stderr) == (3, True)


def test_a_policy_that_allows_less_takes_force_and_is_written(home: Path, tmp_path: Path) -> None:
    policy = home / "policy.toml"
    policy.write_text(policy.read_text().replace('"30 days"', '"14 days"'))
    with serving(home, tmp_path / "log"):
        pass
    assert [e["event"] for e in entries(home)].count("policy.adopted") == 2


def test_a_doctor_finds_nothing_in_a_new_home(home: Path) -> None:
    done = run("doctor", "--json", "--home", home)
    assert {f["part"]: f["code"] for f in json.loads(done.stdout) if f["code"] != "ok"} == {}
    assert done.returncode == 0


def test_a_doctor_sees_a_key_that_others_can_read(home: Path) -> None:
    (home / "keys" / "root.key").chmod(0o644)
    done = run("doctor", "--json", "--home", home)
    found = {f["part"]: f["code"] for f in json.loads(done.stdout)}
    assert (done.returncode, found["files"], found["keys"]) == (1, "key_exposed", "key_exposed")


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    (home / "privity.db").write_bytes(b"not a database")
    done = run("serve", "--home", home, "--port", "0")
    assert done.returncode == 3
    assert "database_unavailable" in done.stderr


def test_a_database_that_breaks_while_serving_stops_everything(
    provider: Provider, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home", provider.url)
    with serving(home, tmp_path / "log") as gateway:
        with sqlite3.connect(home / "privity.db", timeout=10) as database:
            database.execute("DROP TABLE entry")
        database.close()
        answer = gateway.post("/v1/chat/completions", QUESTION)
    assert (answer.status, provider.seen()) == (503, [])
    assert EMAIL not in (tmp_path / "log").read_text() + answer.body.decode()


def test_a_doctor_says_when_the_policy_does_not_name_a_provider(home: Path) -> None:
    settings = home / "settings.toml"
    settings.write_text(
        settings.read_text().replace('openai = "builtin:echo"', 'openai = "http://127.0.0.1:9"')
    )
    found = json.loads(run("doctor", "--json", "--home", home).stdout)
    assert {f["part"]: f["code"] for f in found if f["code"] != "ok"} == {"openai": "not_permitted"}


def test_help_lists_every_command() -> None:
    shown = run("--help").stdout
    for name in ("init", "serve", "app", "doctor", "policy", "notice", "log", "scan", "prove"):
        assert f"\n  {name} " in shown


def call(url: str) -> bytes:
    head = f"GET /{url.split('/', 3)[3]} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
    return raw(url, head.encode()).partition(b"\r\n\r\n")[2]


def raw(url: str, sent: bytes) -> bytes:
    host, _, port = url.split("/")[2].partition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def wait_for(home: Path, event: str, times: int) -> None:
    for _ in range(1000):
        if [entry["event"] for entry in entries(home)].count(event) >= times:
            return
        signal.sigtimedwait([], 0.05)
    pytest.fail(f"{event} does not happen {times} times")
