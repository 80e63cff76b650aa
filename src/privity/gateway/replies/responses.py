"""Where text grows in a stream of OpenAI responses.

Every event whose type ends in `.delta` adds to the text that its type and indices name; the
`.done` of the same type, part or item ends it and repeats it whole. Audio is not text.
"""

from __future__ import annotations

from collections.abc import Collection

from privity.gateway.replies.shape import Channel, Delta, Tree

_DELTA, _DONE = ".delta", ".done"
_BINARY = frozenset({"response.audio.delta"})
_CONTAINERS = frozenset(
    {"response.content_part", "response.reasoning_summary_part", "response.output_item"}
)
_LAST = frozenset({"response.completed", "response.incomplete", "response.failed", "error"})
_INDICES = ("output_index", "content_index", "summary_index", "command_index")


def deltas(event: Tree) -> list[Delta]:
    """Return the pieces of growing texts in an event."""
    kind, delta = str(event.get("type")), event.get("delta")
    if not kind.endswith(_DELTA) or kind in _BINARY:
        return []
    names: Channel = (kind.removesuffix(_DELTA), *_indices(event))
    if isinstance(delta, str):
        return [Delta(("delta",), delta, (*names, "delta"))]
    if isinstance(delta, dict):
        return [
            Delta(("delta", field), text, (*names, "delta", field))
            for field, text in delta.items()
            if isinstance(field, str) and isinstance(text, str)
        ]
    return []


def ended(event: Tree, channels: Collection[Channel]) -> list[Channel]:
    """Return the texts of the field, part, item or response that this event ends."""
    kind = str(event.get("type"))
    if kind in _LAST:
        return list(channels)
    if not kind.endswith(_DONE):
        return []
    stem, places = kind.removesuffix(_DONE), _indices(event)
    return [
        channel
        for channel in channels
        if (channel[0] == stem or stem in _CONTAINERS)
        and all(ours in (-1, theirs) for ours, theirs in zip(places, channel[1:], strict=False))
    ]


def tail(event: Tree, channel: Channel, text: str) -> Tree:
    """Return an event that adds text to one channel, with the number of the one before it.

    A client that resumes after that number still gets everything that follows.
    """
    kept = {key: value for key, value in event.items() if key != "obfuscation"}
    if "logprobs" in kept:
        kept["logprobs"] = []
    field, delta = channel[-1], event.get("delta")
    if isinstance(delta, dict):
        return {**kept, "delta": {str(field): text}}
    return {**kept, "delta": text}


def _indices(event: Tree) -> tuple[int, ...]:
    """Return the indices that an event names; -1 where it names none."""
    values = [event.get(name) for name in _INDICES]
    return tuple([value if isinstance(value, int) else -1 for value in values])
