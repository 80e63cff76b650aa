"""The built-in echo model: it answers in this process, so a first exchange needs no provider.

Its answer repeats what it was sent, so that one sees the person's own words come back although the
model received pseudonyms. It calls a tool when one is offered and none was called yet.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson

from privity.adapters.standin import replies
from privity.adapters.standin.request import Api, Asked, ask
from privity.errors import UpstreamUnavailable
from privity.gateway.ports import Answer, Outbound
from privity.gateway.wire.endpoint import Endpoint

CHUNK_CHARS = 12
_APIS = {
    Endpoint.CHAT: Api.CHAT,
    Endpoint.RESPONSES: Api.RESPONSES,
    Endpoint.MESSAGES: Api.MESSAGES,
}
_JSON = (("content-type", "application/json"), ("request-id", "req_echo"))
_EVENTS = (("content-type", "text/event-stream; charset=utf-8"), ("request-id", "req_echo"))


class EchoModel:
    """A provider that needs no network."""

    __slots__ = ()

    async def send(self, request: Outbound) -> Answer:
        """Answer at once."""
        api = _APIS.get(request.endpoint)
        if api is None:
            return EchoAnswer(200, _JSON, (_small(request),))
        try:
            asked = ask(api, request.body.data)
        except ValueError:  # the inner error holds the document
            message = "the echo model cannot read the body"
            raise UpstreamUnavailable(message) from None
        reply = _reply(asked)
        if asked.stream:
            return EchoAnswer(200, _EVENTS, tuple(replies.events(asked, reply, CHUNK_CHARS)))
        return EchoAnswer(200, _JSON, (replies.whole(asked, reply),))

    async def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class EchoAnswer:
    """An answer that is there already."""

    status: int
    headers: tuple[tuple[str, str], ...]
    parts: tuple[bytes, ...]

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the parts."""
        for part in self.parts:
            yield part

    async def close(self) -> None:
        """Nothing is open."""


def _small(request: Outbound) -> bytes:
    match request.endpoint:
        case Endpoint.EMBEDDINGS:
            return replies.embeddings(request.body.data)
        case Endpoint.COUNT_TOKENS:
            return replies.count_tokens(request.body.data)
        case _:
            name = request.path.removeprefix(Endpoint.OPENAI_MODELS.path).strip("/")
            return replies.model(name) if name else replies.models()


def _reply(asked: Asked) -> replies.Reply:
    if asked.tool_result is not None:
        return replies.Reply(f"The tool answered: {asked.tool_result}")
    if asked.tools and asked.tools[0].argument is not None:
        tool = asked.tools[0]
        arguments = orjson.dumps({tool.argument: asked.tail}).decode()
        return replies.Reply("", replies.Call(tool.name, arguments))
    text = asked.text or "nothing"
    return replies.Reply(f"This is the built-in model. You wrote: {text}")
