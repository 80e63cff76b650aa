"""Where text grows in a stream of Anthropic messages.

A content block's deltas hold pieces of its text, its thinking or the JSON of a tool's input. A
block ends with `content_block_stop`; thinking ends before its signature. What `content_block_start`
holds is whole.
"""

from __future__ import annotations

from collections.abc import Collection

from privity.gateway.replies.shape import Channel, Delta, Tree

_FIELDS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "input_json_delta": "partial_json",
}
_LAST = frozenset({"message_stop", "error"})


def deltas(event: Tree) -> list[Delta]:
    """Return the piece of a growing text in an event."""
    if event.get("type") != "content_block_delta":
        return []
    delta, index = event.get("delta"), event.get("index")
    if not isinstance(delta, dict) or not isinstance(index, int):
        return []
    field = _FIELDS.get(str(delta.get("type")))
    text = delta.get(field) if field else None
    if field is None or not isinstance(text, str):
        return []
    return [Delta(("delta", field), text, (index, field))]


def ended(event: Tree, channels: Collection[Channel]) -> list[Channel]:
    """Return the texts of the block, or of all blocks, that this event ends."""
    kind, delta = event.get("type"), event.get("delta")
    if kind in _LAST:
        return list(channels)
    if kind == "content_block_stop":
        return [channel for channel in channels if channel[0] == event.get("index")]
    if isinstance(delta, dict) and delta.get("type") == "signature_delta":
        return [channel for channel in channels if channel == (event.get("index"), "thinking")]
    return []


def tail(event: Tree, channel: Channel, text: str) -> Tree:
    """Return an event that adds text to one block."""
    _, field = channel
    delta = event.get("delta")
    kept = delta if isinstance(delta, dict) else {}
    return {**event, "delta": {**kept, str(field): text}}
