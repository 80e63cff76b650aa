"""Find the tokens of one request in text that arrives in pieces.

Invariants: the edits do not depend on how the text is cut; a place is settled as soon as no
continuation of the text can change it, so what is open is the beginning of a token of this
request and at most `LONGEST` characters; what was put back is never scanned again.
"""

from __future__ import annotations

from typing import NamedTuple, final

from privity.gateway.restore.known import Known
from privity.gateway.restore.spelling import LONGEST, begun, mangled, spelled


class Edit(NamedTuple):
    """Put `value` in the place of `[start, end)`, in characters from the start of the stream."""

    start: int
    end: int
    value: str


@final
class Finder:
    """Finds tokens in plain text. `base` is the place in the stream where the text starts.

    `signed` text is the provider's to check: only canonical tokens are taken, so that the same
    treatment of the same words gives back the very text that was signed.
    """

    __slots__ = ("_at", "_base", "_known", "_signed", "_text")

    def __init__(self, known: Known, base: int, *, signed: bool) -> None:
        self._known = known
        self._signed = signed
        self._base = base
        self._text = ""
        self._at = 0  # in _text: what is before it is settled

    def restart(self, base: int) -> None:
        """Begin anew at another place; what is still open was no token."""
        self._base, self._text, self._at = base, "", 0

    @property
    def settled(self) -> int:
        """The place in the stream before which nothing can change any more."""
        return self._base + self._at

    def feed(self, text: str) -> list[Edit]:
        """Take more text; return the edits that are certain now, in order."""
        seen = max(self._at - 1, 0)  # one character is kept: it bounds what comes next
        self._base += seen
        self._at -= seen
        self._text = text = self._text[seen:] + text
        named = self._known.names_a_kind(text)
        if named or self._known.may_begin_at_the_end(text[-LONGEST:]):
            return self._settle(self._open_from(), named=named)
        self._at = len(text)
        return []

    def close(self) -> list[Edit]:
        """End the text; return the edits that its end makes certain."""
        return self._settle(len(self._text), named=self._known.names_a_kind(self._text))

    def _open_from(self) -> int:
        """Return where the text could still begin a token of this request, or its end."""
        text, at = self._text, max(self._at, len(self._text) - LONGEST)
        while (start := begun(text, at)) is not None:
            if self._known.may_become(start):
                return start.start
            at = start.start + 1
        return len(text)

    def _settle(self, end: int, *, named: bool) -> list[Edit]:
        text, at, edits = self._text, self._at, list[Edit]()
        for place, kind in self._known.kinds_in(text) if named else ():
            found = spelled(text, at, kind, place) if at <= place < end else None
            if found is not None and found.end <= end:
                value = self._known.value(found)
                if value is not None and not (self._signed and mangled(text, found)):
                    edits.append(Edit(self._base + found.start, self._base + found.end, value))
                    at = found.end
        self._at = end
        return edits
