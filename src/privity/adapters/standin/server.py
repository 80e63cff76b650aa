"""The stand-in's HTTP server: loopback only, in memory only.

Besides the providers' endpoints it answers `GET /__standin/requests` (what it received, newest
last), `GET /__standin/stats`, `POST /__standin/reset` and `POST /__standin/behave` (fields of
`Behavior`), for tests in another process. It trusts its client and is a server for nothing else.
"""

from __future__ import annotations

import asyncio
import base64
from collections import Counter, deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

import httptools
import orjson

from privity.adapters.standin import replies
from privity.adapters.standin.behavior import FAILURES, Behavior, Mode, mode_of
from privity.adapters.standin.replies import Call, Reply
from privity.adapters.standin.request import Api, Asked, ask
from privity.adapters.standin.script import play

FIXED = (
    "Thank you for your message. I have looked at the order and everything seems to be in place. "
    "The parcel leaves within two working days, and a confirmation follows. "
    "Please write again if there is anything else that I can do for you today."
)
REASONS = {200: b"OK", 400: b"Bad Request", 404: b"Not Found", 429: b"Too Many Requests"}
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-cache\r\nx-request-id: req_standin\r\nrequest-id: req_standin\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
LAST_CHUNK = b"0\r\n\r\n"
PATHS = {api.value: api for api in Api}
Work: TypeAlias = "Coroutine[None, None, None]"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived. Header names are in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        """The path, without the query and without a prefix that names the provider."""
        path = self.target.split("?", 1)[0]
        for prefix in ("/openai", "/anthropic"):
            path = path.removeprefix(prefix) if path.startswith(prefix + "/") else path
        return path


@dataclass(slots=True)
class Standin:
    """A running stand-in: where it listens, and what it has seen."""

    behavior: Behavior
    seen: deque[Seen]
    counts: Counter[str] = field(default_factory=Counter)
    port: int = 0
    server: asyncio.Server | None = None
    turns: int = 0
    fixed: dict[tuple[Api, str, bool, bool], bytes] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address, without `/v1`."""
        return f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.close()

    def behave(self, behavior: Behavior) -> None:
        """Behave differently from now on."""
        self.behavior = behavior
        self.fixed.clear()
        self.turns = 0

    def reset(self) -> None:
        """Forget what was seen."""
        self.seen.clear()
        self.counts.clear()


async def start(behavior: Behavior, port: int = 0) -> Standin:
    """Start a stand-in on 127.0.0.1; port 0 takes a free one."""
    standin = Standin(behavior, deque(maxlen=behavior.record))
    loop = asyncio.get_running_loop()
    standin.server = await loop.create_server(
        lambda: Connection(standin), "127.0.0.1", port, backlog=1024
    )
    standin.port = standin.server.sockets[0].getsockname()[1]
    return standin


class Connection(asyncio.Protocol):
    """One connection; requests on it are answered in their order."""

    __slots__ = ("body", "headers", "parser", "queue", "standin", "target", "task", "transport")

    def __init__(self, standin: Standin) -> None:
        self.standin = standin
        self.queue: deque[Seen] = deque()
        self.task: asyncio.Task[None] | None = None
        self.parser = httptools.HttpRequestParser(self)
        self.on_message_begin()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop what is under way for this client."""
        del exc
        if self.task is not None:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        """Read requests from what arrived."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.close()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Start a request."""
        self.target, self.body = b"", bytearray()
        self.headers: list[tuple[str, str]] = []

    def on_url(self, url: bytes) -> None:
        """Take (a part of) the request's target."""
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))
        if name.lower() == b"expect":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self.body += body

    def on_message_complete(self) -> None:
        """Answer, or wait for the answer that is under way."""
        method = self.parser.get_method().decode("latin-1")
        target = self.target.decode("latin-1")
        self.queue.append(Seen(method, target, tuple(self.headers), bytes(self.body)))
        if self.task is None:
            self._pump()

    def _pump(self) -> None:
        while self.queue:
            work = self._answer(self.queue.popleft())
            if work is not None:
                self.task = asyncio.get_running_loop().create_task(work)
                self.task.add_done_callback(self._resume)
                return

    def _resume(self, task: asyncio.Task[None]) -> None:
        self.task = None
        if task.cancelled():
            return
        if task.exception() is not None:
            self.transport.abort()
            return
        self._pump()

    # The answers

    def _answer(self, seen: Seen) -> Work | None:
        """Write the answer at once, or return the work of writing it."""
        path = seen.path
        if path.startswith("/__standin/"):
            self._write(self._control(seen, path))
            return None
        self.standin.counts[path] += 1
        self.standin.seen.append(seen)
        api = PATHS.get(path)
        if api is None or seen.method != "POST":
            self._plain(seen, path)
            return None
        try:
            asked = ask(api, seen.body)
        except ValueError:
            self._write(replies.error(path, 400, "the body is not a JSON object"), 400)
            return None
        return self._model(asked, seen.body)

    def _plain(self, seen: Seen, path: str) -> None:
        match (seen.method, path):
            case ("POST", "/v1/embeddings"):
                self._write(replies.embeddings(seen.body))
            case ("POST", "/v1/messages/count_tokens"):
                self._write(replies.count_tokens(seen.body))
            case ("GET", "/v1/models"):
                self._write(replies.models())
            case ("GET", _) if path.startswith("/v1/models/"):
                self._write(replies.model(path.removeprefix("/v1/models/")))
            case ("HEAD" | "GET", "/"):
                self._write(b"")
            case _:
                self._write(replies.error(path, 404, "the stand-in has no such endpoint"), 404)

    def _control(self, seen: Seen, path: str) -> bytes:
        if path.endswith("/behave"):
            fields = orjson.loads(seen.body)
            fields["mode"] = Mode(fields.get("mode", self.standin.behavior.mode))
            self.standin.behave(replace(self.standin.behavior, **fields))
        if path.endswith("/reset"):
            self.standin.reset()
        if path.endswith("/requests"):
            return orjson.dumps([_shown(seen) for seen in self.standin.seen])
        return orjson.dumps(dict(self.standin.counts))

    def _model(self, asked: Asked, body: bytes) -> Work | None:
        behavior = self.standin.behavior
        mode = mode_of(asked.model, behavior.mode)
        if mode in FAILURES:
            self._fail(asked, int(mode))
            return None
        if mode is Mode.GARBAGE:
            kind = b"text/event-stream" if asked.stream else b"application/json"
            self._write(b"\xff\xfe<html>\x00{]\n\ndata: {\n\n", 200, kind)
            return None
        if mode is Mode.FIXED and not (behavior.delay_ms or behavior.first_ms):
            self.transport.write(self._fixed(asked))
            return None
        return self._speak(asked, self._reply(asked, mode, body), mode)

    def _fail(self, asked: Asked, status: int) -> None:
        message = f"the stand-in was told to fail; you said: {asked.text}"
        self._write(replies.error(asked.api.value, status, message), status)

    def _fixed(self, asked: Asked) -> bytes:
        key = (asked.api, asked.model, asked.stream, asked.usage)
        known = self.standin.fixed.get(key)
        if known is None:
            reply = Reply(FIXED)
            if asked.stream:
                made = replies.events(asked, reply, self.standin.behavior.chunk_chars)
                known = STREAM_HEAD + b"".join(map(_chunk, made)) + LAST_CHUNK
            else:
                known = _response(replies.whole(asked, reply), 200, b"application/json")
            self.standin.fixed[key] = known
        return known

    def _reply(self, asked: Asked, mode: Mode, body: bytes) -> Reply:
        behavior = self.standin.behavior
        if mode is Mode.FIXED:
            return Reply(FIXED)
        if mode is Mode.SCRIPT and behavior.script:
            line = behavior.script[self.standin.turns % len(behavior.script)]
            self.standin.turns += 1
            return play(line, asked, body)
        if asked.tool_result is not None:
            return Reply("Tool said: " + asked.tool_result)
        if mode is Mode.TOOL and asked.tools:
            return Reply("", _call(asked, behavior.tool))
        return Reply(asked.text)

    async def _speak(self, asked: Asked, reply: Reply, mode: Mode) -> None:
        behavior = self.standin.behavior
        await asyncio.sleep(behavior.first_ms / 1000)
        if asked.stream:
            parts = _split(replies.events(asked, reply, behavior.chunk_chars), behavior)
            self.transport.write(STREAM_HEAD)
        else:
            answer = _response(replies.whole(asked, reply), 200, b"application/json")
            parts = [answer]
        broken = mode in (Mode.CUT, Mode.SLOW)
        if broken and not asked.stream:
            parts = [parts[0][: len(parts[0]) // 2]]
        elif broken:
            parts = parts[: len(parts) // 2]
        for part in parts:
            self.transport.write(_chunk(part) if asked.stream else part)
            await asyncio.sleep(behavior.delay_ms / 1000)
        if mode is Mode.SLOW:
            await asyncio.Event().wait()
        if broken:
            self.transport.close()
        elif asked.stream:
            self.transport.write(LAST_CHUNK)

    def _write(self, body: bytes, status: int = 200, kind: bytes = b"application/json") -> None:
        self.transport.write(_response(body, status, kind))


def _call(asked: Asked, wanted: str) -> Call:
    tool = next((t for t in asked.tools if t.name == wanted), asked.tools[0])
    arguments = {tool.argument: asked.tail} if tool.argument else {}
    return Call(tool.name, orjson.dumps(arguments).decode())


def _response(body: bytes, status: int, kind: bytes) -> bytes:
    head = b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\nx-request-id: req_standin\r\n" % (
        status,
        REASONS.get(status, b"Error"),
        kind,
    )
    retry = b"retry-after: 1\r\n" if status == 429 else b""  # noqa: PLR2004 - HTTP's number
    length = b"request-id: req_standin\r\ncontent-length: %d\r\n\r\n" % len(body)
    return head + retry + length + body


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _split(events: Sequence[bytes], behavior: Behavior) -> list[bytes]:
    size = behavior.split_bytes
    if not size:
        return list(events)
    whole = b"".join(events)
    return [whole[i : i + size] for i in range(0, len(whole), size)]


def _shown(seen: Seen) -> dict[str, object]:
    return {
        "method": seen.method,
        "target": seen.target,
        "headers": seen.headers,
        "body": base64.b64encode(seen.body).decode(),
    }
