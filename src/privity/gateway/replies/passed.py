"""An answer to a request that had no words to put back: every byte passes as it came."""

from __future__ import annotations

from typing import final

from privity.gateway.replies.gather import MAX_TEXT, Gathered
from privity.gateway.replies.shape import Shape
from privity.gateway.replies.splice import parsed
from privity.gateway.replies.sse import Splitter, frame
from privity.model.text import Leaf

_BATCH = 1 << 18


@final
class PassedReply:
    """Passes bytes on, and keeps what is needed to say afterwards what the text was.

    `shape` is None for an answer in one document.
    """

    __slots__ = ("_gathered", "_kept", "_shape", "_splitter")

    def __init__(self, shape: Shape | None) -> None:
        self._shape = shape
        self._splitter = Splitter()
        self._gathered = Gathered()
        self._kept = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Return the same bytes."""
        if self._shape is not None or len(self._kept) < MAX_TEXT:
            self._kept += chunk
        if self._shape is not None and len(self._kept) > _BATCH:
            self._read(self._shape)
        return chunk

    def close(self) -> bytes:
        """Return nothing: nothing was held."""
        return b""

    def leaves(self) -> tuple[Leaf, ...]:
        """Return the texts of the answer as the model gave them."""
        if self._shape is not None:
            self._read(self._shape)
        else:
            self._gathered.add_body(bytes(self._kept))
            self._kept.clear()
        return self._gathered.leaves()

    def _read(self, shape: Shape) -> None:
        """Turn the events kept so far into text."""
        for raw in self._splitter.feed(bytes(self._kept)):
            tree = parsed(frame(raw).data)
            if isinstance(tree, dict):
                for delta in shape.deltas(tree):
                    self._gathered.add(delta.channel, delta.text)
        self._kept.clear()
