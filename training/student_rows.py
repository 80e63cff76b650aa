"""Turn annotated texts, and what the large network thinks of them, into numbers for the small one.

    python student_rows.py --pieces WORK/pieces.txt --out WORK/rows.npz FILE.jsonl ...

A file beside which lies NAME.npz (see `teach.py`) has an opinion on every word.
"""

from __future__ import annotations

import argparse
import random
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from compose.people import Crowd
from corpora import Document, Mark, read_corpus
from labels import TAG, TAGS
from train import Rules, Tags, _tags

from privity.detect.language.quick import read_pieces
from privity.detect.language.words import SLOTS, Pieces, cut

MOST = 6  # pieces of a word that count
NO_OPINION, NOTHING = -1, 0  # opinion 0: surely nothing


@dataclass(slots=True)
class Opinion:
    """Places (pieces, 2) and probabilities (pieces, tags) of one text."""

    places: np.ndarray
    scores: np.ndarray


@dataclass(slots=True)
class Rows:
    """All words of all texts in one row; `starts` says where each text begins."""

    rules: Rules = field(default_factory=Rules)
    words: dict[str, int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    glued: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    thought: list[int] = field(default_factory=list)
    opinions: list[np.ndarray] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, document: Document, opinion: Opinion | None) -> None:
        """Add a text."""
        places = cut(document.text).places
        self.starts.append(len(self.ids))
        self.sources.append(document.source)
        last = -1
        for start, end in places:
            word = document.text[start:end]
            self.ids.append(self.words.setdefault(word, len(self.words)))
            self.glued.append(int(start == last))
            last = end
        self.right.extend(self._right(document, places))
        self.thought.extend(self._thought(places, opinion))

    def _right(self, document: Document, places: list[tuple[int, int]]) -> list[int]:
        silent = _tags(document.silent, "B") | _tags(document.silent, "I")
        found = [self.rules.number(Tags({TAG["O"]}), silent)] * len(places)
        ends = [end for _, end in places]
        for mark in document.marks:
            at = bisect_left(ends, mark.start + 1)
            place = "B"
            while at < len(places) and places[at][0] < mark.end:
                rule = self.rules.number(_tags(mark.labels, place), silent) if mark.labels else 0
                found[at] = rule
                place = "I"
                at += 1
        return found

    def _thought(self, places: list[tuple[int, int]], opinion: Opinion | None) -> list[int]:
        if opinion is None:
            return [NO_OPINION] * len(places)
        found = [NOTHING] * len(places)
        ends = [end for _, end in places]
        sure: dict[int, float] = {}
        for (start, end), scores in zip(opinion.places.tolist(), opinion.scores, strict=True):
            at = bisect_left(ends, start + 1)
            while at < len(places) and places[at][0] < end:
                anything = 1 - float(scores[0])
                if anything > sure.get(at, 0.0):
                    if at not in sure:
                        found[at] = len(self.opinions) + 1
                        self.opinions.append(scores)
                    else:
                        self.opinions[found[at] - 1] = scores
                    sure[at] = anything
                at += 1
        return found


@dataclass(slots=True)
class Others:
    """Whom and what a text could have been about instead: invented people, and marks of all texts."""

    crowd: Crowd
    places: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)

    def gather(self, documents: list[Document]) -> None:
        """Remember the places and organizations that are marked."""
        for document in documents:
            for mark in document.marks:
                said = document.text[mark.start : mark.end]
                if "PLACE" in mark.labels and len(said) < 30:
                    self.places.append(said)
                elif mark.labels == {"ORGANIZATION"} and len(said) < 50:
                    self.organizations.append(said)

    def instead(self, old: str, labels: frozenset[str]) -> str:
        """Something of the same kind in the same manner, or the same again."""
        chance = self.crowd.chance
        if labels == {"NAME"} and chance.random() < 0.8:
            return _other(old, self.crowd)
        pool: list[str] = []
        if labels == {"ORGANIZATION"}:
            pool = self.organizations
        elif "PLACE" in labels and len(labels) < 3:
            pool = self.places
        if pool and old[:1].isalpha() and chance.random() < 0.5:
            return _dressed(chance.choice(pool), old)
        return old


def swapped(
    document: Document, opinion: Opinion | None, others: Others
) -> tuple[Document, Opinion | None]:
    """The same text about other people, places and organizations, in the same manner."""
    text, marks, at, moved = "", [], 0, []
    for mark in sorted(document.marks, key=lambda m: m.start):
        if mark.start < at:
            continue
        moved.append((at, mark.start, len(text) - at))
        text += document.text[at : mark.start]
        old = document.text[mark.start : mark.end]
        new = others.instead(old, mark.labels)
        if new == old:
            moved.append((mark.start, mark.end, len(text) - mark.start))
        marks.append(Mark(len(text), len(text) + len(new), mark.labels))
        text += new
        at = mark.end
    moved.append((at, len(document.text), len(text) - at))
    text += document.text[at:]
    fresh = Document(text, tuple(marks), document.silent, document.source)
    return fresh, _moved(opinion, moved)


def _moved(opinion: Opinion | None, moved: list[tuple[int, int, int]]) -> Opinion | None:
    if opinion is None:
        return None
    places, scores = [], []
    for (start, end), own in zip(opinion.places.tolist(), opinion.scores, strict=True):
        for low, high, by in moved:
            if low <= start and end <= high:
                places.append((start + by, end + by))
                scores.append(own)
                break
    return Opinion(
        np.array(places, np.int32).reshape(-1, 2),
        np.array(scores, np.float16).reshape(-1, len(TAGS)),
    )


def _other(old: str, crowd: Crowd) -> str:
    person = crowd.draw()
    parts = old.split()
    if old.startswith("@") or not old[:1].isalpha() or len(parts) > 3:
        return old
    if len(parts) == 1:
        new = crowd.chance.choice((person.first, person.first, person.last))
        if old.endswith("'s"):
            new += "'s"
    else:
        new = person.full
    return _dressed(new, old)


def _dressed(new: str, old: str) -> str:
    """`new` in capitals or in lower case if `old` is."""
    if old.islower():
        return new.lower()
    return new.upper() if old.isupper() and len(old) > 3 else new


def read_opinions(path: Path) -> list[Opinion] | None:
    """What `teach.py` wrote beside a file."""
    beside = path.with_suffix(".npz")
    if not beside.exists():
        return None
    with np.load(beside) as stored:
        bounds = np.cumsum(stored["counts"])[:-1]
        places, scores = stored["places"], stored["scores"]
    pairs = zip(np.split(places, bounds), np.split(scores, bounds), strict=True)
    return [Opinion(*pair) for pair in pairs]


def write(rows: Rows, pieces: Pieces, out: Path) -> None:
    """Write all arrays."""
    count = len(rows.words)
    forms = np.zeros((count, SLOTS), np.int32)
    cuts = np.zeros((2, count, MOST), np.int32)
    for word, number in rows.words.items():
        seen = pieces.see(word)
        forms[number] = seen.form
        for row, own in zip(cuts, (seen.pieces, seen.other), strict=True):
            row[number, : len(own[:MOST])] = own[:MOST]
    right, judged = rows.rules.table()
    np.savez(
        out,
        ids=np.array(rows.ids, np.int32),
        glued=np.array(rows.glued, np.int8),
        right=np.array(rows.right, np.int16),
        thought=np.array(rows.thought, np.int32),
        opinions=np.array([_certain(), *rows.opinions], np.float16),
        starts=np.array([*rows.starts, len(rows.ids)], np.int64),
        sources=np.array(rows.sources),
        forms=forms,
        pieces=cuts[0],
        others=cuts[1],
        rule_right=right.numpy(),
        rule_judged=judged.numpy(),
    )


def _certain() -> np.ndarray:
    nothing = np.zeros(len(TAGS), np.float16)
    nothing[0] = 1
    return nothing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--swaps", type=int, default=3, help="copies of corpora with other names")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("data", nargs="+", type=Path)
    options = parser.parse_args()
    rows, chance = Rows(), random.Random(options.seed)
    others = Others(Crowd(chance, measure=False, short=0.3))
    for path in options.data:
        opinions = read_opinions(path)
        source = ".".join(path.name.split(".")[:2])
        documents = list(read_corpus(path))
        if "compose" not in path.name:
            others.gather(documents)
        for number, read in enumerate(documents):
            document = Document(read.text, read.marks, read.silent, source)
            opinion = opinions[number] if opinions else None
            rows.add(document, opinion)
            if "compose" not in path.name:
                for _ in range(options.swaps):
                    fresh, own = swapped(document, opinion, others)
                    rows.add(
                        Document(fresh.text, fresh.marks, fresh.silent, source + ".swapped"), own
                    )
        print(path.name, len(rows.starts), len(rows.ids), len(rows.words), flush=True)
    write(rows, read_pieces(options.pieces), options.out)


if __name__ == "__main__":
    main()
