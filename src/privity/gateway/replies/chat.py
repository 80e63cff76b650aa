"""Where text grows in a stream of OpenAI chat completion chunks.

A choice's `delta` holds pieces of its content, refusal, reasoning, the transcript of its audio and
the arguments of each tool call. A choice ends with the chunk that names its `finish_reason`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from privity.gateway.replies.shape import Channel, Delta, Tree, index_of, items
from privity.gateway.replies.splice import Place

_TEXTS = frozenset({"content", "refusal", "reasoning_content", "reasoning"})
_NESTED = {"function_call": "arguments", "audio": "transcript"}
_CALLS = {"function": "arguments", "custom": "input"}
_ENVELOPE = frozenset({"id", "object", "created", "model", "service_tier", "system_fingerprint"})


def deltas(event: Tree) -> list[Delta]:
    """Return the pieces of growing texts in a chunk."""
    found: list[Delta] = []
    for at, choice in items(event.get("choices")):
        delta, index = choice.get("delta"), index_of(choice, at)
        if not isinstance(delta, dict):
            continue
        place = ("choices", at, "delta")
        for field, value in delta.items():
            if isinstance(value, str):
                if field in _TEXTS:
                    found.append(Delta((*place, field), value, (index, field)))
            elif field == "tool_calls":
                for number, call in items(value):
                    channel = (index, field, index_of(call, number))
                    found += _within(call, _CALLS, (*place, field, number), channel)
            elif field in _NESTED:
                found += _within({field: value}, _NESTED, place, (index,))
    return found


def _within(item: Tree, fields: Mapping[str, str], place: Place, channel: Channel) -> list[Delta]:
    """Return the pieces one object deeper, in the fields named."""
    return [
        Delta((*place, outer, field), text, (*channel, outer, field))
        for outer, field in fields.items()
        if isinstance(inner := item.get(outer), dict) and isinstance(text := inner.get(field), str)
    ]


def ended(event: Tree, channels: Collection[Channel]) -> list[Channel]:
    """Return the texts of the choices that this chunk finishes."""
    done = [
        index_of(choice, at)
        for at, choice in items(event.get("choices"))
        if choice.get("finish_reason") is not None
    ]
    return [channel for channel in channels if channel[0] in done] if done else []


def tail(event: Tree, channel: Channel, text: str) -> Tree:
    """Return a chunk that adds text to one channel."""
    index, *steps = channel
    delta: object = text
    for step in reversed(steps):
        if isinstance(step, int):
            delta = [{"index": step, **delta}] if isinstance(delta, dict) else [delta]
        else:
            delta = {step: delta}
    return {
        **{key: value for key, value in event.items() if key in _ENVELOPE},
        "choices": [{"index": index, "delta": delta, "finish_reason": None}],
    }
