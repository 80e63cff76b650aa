"""The tokens of one request, ready to be looked up.

Invariants: nothing is known that the request did not make, in canonical form; a token is known by
kind and code together; values stay `Raw` until the moment one is put back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_letters
from typing import final

from privity.gateway.restore.spelling import Begun, Spelled, fitted
from privity.model.reveal import reveal
from privity.model.text import Raw
from privity.model.token import ALPHABET, CODE_LENGTH

_CANONICAL = re.compile(rf"\[(([A-Z]+)_([{ALPHABET}]{{{CODE_LENGTH}}}))\]")
_OPENERS = frozenset("[{<⟦【")
_ASCII_ESCAPE = re.compile(rb"\\u00[2-7]")


@final
class Known:
    """What the tokens of one request stand for. One is shared by everything that restores."""

    __slots__ = ("_beginnings", "_codes", "_kinds", "_kinds_written", "_words")

    def __init__(self, words: Mapping[str, Raw]) -> None:
        tokens = {_CANONICAL.fullmatch(token): raw for token, raw in words.items()}
        self._words = {token[1]: raw for token, raw in tokens.items() if token}
        self._kinds = tuple({token[2] for token in tokens if token})
        self._codes = tuple({token[3] for token in tokens if token})
        self._kinds_written = tuple(kind.encode() for kind in self._kinds)
        self._beginnings: frozenset[str] | None = None

    def __bool__(self) -> bool:
        return bool(self._words)

    def value(self, found: Spelled) -> str | None:
        """Return the person's own words, escaped as the token was; None for a stranger."""
        raw = self._words.get(found.key)
        return None if raw is None else fitted(reveal(raw), found.opener)

    def names_a_kind(self, text: str) -> bool:
        """Say quickly whether a whole token could be in a text; False is certain."""
        upper = text.upper()
        for kind in self._kinds:  # noqa: SIM110 - a generator would double the time
            if kind in upper:
                return True
        return False

    def kinds_in(self, text: str) -> list[tuple[int, str]]:
        """Return where a text names the kinds of this request's tokens, in order."""
        written = text.encode("ascii", "replace").upper()  # as many bytes as characters
        found: list[tuple[int, str]] = []
        for kind, name in zip(self._kinds, self._kinds_written, strict=True):
            at = written.find(name)
            while at >= 0:
                found.append((at, kind))
                at = written.find(name, at + len(name))
        return sorted(found)

    def may_begin_at_the_end(self, tail: str) -> bool:
        """Say quickly whether text that names no kind could end in the beginning of a token."""
        if "\\" in tail or "%" in tail or "&" in tail:
            return True
        word = tail[len(tail.rstrip(ascii_letters)) :]
        return word.upper() in self._starts() if word else tail[-1:] in _OPENERS

    def may_be_in(self, text: str) -> bool:
        """Like `names_a_kind`, for text that may hold JSON escapes."""
        if "\\u" in text:
            return True
        if not self.names_a_kind(text):
            return False
        lower = text.lower()
        return any(code in lower for code in self._codes)

    def may_be_written_in(self, data: bytes) -> bool:
        """Like `may_be_in`, for JSON in UTF-8."""
        if b"\\u" in data and _ASCII_ESCAPE.search(data):
            return True
        upper = data.upper()
        for kind in self._kinds_written:
            if kind in upper:
                return self.may_be_in(data.decode("utf-8", "replace"))
        return False

    def may_become(self, begun: Begun) -> bool:
        """Say whether a beginning is that of a token of this request."""
        if begun.kind is None:
            return True
        key = begun.kind if begun.code is None else f"{begun.kind}_{begun.code}"
        return key in self._starts()

    def _starts(self) -> frozenset[str]:
        """Return every beginning of a `KIND_code`, made when it is first needed."""
        if self._beginnings is None:
            self._beginnings = frozenset(
                [key[:length] for key in self._words for length in range(len(key) + 1)]
            )
        return self._beginnings
