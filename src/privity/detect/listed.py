"""A large list of words in little memory: each with the marks of the lists that have it.

A table is UTF-8 text: lines of a word, a tab, and a letter for each list, in the order of their
bytes. A look-up is a binary search for a block of lines and a plain search inside of it, so the
table costs its own size where sets of strings cost twelve times as much.

Invariant: a word has exactly the marks that its line says, and one without a line has none.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

BLOCK = 256  # bytes


class Table:
    """Words and their marks. Raises ValueError for lines that are not in order."""

    __slots__ = ("_heads", "_lines", "_starts")

    def __init__(self, lines: bytes) -> None:
        """Index the `lines`; the first one is a remark, the last one ends."""
        self._lines = lines
        self._heads = [b""]
        self._starts = [0]
        at = lines.find(b"\n")
        while 0 <= at < len(lines) - 1:
            self._heads.append(lines[at + 1 : lines.index(b"\t", at) + 1])
            self._starts.append(at)
            at = lines.find(b"\n", at + BLOCK)
        self._starts.append(len(lines))
        if self._heads != sorted(self._heads):
            msg = "the lines of the table are not in order"
            raise ValueError(msg)

    def marks(self, word: str) -> str:
        """Return the marks of a word, a letter each; "" for a word that is not listed."""
        key = word.encode("utf-8", "replace") + b"\t"
        block = bisect_right(self._heads, key)
        at = self._lines.find(b"\n" + key, self._starts[block - 1], self._starts[block] + 1)
        if at < 0:
            return ""
        at += len(key) + 1
        return self._lines[at : self._lines.index(b"\n", at)].decode()


@dataclass(frozen=True, slots=True)
class Marked:
    """The words of a table that have one of some marks."""

    table: Table
    marks: frozenset[str]

    def __contains__(self, word: str) -> bool:
        return not self.marks.isdisjoint(self.table.marks(word))
