"""One request is one request for everybody: nothing is smuggled past a proxy (RFC 9112).

The criterion behind a proxy: the provider sees as many messages as were answered, and who comes
next gets the answer to their own message.
"""

import json
import urllib.request
from collections.abc import Iterator

import pytest

from tests.security import proxies
from tests.security.wire import HOST, JSON, POST, chunked, exchange, said, with_length

BODY = said("apple")
HIDDEN = with_length(said("hidden"))
"""A request that an attacker wants somebody to take for the beginning of another's."""
TWICE = b"Content-Length: %d\r\n" % len(BODY)
AMBIGUOUS = {
    "length before coding": POST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    + chunked(BODY)
    + HIDDEN,
    "coding before length": POST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
    + chunked(BODY)
    + HIDDEN,
    "two lengths": POST + TWICE + b"Content-Length: 4\r\n\r\n" + BODY + HIDDEN,
    "the same length twice": POST + TWICE + TWICE + b"\r\n" + BODY,
    "a list of lengths": POST + b"Content-Length: %d, 4\r\n\r\n" % len(BODY) + BODY + HIDDEN,
    "a signed length": POST + b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "a negative length": POST + b"Content-Length: -1\r\n\r\n" + BODY,
    "a hexadecimal length": POST + b"Content-Length: 0x10\r\n\r\n" + BODY,
    "a length without end": POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + BODY,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n" + chunked(BODY),
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + chunked(BODY),
    "no coding": POST + b"Transfer-Encoding: identity\r\n" + TWICE + b"\r\n" + BODY,
    "chunked is not last": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + chunked(BODY),
    "a coding before chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked(BODY),
    "chunked twice": POST + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n" + chunked(BODY),
    "a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + chunked(BODY),
    "a folded coding": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + chunked(BODY),
    "a folded line": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-A: b\r\n c\r\n\r\n",
    "bare line feeds": b"GET /healthz HTTP/1.1\nHost: 127.0.0.1\n\n",
    "one bare line feed": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\nX-A: b\r\n\r\n",
    "a bare carriage return": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\rX-A: b\r\n\r\n",
    "a chunk with a bare line feed": POST
    + b"Transfer-Encoding: chunked\r\n\r\n%x\n%b\n0\n\n" % (len(BODY), BODY)
    + HIDDEN,
    "an extension with a bare line feed": POST
    + b"Transfer-Encoding: chunked\r\n\r\n%x;a\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
    + HIDDEN,
    "a negative chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + BODY,
    "a chunk with 0x": POST + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk without end": POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n{}",
    "a chunk that spills": POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n0\r\n\r\n",
    "chunks of an old version": b"POST /v1/chat/completions HTTP/1.0\r\n"
    + HOST
    + JSON
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + chunked(BODY)
    + HIDDEN,
    "two hosts": b"GET /healthz HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "version 0.9": b"GET /healthz\r\n\r\n",
    "another version": b"GET /healthz HTTP/1.2\r\n" + HOST + b"\r\n",
    "the preface of version 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a zero byte in a header": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-A: a\0b\r\n\r\n",
    "a zero byte in the address": b"GET /healthz%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a space in a name": b"GET /healthz HTTP/1.1\r\n" + HOST + b"X A: b\r\n\r\n",
    "a control character": b"GET /heal\x01thz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n" + HIDDEN,
}


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_two_programs_could_read_differently_is_refused(gateway, provider, sent) -> None:
    heard = exchange(gateway.url, sent)
    assert heard.statuses == [400]
    assert heard.closed
    assert provider.seen() == []


def test_an_extension_of_a_chunk_changes_nothing(gateway, provider) -> None:
    sent = POST + b'Transfer-Encoding: chunked\r\n\r\n%x;a="b"\r\n%b\r\n0\r\n\r\n'
    assert exchange(gateway.url, sent % (len(BODY), BODY)).statuses == [200]
    assert len(provider.seen()) == 1


def test_fields_after_a_body_change_nothing(gateway, provider) -> None:
    after = b"0\r\nHost: evil.example\r\nX-Privity-Person: somebody\r\n\r\n"
    sent = POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(BODY), BODY) + after
    assert exchange(gateway.url, sent).statuses == [200]
    assert len(provider.seen()) == 1


def test_the_body_of_a_request_that_needs_none_is_no_request(gateway, provider) -> None:
    length = b"Content-Length: %d\r\n\r\n" % len(HIDDEN)
    heard = exchange(gateway.url, b"GET /healthz HTTP/1.1\r\n" + HOST + length + HIDDEN)
    assert heard.statuses == [200]
    assert provider.seen() == []


@pytest.fixture(scope="module", params=[proxies.nginx, proxies.haproxy], ids=["nginx", "haproxy"])
def proxied(request, gateway, tmp_path_factory) -> Iterator[str]:
    with request.param(gateway.url, tmp_path_factory.mktemp("proxy")) as url:
        yield url


@pytest.mark.parametrize("sent", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_nothing_is_hidden_from_a_proxy(proxied: str, provider, sent) -> None:
    answered = exchange(proxied, sent, 0.3).statuses.count(200) if b"/healthz" not in sent else 0
    for word in ("first", "second"):
        request = urllib.request.Request(
            proxied + "/v1/chat/completions", said(word), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            said_back = json.loads(answer.read())["choices"][0]["message"]["content"]
        assert word in said_back
    assert len(provider.seen()) == answered + 2
