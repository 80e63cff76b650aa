"""Restore an answer that is one document: JSON, or text.

A JSON body is text whose strings are restored like any JSON: escaped for the depth they stand at,
every other byte as it came. The body need not be whole to be passed on. Bytes that are not UTF-8
pass as they are.
"""

from __future__ import annotations

import codecs
from typing import final

from privity.gateway.replies.gather import MAX_TEXT, Gathered
from privity.gateway.restore import Known, Restorer
from privity.model.text import Leaf


@final
class PlainReply:
    """An answer in one document."""

    __slots__ = ("_decoder", "_kept", "_restorer")

    def __init__(self, known: Known) -> None:
        self._restorer = Restorer(known)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._kept = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes of the body; return what can be sent now."""
        if len(self._kept) < MAX_TEXT:
            self._kept += chunk
        return self._encoded(self._restorer.feed(self._decoder.decode(chunk)))

    def close(self) -> bytes:
        """End the body; return the rest of it."""
        last = self._restorer.feed(self._decoder.decode(b"", final=True))
        return self._encoded(last + self._restorer.close())

    def leaves(self) -> tuple[Leaf, ...]:
        """Return the texts of the answer as the model gave them."""
        gathered = Gathered()
        gathered.add_body(bytes(self._kept))
        return gathered.leaves()

    @staticmethod
    def _encoded(text: str) -> bytes:
        return text.encode("utf-8", "surrogateescape")
