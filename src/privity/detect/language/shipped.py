"""The vectors of common words, which are shipped so that nobody waits for them.

A word is found by its checksum and then compared letter by letter, so a table of fifty thousand
words takes as much memory as their letters; the vectors stay in the file until they are used.

Invariant: a word has its own vector or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

ABSENT = -1
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shipped:
    """Words in the order of `vectors` (words, width), 16 bits; `sums` in rising order, of `rows`.

    Word n is `lines[starts[n] : starts[n + 1] - 1]`.
    """

    lines: bytes
    starts: npt.NDArray[np.int64]
    sums: npt.NDArray[np.uint32]
    rows: Rows
    vectors: npt.NDArray[np.float16]

    @classmethod
    def of(cls, lines: bytes, vectors: npt.NDArray[np.float16]) -> Shipped:
        """Index words, one a line. Raises ValueError for other vectors than words."""
        words = lines.split(b"\n")
        if len(words) != len(vectors):
            msg = "each word needs a vector"
            raise ValueError(msg)
        sums = np.fromiter(map(crc32, words), np.uint32, len(words))
        rows = np.argsort(sums)
        starts = np.cumsum([0, *(len(word) + 1 for word in words)])
        return cls(lines, starts, sums[rows], rows, vectors)

    def rows_of(self, words: Sequence[str]) -> Rows:
        """Return the row of each word, `ABSENT` for a word that is not common."""
        keys = [word.encode() for word in words]
        sums = np.fromiter(map(crc32, keys), np.uint32, len(keys))
        at = np.minimum(np.searchsorted(self.sums, sums), len(self.sums) - 1)
        rows = self.rows[at]
        same = self.sums[at] == sums
        for number, start, end in zip(
            np.flatnonzero(same).tolist(),
            self.starts[rows[same]].tolist(),
            self.starts[rows[same] + 1].tolist(),
            strict=True,
        ):
            if self.lines[start : end - 1] != keys[number]:
                same[number] = False
        rows[~same] = ABSENT
        return rows

    def vectors_of(self, rows: Rows) -> npt.NDArray[np.float32]:
        """Return the vectors (rows, width) of rows of the table."""
        return self.vectors[rows].astype(np.float32)


def open_shipped(folder: Path) -> Shipped:
    """Read the table from `folder`. Raises OSError or ValueError."""
    # A plain array over the mapped file: the library's own class is slow to index.
    vectors = np.asarray(np.load(folder / "common.npy", mmap_mode="r"))
    return Shipped.of((folder / "common.txt").read_bytes(), vectors)
