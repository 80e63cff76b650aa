"""Build streams and read what came back."""

import json

from privity.gateway.replies.reply import Reply, reply_for
from privity.gateway.replies.sse import Splitter, frame
from privity.gateway.wire.endpoint import Endpoint
from privity.model.reveal import reveal
from privity.model.text import Raw

WORDS = {"[NAME_bcd234]": Raw("Zoë"), "[EMAIL_k7f3q9]": Raw('z"@x.org')}
EVENTS = "text/event-stream"


def streamed(endpoint: Endpoint) -> Reply:
    return reply_for(endpoint, EVENTS, 200, WORDS)


def event(data, name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


def trees(stream: bytes) -> list:
    return [json.loads(frame(raw).data) for raw in Splitter().feed(stream)]


def passed(endpoint: Endpoint, *events) -> list:
    """Feed events one by one; return the events that came out, checking that each came at once."""
    reply = streamed(endpoint)
    out = []
    for data in events:
        out += trees(reply.feed(event(data)))
    return out + trees(reply.close())


def texts(reply: Reply) -> list[tuple[str, str]]:
    return [(leaf.hint, reveal(leaf.raw)) for leaf in reply.leaves()]
