"""Collect the text of an answer as the model gave it, tokens in place, to be minimized and kept.

Invariants: at most `MAX_TEXT` characters are collected; ids, signatures and encoded media are not
text. What was cut off is not kept, and nothing else depends on it.
"""

from __future__ import annotations

from typing import final

from privity.gateway.replies.shape import Channel
from privity.gateway.replies.splice import parsed
from privity.model.text import Leaf, Raw, Slot

MAX_TEXT = 1 << 20

_ROOTS = ("choices", "output", "content")
_NOT_TEXT = frozenset(
    {
        "id", "type", "role", "name", "object", "status", "call_id", "item_id", "tool_use_id",
        "finish_reason", "stop_reason", "logprobs", "signature", "data", "encrypted_content",
        "format", "server_label",
    }
)  # fmt: skip
_FREE = frozenset({"input", "arguments"})


@final
class Gathered:
    """The texts of one answer, in the order in which they began."""

    __slots__ = ("_left", "_texts")

    def __init__(self) -> None:
        self._texts: dict[Channel, list[str]] = {}
        self._left = MAX_TEXT

    def add(self, channel: Channel, text: str) -> None:
        """Take a piece of one text; the channel ends in the name of its field."""
        if text and self._left > 0:
            self._texts.setdefault(channel, []).append(text[: self._left])
            self._left -= len(text)

    def add_body(self, data: bytes) -> None:
        """Take the texts of a whole answer that is JSON; nothing from what is not."""
        tree = parsed(data)
        if isinstance(tree, dict):
            for root in _ROOTS:
                self._walk(tree.get(root), (root,), free=False)

    def leaves(self) -> tuple[Leaf, ...]:
        """Return each text as a leaf, named for its field."""
        return tuple(
            Leaf(Raw("".join(pieces)), Slot.TEXT, _hint(channel))
            for channel, pieces in self._texts.items()
        )

    def _walk(self, value: object, place: Channel, *, free: bool) -> None:
        """Take every string; inside a tool's input the names of fields are the tool's own."""
        if isinstance(value, str):
            self.add(place, value)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                self._walk(item, (*place, at), free=free)
        elif isinstance(value, dict):
            for key, item in value.items():
                if free or key not in _NOT_TEXT:
                    self._walk(item, (*place, key), free=free or key in _FREE)


def _hint(channel: Channel) -> str:
    names = [step for step in channel if isinstance(step, str)]
    return names[-1]
