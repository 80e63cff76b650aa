"""The way back of one answer: the provider's bytes in, the client's bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from privity.gateway.replies import chat, messages, responses
from privity.gateway.replies.passed import PassedReply
from privity.gateway.replies.plain import PlainReply
from privity.gateway.replies.shape import Shape
from privity.gateway.replies.stream import StreamReply
from privity.gateway.restore import Known
from privity.gateway.wire.endpoint import Endpoint
from privity.model.text import Leaf, Raw

_ERROR = 400
_EVENTS = "text/event-stream"
_SHAPES: Mapping[Endpoint, Shape] = {
    Endpoint.CHAT: chat,
    Endpoint.RESPONSES: responses,
    Endpoint.MESSAGES: messages,
}


class Reply(Protocol):
    """An answer on its way back. One is made for each answer and fed once, in order.

    Bytes may come in any cut and never raise: what cannot be read passes as it came, with tokens
    in place, which are not personal data. The length may change; `Content-Length` cannot be kept.
    """

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes of the provider's decoded body; return what the client gets now."""
        ...

    def close(self) -> bytes:
        """End the answer, whole or broken off; return what the client still gets."""
        ...

    def leaves(self) -> tuple[Leaf, ...]:
        """Return the answer's texts as the model gave them, tokens in place; none for an error.

        They are to be minimized before they are kept: a model may write personal data of its own.
        """
        ...


def reply_for(
    endpoint: Endpoint, content_type: str, status: int, words: Mapping[str, Raw]
) -> Reply:
    """Return the way back of an answer with this status and media type.

    `words` maps the canonical tokens of the request, `[EMAIL_k7f3q9]`, to what they stand for.
    An answer of vectors or models holds no text of a person and passes; an error may echo the
    request, and is restored whatever the endpoint.
    """
    shape = _SHAPES.get(endpoint)
    streamed = content_type.partition(";")[0].strip().lower() == _EVENTS
    if not words or (shape is None and status < _ERROR):
        return PassedReply(shape if streamed else None)
    known = Known(words)
    if streamed and shape is not None:
        return StreamReply(shape, known)
    return PlainReply(known)
