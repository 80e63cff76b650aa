"""A gateway without sockets or files: the real path, over ports that a test can break."""

# ruff: noqa: ARG002, ASYNC110, PLR0913

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson

from privity.access.app_keys import App
from privity.adapters.counters import SharedCounters
from privity.adapters.detection import Scanner
from privity.audit.entry import Entry, Event
from privity.detect.ages_said import AgesSaid
from privity.detect.cache import CachedDetector
from privity.detect.engine import PatternDetector
from privity.errors import PrivityError
from privity.gateway.afterwards import Afterwards
from privity.gateway.http import Bounds, Exchanges
from privity.gateway.means import Decisions, Means, charters
from privity.gateway.ports import Outbound
from privity.gateway.report import Line
from privity.gateway.state import Effects
from privity.gateway.wire.endpoint import Provider
from privity.policy.load import load
from privity.policy.starter import starter
from privity.vault.home_secrets import create_secrets
from privity.vault.keep import Vault

EMAIL = "margaret.okafor@example.org"
JSON = ((b"content-type", b"application/json"), (b"host", b"127.0.0.1:8484"))
QUESTION = orjson.dumps(
    {"model": "m", "messages": [{"role": "user", "content": f"Write to {EMAIL}, please."}]}
)


class PlainCustodian:
    """Wraps nothing; can be broken."""

    error: PrivityError | None = None

    def wrap(self, key: bytes, place: bytes) -> bytes:
        if self.error:
            raise self.error
        return key

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        if self.error:
            raise self.error
        return wrapped


@dataclass
class Keys:
    """Wrapped keys by place: two words for a partition, three for a person."""

    held: dict[Any, Any]
    length: int

    def get(self, *place: Any) -> Any:
        return self.held.get(place[: self.length])

    def put(self, key: Any) -> Any:
        names = ("region", "purpose", "subject")[: self.length]
        return self.held.setdefault(tuple(getattr(key, name) for name in names), key)

    def next_version(self, subject: Any) -> int:
        return 1


@dataclass
class Kept:
    """A transaction of the journal below: what it holds becomes true at its end."""

    entries: list[Entry] = field(default_factory=list)
    sealed: list[Any] = field(default_factory=list)
    wrapped: dict[Any, Any] = field(default_factory=dict)

    @property
    def log(self) -> "Kept":
        return self

    @property
    def records(self) -> "Kept":
        return self

    @property
    def people(self) -> "Kept":
        return self

    def version(self, subject: Any) -> int:
        return 0

    @property
    def keys(self) -> Keys:
        return Keys(self.wrapped, 3)

    @property
    def partitions(self) -> Keys:
        return Keys(self.wrapped, 2)

    def append(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def put(self, record: Any) -> None:
        self.sealed.append(record)


class MemoryJournal:
    """Durable at once; can be broken at chosen writes."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.errors: dict[int, PrivityError] = {}
        self.writes = 0
        self.slow = 0.0

    async def write(self, work: Callable[[Any], Any]) -> Any:
        number, self.writes = self.writes, self.writes + 1
        await asyncio.sleep(self.slow)
        error = self.errors.get(number, self.errors.get(-1))
        if error is not None:
            raise error
        attempt = Kept(list(self.kept.entries), list(self.kept.sealed), dict(self.kept.wrapped))
        result = work(attempt)
        self.kept = attempt
        return result

    def events(self) -> list[Event]:
        return [entry.event for entry in self.kept.entries]

    def last(self) -> Entry:
        return self.kept.entries[-1]


@dataclass
class Answer:
    """What the provider says: parts, each of them bytes, a pause, or an error."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)
    parts: Sequence[bytes | float | PrivityError] = ()
    closed: bool = False

    async def chunks(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            if isinstance(part, PrivityError):
                raise part
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                yield part

    async def close(self) -> None:
        self.closed = True


class MemoryUpstream:
    """A provider that remembers what it received."""

    def __init__(self) -> None:
        self.seen: list[Outbound] = []
        self.answer: Callable[[Outbound], Answer] = echo
        self.error: PrivityError | None = None
        self.pause = 0.0
        self.answers: list[Answer] = []

    async def send(self, request: Outbound) -> Answer:
        self.seen.append(request)
        await asyncio.sleep(self.pause)
        if self.error is not None:
            raise self.error
        self.answers.append(self.answer(request))
        return self.answers[-1]

    async def close(self) -> None:
        pass


def echo(request: Outbound) -> Answer:
    """The last message, as a chat answer."""
    if not request.body.data:
        return Answer(parts=[b'{"object":"list","data":[]}'])
    said = orjson.loads(request.body.data)["messages"][-1]["content"]
    return Answer(parts=[chat(said)])


def chat(said: str) -> bytes:
    message = {"role": "assistant", "content": said}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return orjson.dumps({"id": "c", "object": "chat.completion", "choices": [choice]})


def delta(said: str) -> bytes:
    choice = {"index": 0, "delta": {"content": said}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "choices": [choice]}
    return b"data: " + orjson.dumps(chunk) + b"\n\n"


def streamed(*parts: bytes | float | PrivityError) -> Callable[[Outbound], Answer]:
    headers = (("content-type", "text/event-stream"),)
    return lambda _: Answer(headers=headers, parts=parts)


class Nobody:
    def holder(self, key: str) -> App | None:
        return None


@cache
def detector() -> PatternDetector:
    return PatternDetector.load()


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    complete: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)

    @property
    def code(self) -> str:
        return orjson.loads(self.body)["error"]["code"]


class Gateway:
    """Everything of one gateway, open to a test."""

    def __init__(self, **bounds: float) -> None:
        policy = load(starter(), "starter")
        self.journal = MemoryJournal()
        self.upstream = MemoryUpstream()
        self.custodian = PlainCustodian()
        self.counters = SharedCounters()
        self.lines: list[tuple[Line, dict[str, str | int]]] = []
        self.apps: Any = Nobody()
        self.afterwards = Afterwards(100, self.report)
        scanner = Scanner(CachedDetector(detector(), bytes(32), 1000))
        self.means = Means(
            policy=policy,
            charters=charters(policy, dict.fromkeys(Provider, "builtin"), 64),
            decisions=Decisions(policy),
            effects=Effects(policy, frozenset({policy.digest})),
            secrets=create_secrets(),
            find=scanner.find,
            ages=AgesSaid(bytes(32), 1000),
            apart=scanner.apart,
            journal=self.journal,
            vault=Vault(self.custodian),
            upstream=self.upstream,
            held=frozenset(),
            counters=self.counters,
            clock=lambda: datetime.now(UTC),
            afterwards=self.afterwards,
        )
        given = {
            "max_body_bytes": 1 << 20,
            "body_seconds": 5,
            "exchange_seconds": 60,
            "max_concurrency": 50,
            **bounds,
        }
        self.bounds = Bounds(**given, local=True)

    def report(self, line: Line, facts: Any) -> None:
        self.lines.append((line, dict(facts)))

    def with_means(self, **parts: Any) -> "Gateway":
        self.means = replace(self.means, **parts)
        return self

    def app(self) -> Exchanges:
        return Exchanges(self.means, self.apps, self.bounds, self.afterwards, self.report)

    def ask(self, body: bytes = QUESTION, **more: Any) -> Reply:
        """Send one request to a new event loop; return when its answer and its end are there."""
        return asyncio.run(self.asking(body, **more))

    async def asking(self, body: bytes = QUESTION, **more: Any) -> Reply:
        reply = await exchange(self.app(), body, **more)
        await self.afterwards.drain(10)
        return reply


async def exchange(
    app: Any,
    body: bytes = QUESTION,
    *,
    path: str = "/v1/chat/completions",
    method: str = "POST",
    headers: Sequence[tuple[bytes, bytes]] = (),
    query: bytes = b"",
    leave: asyncio.Event | None = None,
    parts: Sequence[bytes | float] | None = None,
    stalls: bool = False,
) -> Reply:
    """Run one request; `leave`: when the client goes; `stalls`: it does not read its answer."""
    reply = Reply()
    waiting = list(parts if parts is not None else [body])

    async def receive() -> dict[str, Any]:
        while waiting and isinstance(waiting[0], float):
            await asyncio.sleep(waiting.pop(0))
        if waiting:
            part = waiting.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(waiting)}
        await (leave or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            await asyncio.sleep(60 if stalls else 0)
            reply.parts.append(message["body"])
            reply.complete = not message["more_body"]

    given = dict(JSON) | dict(headers)
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": list(given.items()),
    }
    await app(scope, receive, send)
    return reply
