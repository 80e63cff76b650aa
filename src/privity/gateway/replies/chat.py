"""Where text grows in a stream of OpenAI chat completion chunks.

A choice's `delta` holds pieces of its content, refusal, reasoning, the transcript of its audio and
the arguments of each tool call. A choice ends with the chunk that names its `finish_reason`.
"""

from __future__ import annotations

from collections.abc import Collection

from privity.gateway.replies.shape import Channel, Delta, Tree, index_of, items

_TEXTS = ("content", "refusal", "reasoning_content", "reasoning")
_NESTED = (("function_call", "arguments"), ("audio", "transcript"))
_CALLS = (("function", "arguments"), ("custom", "input"))
_ENVELOPE = frozenset({"id", "object", "created", "model", "service_tier", "system_fingerprint"})


def deltas(event: Tree) -> list[Delta]:
    """Return the pieces of growing texts in a chunk."""
    found: list[Delta] = []
    for at, choice in items(event.get("choices")):
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            continue
        index = index_of(choice, at)
        found += [
            Delta(("choices", at, "delta", field), text, (index, field))
            for field in _TEXTS
            if isinstance(text := delta.get(field), str)
        ]
        for outer, field in _NESTED:
            if isinstance(text := _within(delta, outer, field), str):
                place = ("choices", at, "delta", outer, field)
                found.append(Delta(place, text, (index, outer, field)))
        if delta.get("tool_calls"):
            found += _calls(delta, at, index)
    return found


def _calls(delta: Tree, at: int, index: int) -> list[Delta]:
    return [
        Delta(
            ("choices", at, "delta", "tool_calls", number, outer, field),
            text,
            (index, "tool_calls", index_of(call, number), outer, field),
        )
        for number, call in items(delta.get("tool_calls"))
        for outer, field in _CALLS
        if isinstance(text := _within(call, outer, field), str)
    ]


def _within(item: Tree, outer: str, field: str) -> object:
    inner = item.get(outer)
    return inner.get(field) if isinstance(inner, dict) else None


def ended(event: Tree, channels: Collection[Channel]) -> list[Channel]:
    """Return the texts of the choices that this chunk finishes."""
    done = {
        index_of(choice, at)
        for at, choice in items(event.get("choices"))
        if choice.get("finish_reason") is not None
    }
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
