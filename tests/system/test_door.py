"""Limits by address and slow clients, on a running server with several workers and real sockets."""

import contextlib
import socket
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.conftest import Gateway, call, privity, serving

LIMIT = 6


@pytest.fixture(scope="module")
def limited(tmp_path_factory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("door")
    home = folder / "home"
    subprocess.run(privity("init", "--home", home), check=True, capture_output=True)
    change(home / "settings.toml", "workers", "1", "2")
    change(home / "settings.toml", "trusted_proxies", '""', '"127.0.0.0/8"')
    change(home / "settings.toml", "address_per_minute", "0", str(LIMIT))
    with serving(home, folder / "log") as gateway:
        yield gateway


def change(file: Path, name: str, was: str, now: str) -> None:
    text = file.read_text()
    assert f"# {name} = {was}" in text
    file.write_text(text.replace(f"# {name} = {was}", f"{name} = {now}"))


def ask(gateway: Gateway, path: str, address: str) -> tuple[int, dict[str, str]]:
    try:
        call(gateway.url + path, headers={"x-forwarded-for": f"1.1.1.1, {address}"})
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}
    return 200, {}


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/console/sign-in", "203.0.113.1"),
        ("/privacy/notice", "203.0.113.2"),
        ("/drp/v1/nothing", "203.0.113.3"),
        ("/v1/models", "203.0.113.4"),
    ],
)
def test_an_address_that_comes_too_often_is_refused_everywhere(
    limited: Gateway, path: str, address: str
) -> None:
    answers = [ask(limited, path, address) for _ in range(LIMIT + 1)]
    assert 429 not in [status for status, _ in answers[:-1]]
    assert answers[-1][0] == 429
    assert 1 <= int(answers[-1][1]["retry-after"]) <= 60
    assert answers[-1][1]["x-privity-code"] == "rate_limited"
    assert ask(limited, path, f"{address}9")[0] != 429


def test_who_watches_whether_the_server_lives_is_not_limited(limited: Gateway) -> None:
    statuses = [ask(limited, "/healthz", "203.0.113.5")[0] for _ in range(2 * LIMIT)]
    assert set(statuses) == {200}


@pytest.fixture(scope="module")
def hasty(tmp_path_factory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("hasty")
    home = folder / "home"
    subprocess.run(privity("init", "--home", home), check=True, capture_output=True)
    change(home / "settings.toml", "body_seconds", "30", "1")
    change(home / "settings.toml", "header_seconds", "10", "1")
    change(home / "settings.toml", "stall_seconds", "60", "1")
    with serving(home, folder / "log") as gateway:
        yield gateway


def connected(gateway: Gateway) -> socket.socket:
    host, _, port = gateway.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/console/sign-in", FORM),
        ("/privacy/sign-out", FORM),
        ("/drp/v1/data-rights-request", "application/json"),
    ],
)
def test_a_body_that_does_not_arrive_is_not_awaited(hasty: Gateway, path: str, kind: str) -> None:
    with connected(hasty) as client:
        head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\n"
        client.sendall(f"{head}content-length: 1000\r\n\r\na=b".encode())
        began = time.monotonic()
        answer = client.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 4")
        assert time.monotonic() - began < 8


@pytest.mark.parametrize("path", ["/console/sign-in", "/privacy/sign-out"])
def test_a_body_that_is_too_large_is_refused_before_it_is_whole(hasty: Gateway, path: str) -> None:
    with connected(hasty) as client:
        head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {FORM}\r\n"
        client.sendall(f"{head}content-length: 900000000\r\n\r\n".encode() + b"a" * 400_000)
        assert client.recv(65_536).startswith(b"HTTP/1.1 4")


def test_who_takes_nothing_of_what_is_answered_is_cut_off(hasty: Gateway) -> None:
    asked = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n"
    with connected(hasty) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        cut_off = False
        with contextlib.suppress(TimeoutError):
            try:
                for _ in range(200):
                    client.sendall(asked * 100)
                    time.sleep(0.05)
            except (ConnectionResetError, BrokenPipeError):
                cut_off = True
        assert cut_off


def test_who_takes_its_answers_in_time_gets_all_of_them(hasty: Gateway) -> None:
    asked = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n"
    with connected(hasty) as client:
        client.sendall(asked * 20)
        found = b""
        while found.count(b"HTTP/1.1 200") < 20:
            part = client.recv(65_536)
            assert part
            found += part
