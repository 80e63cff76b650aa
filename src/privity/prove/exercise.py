"""Send planted data down every path of a server: answered, failed, refused, cut off and killed.

The phases, in order:

 1. conversations: every endpoint and position, plain and streamed
 2. tool calls in answers, plain and streamed
 3. errors of the provider, which repeat what they were sent
 4. refused requests, wrong in many ways
 5. clients that leave in the middle of an answer
 6. crashes: the server is stopped, killed and aborted in the middle of an answer, and started again
 7. what everyone else sees meanwhile: pages, metrics, and answers to requests without planted data
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import aiohttp

from privity.adapters.standin import Standin
from privity.prove.canaries import Canary
from privity.prove.child import Child
from privity.prove.odd import odd_requests
from privity.prove.positions import CHAT, GREETING, MESSAGES, STREAMED, Position, positions

CONVERSATIONS = "conversations"
TOOL_CALLS = "tool calls in answers"
FAILURES = "errors of the provider"
REFUSED = "refused requests"
LEFT = "clients that left"
STOPPED = "stopped while answering"
KILLED = "killed while answering"
ABORTED = "aborted while answering"
CRASHES = {STOPPED: signal.SIGTERM, KILLED: signal.SIGKILL, ABORTED: signal.SIGABRT}
PHASES = (CONVERSATIONS, TOOL_CALLS, FAILURES, REFUSED, LEFT, *CRASHES)
PAGES = ("/", "/notice", "/metrics", "/healthz", "/readyz", "/openapi.json")
WRONG = ("standin-400", "standin-500", "standin-429", "standin-cut", "standin-garbage")
TOOL = {"type": "object", "properties": {"command": {"type": "string"}}}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request: what was sent where, what the provider saw of it, and what came back."""

    phase: str
    name: str
    status: int
    seen: tuple[bytes, ...]
    back: bytes


@dataclass(slots=True)
class Exercise:
    """A run over all phases. `look` is called whenever the child is worth looking into."""

    child: Child
    standin: Standin
    session: aiohttp.ClientSession
    planted: Mapping[str, Sequence[Canary]]
    look: Callable[[int], None]
    crashes: Mapping[str, signal.Signals]
    exchanges: list[Exchange] = field(default_factory=list)
    public: list[tuple[str, bytes]] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Go through all phases; the child is stopped at the end."""
        await self.child.start(self.session)
        await self._conversations()
        await self._tool_calls()
        await self._failures()
        await self._refused()
        await self._left()
        self.look(self.child.pid)
        await self._others()
        for phase, number in self.crashes.items():
            await self._crash(phase, number)
        await self._others()
        self.look(self.child.pid)
        await self.child.end(signal.SIGTERM)

    def _text(self, phase: str) -> str:
        return " ".join(canary.sentence for canary in self.planted[phase])

    async def _conversations(self) -> None:
        text = self._text(CONVERSATIONS)
        for position in positions():
            for stream in (False, True) if position.path in STREAMED else (False,):
                await self._send(CONVERSATIONS, position, text, "standin-echo", stream=stream)

    async def _tool_calls(self) -> None:
        text = self._text(TOOL_CALLS)
        for position in positions():
            if position.comes_back:
                calling = replace(position, body=_offering(position))
                for stream in (False, True):
                    await self._send(TOOL_CALLS, calling, text, "standin-tool", stream=stream)

    async def _failures(self) -> None:
        text = self._text(FAILURES)
        for position in positions():
            if position.comes_back:
                for model in WRONG:
                    for stream in (False, True):
                        await self._send(FAILURES, position, text, model, stream=stream)

    async def _refused(self) -> None:
        for odd in odd_requests(self._text(REFUSED)):
            await self._exchange(REFUSED, odd.name, odd.method, odd.target, (odd.body, odd.headers))

    async def _left(self) -> None:
        """Leave after the first bytes of an answer, and in the middle of a request."""
        for position in positions():
            if position.comes_back:
                async with self._slow(position, LEFT) as answer:
                    await answer.content.readany()
                    self.look(self.child.pid)
        body = _only(CHAT).request(self._text(LEFT), "standin-echo", stream=False)
        port = int(self.child.url.rsplit(":", 1)[1])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {CHAT} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        writer.write(f"{head}content-length: {len(body) + 10}\r\n\r\n".encode() + body)
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()

    async def _crash(self, phase: str, number: signal.Signals) -> None:
        async with self._slow(_only(CHAT), phase) as chat, self._slow(_only(MESSAGES), phase):
            await chat.content.readany()
            self.look(self.child.pid)
            self.ends[phase] = await self.child.end(number)
        await self.child.start(self.session)

    async def _others(self) -> None:
        """Collect what others can see: pages, good answers, and error bodies."""
        for page in PAGES:
            self.public.append((page, await self._get(page)))
        for position in positions():
            body = position.request(GREETING, "standin-echo", stream=False)
            self.public.append((position.path, await self._post(position.path, body)))
        for odd in odd_requests(GREETING):
            url = self.child.url + odd.target
            call = self.session.request(odd.method, url, data=odd.body, headers=odd.headers)
            with suppress(aiohttp.ClientError):
                async with call as answer:
                    self.public.append((odd.name, _head(answer) + await answer.read()))

    def _slow(self, position: Position, phase: str) -> aiohttp.client._RequestContextManager:
        """Start a streamed answer that never ends by itself."""
        body = position.request(self._text(phase), "standin-slow", stream=True)
        return self.session.post(self.child.url + position.path, data=body, headers=_JSON)

    async def _send(
        self, phase: str, position: Position, text: str, model: str, *, stream: bool
    ) -> None:
        way = "streamed" if stream else "plain"
        name = f"{position.path} {position.name}, {way}, {model}"
        body = position.request(text, model, stream=stream)
        headers = dict(_JSON)
        if self.child.regions:
            turn = len(self.exchanges) % len(self.child.regions)
            headers["x-privity-region"] = self.child.regions[turn].value
        await self._exchange(phase, name, "POST", position.path, (body, headers.items()))

    async def _exchange(
        self,
        phase: str,
        name: str,
        method: str,
        target: str,
        sent: tuple[bytes, Iterable[tuple[str, str]]],
    ) -> None:
        self.standin.reset()
        status, back = 0, b""
        body, headers = sent
        url = self.child.url + target
        with suppress(aiohttp.ClientError, ValueError):
            async with self.session.request(
                method, url, data=body, headers=dict(headers)
            ) as answer:
                status = answer.status
                async for part in answer.content.iter_any():
                    back += part
        seen = tuple(
            b"\n".join([s.target.encode(), repr(s.headers).encode(), s.body])
            for s in self.standin.seen
        )
        self.exchanges.append(Exchange(phase, name, status, seen, back))

    async def _get(self, page: str) -> bytes:
        async with self.session.get(self.child.url + page) as answer:
            return _head(answer) + await answer.read()

    async def _post(self, path: str, body: bytes) -> bytes:
        async with self.session.post(self.child.url + path, data=body, headers=_JSON) as answer:
            return _head(answer) + await answer.read()


_JSON = {"content-type": "application/json"}


def _head(answer: aiohttp.ClientResponse) -> bytes:
    return b"\n".join(name + b": " + value for name, value in answer.raw_headers) + b"\n\n"


def _only(path: str) -> Position:
    """Return the plainest position of an endpoint."""
    return next(p for p in positions() if p.path == path and p.comes_back)


def _offering(position: Position) -> Callable[[str], dict[str, object]]:
    """Return the position's body with a tool offered, in the endpoint's own shape."""
    plain = {"name": "run", "description": "Runs a command."}
    tool: dict[str, object] = {"type": "function", **plain, "parameters": TOOL}
    if position.path == CHAT:
        tool = {"type": "function", "function": {**plain, "parameters": TOOL}}
    if position.path == MESSAGES:
        tool = {**plain, "input_schema": TOOL}
    return lambda text: {**position.body(text), "tools": [tool]}
