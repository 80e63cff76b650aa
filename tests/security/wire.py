"""Bytes as no client library would send them, and what comes back."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"
POST = b"POST /v1/chat/completions HTTP/1.1\r\n" + HOST + JSON


def said(word: str) -> bytes:
    """The body of a message that the provider's stand-in repeats."""
    turn = {"role": "user", "content": f"Say {word} again."}
    return json.dumps({"model": "standin-echo", "messages": [turn]}).encode()


def with_length(body: bytes, head: bytes = POST) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


@dataclass(frozen=True)
class Heard:
    """What came back: everything, and whether the server closed."""

    data: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.data)]


def exchange(url: str, sent: bytes, seconds: float = 1.0, trusted: Path | None = None) -> Heard:
    """Send bytes on a connection of their own; listen until it is closed, or quiet for a while.

    `trusted`: speak TLS, and trust this authority.
    """
    with connected(url, trusted) as opened:
        opened.sendall(sent)
        return listen(opened, seconds)


def listen(opened: socket.socket, seconds: float) -> Heard:
    opened.settimeout(seconds)
    parts = []
    try:
        while part := opened.recv(65_536):
            parts.append(part)
    except TimeoutError:
        return Heard(b"".join(parts), closed=False)
    except ConnectionResetError:
        pass
    return Heard(b"".join(parts), closed=True)


@contextmanager
def connected(url: str, trusted: Path | None = None) -> Iterator[socket.socket]:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as opened:
        if trusted is None:
            yield opened
            return
        context = ssl.create_default_context(cafile=trusted)
        with context.wrap_socket(opened, server_hostname=address.hostname) as secure:
            yield secure
