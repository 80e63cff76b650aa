"""A server at its most talkative, with everything going wrong, says nothing of anybody."""

import json
import socket
import subprocess
from pathlib import Path

import pytest

from privity.adapters.logs import NAMES
from tests.system.conftest import Provider, make_home, quick, serving

CANARY = "Quillon-Vass-7731"
OWN = {"at", "level", "event"}


def hostile(port: int) -> list[bytes]:
    """Requests that fail at each place that could say something about them."""
    name = CANARY.encode()
    chat = b'{"model":"m","messages":[{"role":"user","content":"I am %b"}]}' % name
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n" % port
    kind = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n"
    return [
        head + kind % len(chat) + b"\r\n" + chat,
        head + kind % 9 + b"\r\n" + name[:9],
        head
        + kind % len(chat)
        + b"x-privity-person: %b\r\nx-privity-age-band: %b\r\n\r\n" % (name, name)
        + chat,
        b"GET /v1/models/%b?q=%b HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
        % (name, name),
        b"GET /%b HTTP/1.1\r\nhost: %b\r\ncookie: %b\r\nconnection: close\r\n\r\n"
        % (name, name, name),
        b"%b no http at all \x00\xff\r\n\r\n" % name,
        head + b"content-length: 99999\r\n\r\n" + name,
    ]


@pytest.fixture
def said(provider: Provider, tmp_path: Path) -> str:
    """What a server said of such requests; its provider breaks off, and its database is gone."""
    home = quick(make_home(tmp_path / "home", provider.url))
    settings = home / "settings.toml"
    loud = '[log]\nlevel = "debug"\nformat = "json"\n'
    settings.write_text(settings.read_text().replace("[log]\n", loud))
    with serving(home, tmp_path / "log") as gateway:
        port = int(gateway.url.rpartition(":")[2])
        for mode in ("echo", "500", "cut", "garbage"):
            with provider.behaving(mode=mode):
                for request in hostile(port):
                    _send(port, request)
        (home / "privity.db").rename(home / "gone.db")
        _send(port, hostile(port)[0])
    return (tmp_path / "log").read_text()


def _send(port: int, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.settimeout(3)
        connection.sendall(request)
        if b"99999" in request:
            return  # and leave, with most of the body owed
        try:
            while connection.recv(65_536):
                pass
        except (TimeoutError, ConnectionError):
            return


def test_every_line_is_closed_and_none_holds_a_word_of_anybody(said: str) -> None:
    lines = [json.loads(line) for line in said.splitlines()]
    assert {"refused", "started"} <= {line["event"] for line in lines}
    assert CANARY.lower() not in said.lower()
    assert {name for line in lines for name in line} <= OWN | NAMES


def test_commands_say_no_word_of_what_they_were_given(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", "http://127.0.0.1:9")
    (home / "privity.db").write_bytes(CANARY.encode() * 100)
    command = ["python", "-m", "privity", "doctor", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert CANARY not in done.stdout + done.stderr
