"""Who connects and sends no request costs little, and not for long."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.system.conftest import Gateway, make_home, serving

LIMIT = 65_536
SECONDS = 1
HEAD = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n"
POST = (
    b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory) -> Iterator[Gateway]:
    """A server that waits one second for headers."""
    folder = tmp_path_factory.mktemp("hasty")
    home = make_home(folder / "home", "http://127.0.0.1:9")
    settings = home / "settings.toml"
    lines = settings.read_text().replace("# header_seconds = 10", f"header_seconds = {SECONDS}")
    settings.write_text(lines)
    with serving(home, folder / "log") as found:
        yield found


@contextmanager
def connected(gateway: Gateway) -> Iterator[socket.socket]:
    address = urlsplit(gateway.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as opened:
        yield opened


def answer(opened: socket.socket) -> bytes:
    """Read until the server closes."""
    parts = []
    try:
        while part := opened.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def sent_until_cut_off(opened: socket.socket, part: bytes, most: int) -> int:
    sent = 0
    try:
        while sent < most:
            opened.sendall(part)
            sent += len(part)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return sent


def one_answer(opened: socket.socket) -> bytes:
    found = opened.recv(65_536)
    while b'"ok"' not in found:
        found += opened.recv(65_536)
    return found


@pytest.mark.parametrize("begun", [b"GET /", HEAD + b"x: ", HEAD])
def test_headers_without_end_are_refused(hasty: Gateway, begun: bytes) -> None:
    with connected(hasty) as opened:
        opened.sendall(begun + b"a" * (LIMIT + 1 - len(begun)))
        assert answer(opened).startswith(b"HTTP/1.1 431 ")


def test_many_headers_are_refused_as_one_is(hasty: Gateway) -> None:
    line = b"x-a: " + b"b" * 57 + b"\r\n"
    with connected(hasty) as opened:
        opened.sendall(HEAD + line * (LIMIT // len(line)))
        assert answer(opened).startswith(b"HTTP/1.1 431 ")


def test_headers_within_the_limit_are_read(hasty: Gateway) -> None:
    end = b"\r\nconnection: close\r\n\r\n"
    with connected(hasty) as opened:
        opened.sendall(HEAD + b"x: " + b"a" * (LIMIT - len(HEAD) - len(end) - 3) + end)
        assert answer(opened).startswith(b"HTTP/1.1 200 ")


def test_headers_of_a_later_request_are_bounded_too(hasty: Gateway) -> None:
    with connected(hasty) as opened:
        opened.sendall(HEAD + b"\r\n")
        one_answer(opened)
        opened.sendall(HEAD + b"x: " + b"a" * LIMIT)
        assert answer(opened).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("part", [b"x: " + b"a" * 61 + b"\r\n", b"a" * 64], ids=["many", "one"])
def test_fields_after_a_body_without_end_are_cut_off(hasty: Gateway, part: bytes) -> None:
    with connected(hasty) as opened:
        opened.sendall(POST + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nx: y")
        assert sent_until_cut_off(opened, part * 1024, 2**26) < 2**26


@pytest.mark.parametrize("begun", [b"", b"G", HEAD, b"\r\n"])
def test_who_sends_no_whole_headers_is_cut_off(hasty: Gateway, begun: bytes) -> None:
    with connected(hasty) as opened:
        opened.sendall(begun)
        assert answer(opened) == b""


def test_headers_that_trickle_in_are_cut_off(hasty: Gateway) -> None:
    with connected(hasty) as opened:
        opened.sendall(HEAD)
        assert trickled(opened, b"x: y\r\n") < 10 * SECONDS / 0.05


def test_a_later_request_that_is_not_finished_is_cut_off(hasty: Gateway) -> None:
    with connected(hasty) as opened:
        opened.sendall(HEAD + b"\r\n")
        one_answer(opened)
        opened.sendall(b"\r\n")
        assert answer(opened) == b""


def test_a_body_that_was_answered_already_is_not_awaited_for_ever(hasty: Gateway) -> None:
    with connected(hasty) as opened:
        opened.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 99999\r\n\r\n")
        one_answer(opened)
        assert trickled(opened, b"a") < 10 * SECONDS / 0.05


def test_a_connection_serves_one_request_after_the_other(hasty: Gateway) -> None:
    with connected(hasty) as opened:
        for _ in range(3):
            opened.sendall(HEAD + b"\r\n")
            one_answer(opened)
            time.sleep(0.6 * SECONDS)


def trickled(opened: socket.socket, part: bytes) -> int:
    """Send a little again and again; return how often that went well."""
    times = 0
    try:
        while times < 20 * SECONDS / 0.05:
            opened.sendall(part)
            times += 1
            time.sleep(0.05)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return times
