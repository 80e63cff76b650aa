"""Put a person's own words back into text that arrives in pieces. Sans I/O.

Laws: for any cut of the text, what comes out is the same; only tokens of this very request are
replaced, by kind and code together, each exactly once; what is held back is the beginning of such
a token, or an escape that is cut; with no words everything passes at once.

Signed parts (thinking) are restored too: the client sends them back restored, the way out makes the
same tokens of them again, and the provider reads the text it signed. For that to be the very same
text, only canonical tokens are taken there; a mangled one stays as the model wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from privity.gateway.restore.finder import Edit
from privity.gateway.restore.known import Known
from privity.gateway.restore.layer import Layer
from privity.model.text import Raw


@final
class Restorer:
    """Restores one text: prose, JSON, or JSON inside the strings of JSON."""

    __slots__ = ("_held", "_known", "_layer", "_passed")

    def __init__(self, words: Mapping[str, Raw] | Known, *, signed: bool = False) -> None:
        self._known = words if isinstance(words, Known) else Known(words)
        self._layer = Layer(self._known, signed=signed)
        self._held = ""
        self._passed = 0

    def feed(self, chunk: str) -> str:
        """Take a piece of the text; return what can be sent now."""
        if not self._known:
            return chunk
        return self._sent(chunk, self._layer.feed(chunk))

    def close(self) -> str:
        """End the text; return what was held back, restored if its end made it a token."""
        if not self._known:
            return ""
        return self._sent("", self._layer.close())

    def _sent(self, chunk: str, edits: list[Edit]) -> str:
        settled = self._layer.settled
        if not edits and not self._held and settled == self._passed + len(chunk):
            self._passed = settled
            return chunk
        text, start = self._held + chunk, self._passed
        sent: list[str] = []
        for edit in edits:
            sent += (text[start - self._passed : edit.start - self._passed], edit.value)
            start = edit.end
        sent.append(text[start - self._passed : settled - self._passed])
        self._held, self._passed = text[settled - self._passed :], settled
        return "".join(sent)


def restored(text: str, known: Known) -> str:
    """Restore a text that is whole."""
    if not known.may_be_in(text):
        return text
    restorer = Restorer(known)
    return restorer.feed(text) + restorer.close()
