"""A provider over HTTP: one address, no redirects, no cookies, bounded answers, errors by class."""

import asyncio
import gzip
import stat
import zlib
from pathlib import Path

import aiohttp
import orjson
import pytest

from privity.adapters.detectors import Reading, open_detector
from privity.adapters.upstream.client import HttpUpstream, Target
from privity.adapters.upstream.credentials import Credential, read_credential
from privity.adapters.upstream.decode import decoder
from privity.adapters.upstream.echo import EchoModel
from privity.adapters.upstream.providers import credentials, host, open_providers
from privity.errors import CredentialMissing, KeyExposed, UpstreamUnavailable
from privity.gateway.ports import Outbound
from privity.gateway.wire.endpoint import Endpoint, Provider
from privity.model.text import Leaf, MinimizedBody, Raw, Slot
from privity.settings import Settings, parse

BODY = b'{"model":"m"}'
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
LIMIT = 1000


def answer(response: bytes, credential: Credential | None = None) -> tuple[bytes, bytes]:
    """Send a request to a server that says `response`; return what it saw and what was read."""
    return asyncio.run(talk(response, credential))


async def talk(response: bytes, credential: Credential | None) -> tuple[bytes, bytes]:
    seen: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(len(BODY)))
        writer.write(response)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    session = aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar())
    upstream = HttpUpstream(session, Target(f"http://127.0.0.1:{port}", credential, "", LIMIT))
    request = Outbound(Endpoint.CHAT, "/v1/chat/completions", "", (), MinimizedBody(BODY))
    try:
        reply = await upstream.send(request)
        try:
            return seen[0], b"".join([chunk async for chunk in reply.chunks()])
        finally:
            await reply.close()
    finally:
        await upstream.close()
        server.close()


def test_the_body_and_nothing_more_is_sent() -> None:
    seen, _ = answer(OK + b"content-length: 2\r\n\r\n{}")
    head, _, body = seen.partition(b"\r\n\r\n")
    assert body == BODY
    names = {line.split(b":")[0].lower() for line in head.split(b"\r\n")[1:]}
    assert names == {
        b"host",
        b"accept",
        b"accept-encoding",
        b"content-type",
        b"content-length",
        b"user-agent",
    }


def test_a_credential_is_shown_and_never_printed() -> None:
    seen, _ = answer(OK + b"content-length: 2\r\n\r\n{}", Credential("sk-secret"))
    assert b"Bearer sk-secret" in seen
    assert "secret" not in repr(Credential("sk-secret"))


def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(UpstreamUnavailable):
        answer(b"HTTP/1.1 307 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")


@pytest.mark.parametrize(
    "response",
    [
        OK + b"content-length: 99\r\n\r\n{",
        OK + b"transfer-encoding: chunked\r\n\r\n5\r\nabc",
        OK + b"content-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd",
        OK + b"content-encoding: br\r\ncontent-length: 4\r\n\r\nabcd",
        b"margaret@example.org\r\n\r\n",
        b"",
    ],
)
def test_a_broken_answer_is_one_error_that_quotes_nothing(response: bytes) -> None:
    with pytest.raises(UpstreamUnavailable) as caught:
        answer(response)
    assert "margaret" not in caught.value.detail
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, zlib.error)


def test_an_answer_over_the_limit_is_cut_off() -> None:
    with pytest.raises(UpstreamUnavailable):
        answer(OK + b"content-length: 2000\r\n\r\n" + b"a" * 2000)


def test_a_compressed_answer_is_read() -> None:
    data = gzip.compress(b'{"a":1}')
    head = OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(data)
    assert answer(head + data)[1] == b'{"a":1}'


def test_a_small_answer_that_unpacks_to_a_large_one_is_cut_off() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    with pytest.raises(UpstreamUnavailable):
        decoder("gzip", LIMIT).feed(bomb)


def test_a_provider_that_is_not_there_is_an_error() -> None:
    async def send() -> None:
        async with aiohttp.ClientSession() as session:
            upstream = HttpUpstream(session, Target("http://127.0.0.1:1", None, "", LIMIT))
            await upstream.send(Outbound(Endpoint.CHAT, "/v1", "", (), MinimizedBody(BODY)))

    with pytest.raises(UpstreamUnavailable):
        asyncio.run(send())


def test_the_echo_model_is_named_in_the_policy_as_builtin() -> None:
    assert host(Settings(Path("/h")), Provider.OPENAI) == "builtin"


def test_a_host_is_named_in_the_policy_with_its_port() -> None:
    settings = parse({"upstream": {"openai": "http://127.0.0.1:9100/v1"}}, Path("/h"))
    assert host(settings, Provider.OPENAI) == "127.0.0.1:9100"


def test_the_echo_model_answers_without_a_network() -> None:
    async def ask() -> bytes:
        providers = await open_providers(Settings(Path("/h")), {})
        body = MinimizedBody(
            b'{"model":"m","messages":[{"role":"user","content":"Hi [NAME_k7f3q9]"}]}'
        )
        reply = await providers.send(Outbound(Endpoint.MESSAGES, "/v1/messages", "", (), body))
        said = b"".join([chunk async for chunk in reply.chunks()])
        await reply.close()
        await providers.close()
        return said

    assert b"You wrote: Hi [NAME_k7f3q9]" in asyncio.run(ask())


def test_nothing_of_what_the_echo_model_says_itself_is_taken_for_somebody() -> None:
    async def ask() -> bytes:
        body = MinimizedBody(b'{"model":"m","messages":[{"role":"user","content":""}]}')
        request = Outbound(Endpoint.CHAT, "/v1/chat/completions", "", (), body)
        return b"".join([chunk async for chunk in (await EchoModel().send(request)).chunks()])

    said = orjson.loads(asyncio.run(ask()))["choices"][0]["message"]["content"]
    leaf = Leaf(Raw(said), Slot.TEXT, "")
    assert open_detector(None, Reading.FAST).find([leaf]) == ((),)


def test_a_key_comes_from_a_file_of_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-1\n")
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    credential = read_credential("file:key", tmp_path)
    assert credential is not None
    assert credential.header(Provider.ANTHROPIC) == ("x-api-key", "sk-1")
    file.chmod(0o644)
    with pytest.raises(KeyExposed):
        read_credential("file:key", tmp_path)


@pytest.mark.parametrize("source", ["env:PRIVITY_TEST_NO_SUCH_KEY", "file:none"])
def test_a_key_that_is_not_there_is_an_error(source: str, tmp_path: Path) -> None:
    with pytest.raises(CredentialMissing):
        read_credential(source, tmp_path)


def test_beyond_local_mode_a_provider_needs_a_key_of_ours() -> None:
    document = {"listen": {"local": False}, "upstream": {"openai": "https://models.example.org"}}
    with pytest.raises(CredentialMissing):
        credentials(parse(document, Path("/h")))
