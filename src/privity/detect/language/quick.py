"""The small network: what each word of a text may be, in a millisecond or two a kilobyte.

A word's own vector comes from its pieces, its other spelling and its form, and is worked out once
for each distinct word; those of common words are shipped. Then a few layers look at three words
each, farther and farther apart, so that a word is judged from `sheets.REACH` words to each side and
from nothing else.

Laws: a text is judged alike however it is cut and whatever is read with it, up to the rounding of
sums; nothing of a
text is remembered once it is judged, not even a word.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt

from privity.detect.language.sheets import BLOCK, GAP, LONGEST, STEPS, Part, groups, parts
from privity.detect.language.shipped import ABSENT, Shipped, open_shipped
from privity.detect.language.words import MARK, WRITTEN, Cut, Pieces, Seen, line_ends

AT_ONCE = 64  # words whose own vectors are worked out together
MOST_PIECES = 6

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tables:
    """Vectors of pieces: 8 bits, one scale for each piece. Both networks use them."""

    vectors: npt.NDArray[np.int8]
    scales: Floats

    def of(self, pieces: npt.NDArray[np.integer]) -> Floats:
        """Return the vectors of pieces; the last axis is theirs."""
        found: Floats = self.vectors[pieces] * self.scales[pieces][..., None]
        return found


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights: of a word's own vector (its form in 8 bits), of the layers, of the tags."""

    own: Floats
    other: Floats
    forms: npt.NDArray[np.int8]
    form_scale: np.float32
    bias: Floats
    gain: Floats
    shift: Floats
    mix: Floats
    mix_bias: Floats
    glue: Floats
    layers: tuple[tuple[Floats, Floats], ...]
    head: Floats
    head_bias: Floats


@dataclass(frozen=True, slots=True)
class Quick:
    """The small network, with the vectors of common words. Threads may share it."""

    pieces: Pieces
    tables: Tables
    weights: Weights
    common: Shipped

    def judge(self, texts: Sequence[Cut]) -> list[Floats]:
        """Return for each text the probabilities (words, tags) of its words."""
        tags = len(self.weights.head_bias)
        judged = [np.empty((len(text.words), tags), np.float32) for text in texts]
        for block in groups(parts([len(text.words) for text in texts]), BLOCK):
            words = [w for p in block for w in texts[p.text].words[p.low : p.high]]
            glued = [g for p in block for g in _glued(texts[p.text].places, p)]
            vectors = self._vectors(words)
            vectors[np.flatnonzero(glued)] += self.weights.glue
            done = 0
            for sheet in groups(block, LONGEST):
                size = sum(part.size for part in sheet)
                self._sheet(sheet, vectors[done : done + size], judged)
                done += size
        return judged

    def _vectors(self, words: Sequence[str]) -> Floats:
        """Return the vectors (words, width): those that are shipped, the others worked out."""
        plain = [line_ends(word) if word < "!" and word.isspace() else word for word in words]
        numbers = {word: number for number, word in enumerate(dict.fromkeys(plain))}
        distinct = [*numbers]
        rows = self.common.rows_of(distinct)
        vectors = self.common.vectors_of(rows)
        rare = np.flatnonzero(rows == ABSENT)
        for start in range(0, len(rare), AT_ONCE):
            few = rare[start : start + AT_ONCE]
            vectors[few] = self.own([self.pieces.see(distinct[n]) for n in few.tolist()])
        return vectors[[numbers[word] for word in plain]]

    def own(self, seen: Sequence[Seen]) -> Floats:
        """Return the vectors of words by themselves."""
        weights = self.weights
        means = self._means([*(word.pieces for word in seen), *(word.other for word in seen)])
        found = means[: len(seen)] @ weights.own
        found += means[len(seen) :] @ weights.other
        forms = weights.forms[np.array([word.form for word in seen])].sum(1, dtype=np.int32)
        found += forms * weights.form_scale + weights.bias
        found -= found.mean(1, keepdims=True)
        found /= np.sqrt((found * found).mean(1, keepdims=True) + np.float32(1e-5))
        found = np.maximum(found * weights.gain + weights.shift, 0)
        mixed: Floats = found @ weights.mix + weights.mix_bias
        return mixed

    def _means(self, pieces: Sequence[Sequence[int]]) -> Floats:
        """Return the mean vector of the pieces of each word; 0 without pieces."""
        counts = [min(len(own), MOST_PIECES) for own in pieces]
        flat = [number for own in pieces for number in own[:MOST_PIECES]]
        rows = np.repeat(np.arange(len(pieces)), counts)
        shares = np.zeros((len(pieces), len(flat)), np.float32)
        shares[rows, np.arange(len(flat))] = np.repeat(1 / np.maximum(counts, 1), counts)
        return shares @ self.tables.of(np.array(flat, np.intp))

    def _sheet(self, sheet: Sequence[Part], vectors: Floats, judged: Sequence[Floats]) -> None:
        """Judge parts from the vectors of their words, which stand one after another."""
        starts = [0, *accumulate(part.size + GAP for part in sheet)]
        blank = np.array([row for n in starts[1:-1] for row in range(n - GAP, n)], np.intp)
        if len(blank):
            rows = np.ones(starts[-1] - GAP, bool)
            rows[blank] = False
            x = np.zeros((len(rows), vectors.shape[1]), np.float32)
            x[rows] = vectors
        else:
            x = vectors
        scores = self._around(x, blank)
        for part, at in zip(sheet, starts, strict=False):
            first = at + part.start - part.low
            judged[part.text][part.start : part.end] = scores[first : first + part.end - part.start]

    def _around(self, x: Floats, blank: npt.NDArray[np.intp]) -> Floats:
        """Return the probabilities (rows, tags) of rows, of which some are blank and stay so."""
        count, width = x.shape
        near = np.empty((count, 3 * width), np.float32)
        for step, (weight, bias) in zip(STEPS, self.weights.layers, strict=True):
            near[:step, :width] = 0
            near[step:, :width] = x[:-step]
            near[:, width : 2 * width] = x
            near[:-step, 2 * width :] = x[step:]
            near[-step:, 2 * width :] = 0
            more = near @ weight
            more += bias
            np.maximum(more, 0, out=more)
            if len(blank):
                more[blank] = 0
            x = more + x
        scores = x @ self.weights.head
        scores += self.weights.head_bias
        scores -= scores.max(1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(1, keepdims=True)
        return scores


def _glued(places: Sequence[tuple[int, int]], part: Part) -> list[bool]:
    """Say for each word of a part whether it begins where the word before it ends."""
    before = places[part.low - 1][1] if part.low else -1
    glued = []
    for start, end in places[part.low : part.high]:
        glued.append(start == before)
        before = end
    return glued


def open_tables(folder: Path) -> Tables:
    """Read the vectors of pieces; they stay in the file until they are used. Raises OSError."""
    # A plain array over the mapped file: the library's own class is slow to index.
    vectors = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r"))
    return Tables(vectors, np.load(folder / "scales.npy"))


def open_quick(folder: Path) -> Quick:
    """Read the small network from `folder`. Raises OSError, KeyError or ValueError."""
    with np.load(folder / "quick.npz") as stored:
        forms = stored["forms"]
        arrays = {name: stored[name].astype(np.float32) for name in stored.files if name != "forms"}
    layers = [(arrays.pop(f"layer{n}"), arrays.pop(f"bias{n}")) for n in range(len(STEPS))]
    scale = np.float32(arrays.pop("form_scale"))
    weights = Weights(forms=forms, form_scale=scale, layers=tuple(layers), **arrays)
    pieces, tables = read_pieces(folder / "pieces.txt"), open_tables(folder)
    return Quick(pieces, tables, weights, open_shipped(folder))


def read_pieces(file: Path) -> Pieces:
    """Read pieces: one a line, with its chance after a tab; the number is that of the line."""
    known: dict[str, int] = {}
    chances = array("f")
    with file.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines):
            piece, _, chance = line.rpartition("\t")
            known[piece.replace(WRITTEN, MARK)] = number
            chances.append(float(chance))
    return Pieces.of(known, chances)
