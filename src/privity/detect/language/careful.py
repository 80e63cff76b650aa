"""Read again, with the large network, where the small one is not sure.

A word is settled when the small network says that it is surely something or surely nothing. A
window goes to the large network only if some word that it judges is not settled; there the answer
is a mean of both networks' probabilities, weighted by `SHARE`. Elsewhere the small one's stands.

The large network judges pieces; a word has the probabilities of its piece that is the likeliest to
be anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from tokenizers import Tokenizer

from privity.detect.language.network import open_network
from privity.detect.language.opinion import Opinion
from privity.detect.language.parts import Pieces, Window, split, windows
from privity.detect.language.quick import Floats, Tables
from privity.detect.language.words import Cut

SHARE = 0.75  # of the large network in what both have read


@dataclass(frozen=True, slots=True)
class Judged:
    """A window, and the large network's probabilities (pieces, tags) of its pieces."""

    window: Window
    scores: Floats


class Judging(Protocol):
    """The large network."""

    def judge(
        self, texts: Sequence[Pieces], windows: Sequence[Window]
    ) -> Iterator[tuple[Window, Floats]]:
        """Yield each window with probabilities (pieces, tags)."""
        ...


@dataclass(frozen=True, slots=True)
class Careful:
    """`unsure` are the least and the greatest probability of anything that are not settled."""

    tokenizer: Tokenizer
    network: Judging
    unsure: tuple[float, float]

    def again(self, opinions: Sequence[Opinion]) -> list[Opinion]:
        """Return the opinions with what the large network thinks where the small one is unsure."""
        scores = [read.scores for read in opinions]
        wanted = [number for number, own in enumerate(scores) if self._open(own).any()]
        pieces = split(self.tokenizer, [opinions[number].text for number in wanted])
        sought = [
            window
            for window in windows(pieces)
            if self._needs(opinions[wanted[window.text]], pieces[window.text], window)
        ]
        for window, judged in self.network.judge(pieces, sought):
            number = wanted[window.text]
            own = scores[number] = scores[number].copy()
            _put(own, opinions[number].words, pieces[window.text], Judged(window, judged))
        return [replace(r, scores=own) for r, own in zip(opinions, scores, strict=True)]

    def _open(self, scores: Floats) -> np.ndarray:
        chances = 1.0 - scores[:, 0]
        return (chances >= self.unsure[0]) & (chances <= self.unsure[1])

    def _needs(self, opinion: Opinion, pieces: Pieces, window: Window) -> bool:
        first, last = _words(opinion, pieces, window)
        return bool(self._open(opinion.scores[first:last]).any())


def _words(opinion: Opinion, pieces: Pieces, window: Window) -> tuple[int, int]:
    """The first of the words that a window judges, and the one after the last."""
    start = pieces.places[window.judge_from][0]
    end = pieces.places[window.judge_to - 1][1]
    places = np.array(opinion.words.places)
    return int(np.searchsorted(places[:, 1], start, "right")), int(
        np.searchsorted(places[:, 0], end, "left")
    )


def _put(scores: Floats, words: Cut, pieces: Pieces, judged: Judged) -> None:
    """Mix what a window says into the scores of its words."""
    window = judged.window
    places = np.array(words.places)
    own = np.array(pieces.places[window.judge_from : window.judge_to])
    said = judged.scores[window.judge_from - window.start : window.judge_to - window.start]
    word = np.searchsorted(places[:, 1], own[:, 0], "right")
    held = (own[:, 1] > own[:, 0]) & (word < len(places))
    held &= own[:, 1] > places[np.minimum(word, len(places) - 1), 0]
    word, said = word[held], said[held]
    rising = np.argsort(1.0 - said[:, 0], kind="stable")
    likeliest = dict(zip(word[rising].tolist(), rising.tolist(), strict=True))
    rows, pieces_of = list(likeliest), list(likeliest.values())
    scores[rows] = (1 - SHARE) * scores[rows] + SHARE * said[pieces_of]


def open_careful(folder: Path, tables: Tables, unsure: tuple[float, float]) -> Careful:
    """Read the large network from `folder`. Raises OSError or the libraries' own errors."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Careful(tokenizer, open_network(folder / "large.onnx", tables), unsure)
