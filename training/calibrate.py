"""Choose the gate of every label on the dev files, and write them into the model's settings.

A gate is the least probability of "anything" at which a word counts whose likeliest label is that
one. For each label: the gate with the best F2 over words, among those at which at least `--precise`
of the words are right. Words that nobody judged do not count; presidio.dev is never used here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from corpora import Document, read_corpus
from labels import LABELS

from privity.detect.language.detector import LanguageDetector
from privity.detect.language.opinion import Opinion
from privity.detect.language.words import cut

GRID = np.arange(0.15, 0.96, 0.05)  # below that, most of what is marked is wrong
NAMED = {"NAME", "USERNAME", "PASSWORD", "PLACE", "ADDRESS", "ORGANIZATION"}
SURER = 0.35  # the least gate of other kinds, whose false alarms destroy numbers and common words
USUAL = 0.5
FEWEST = 40  # pieces; with fewer a label keeps the usual gate


def judged(
    detector: LanguageDetector, documents: list[Document]
) -> Iterator[tuple[int, float, bool]]:
    """For every judged word: its likeliest label, the probability of anything, and the truth."""
    for document in documents:
        words = cut(document.text)
        read: Sequence[Opinion] = [Opinion(document.text, words, detector.quick.judge([words])[0])]
        if detector.careful:
            read = detector.careful.again(read)
        truth = np.zeros(len(document.text) + 1, np.int8)
        for mark in document.marks:
            truth[mark.start : mark.end] = 1 if mark.labels else 2
        best = (read[0].scores[:, 1::2] + read[0].scores[:, 2::2]).argmax(axis=1).tolist()
        chances = (1.0 - read[0].scores[:, 0]).tolist()
        for label, chance, (start, end) in zip(best, chances, words.places, strict=True):
            there = truth[start:end]
            silent = LABELS[label] in document.silent and not (there == 1).any()
            blank = not any(c.isalnum() for c in document.text[start:end])
            if not blank and not silent and not (there == 2).any():
                yield label, chance, bool((there == 1).any())


def best_gate(chances: np.ndarray, right: np.ndarray, precise: float) -> float:
    """The gate for one label."""
    found, best = USUAL, -1.0
    for gate in GRID:
        counts = chances >= gate
        hits = int((counts & right).sum())
        if not counts.any() or hits / counts.sum() < precise:
            continue
        score = (
            5 * hits / (5 * hits + 4 * int((~counts & right).sum()) + int((counts & ~right).sum()))
        )
        if score > best:
            found, best = float(gate), score
    return round(found if best >= 0 else 0.9, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder that export.py wrote")
    parser.add_argument("--data", nargs="+", required=True, help="FILE[:DOCUMENTS] ...")
    parser.add_argument("--precise", type=float, default=0.7)
    parser.add_argument("--full", action="store_true", help="for reading with both networks")
    options = parser.parse_args()
    detector = LanguageDetector.load(options.model, full=options.full)
    rows = []
    for item in options.data:
        name, _, count = item.partition(":")
        rows.extend(
            judged(detector, list(read_corpus(Path(name)))[: int(count) if count else None])
        )
    labels = np.array([row[0] for row in rows])
    chances = np.array([row[1] for row in rows])
    right = np.array([row[2] for row in rows])
    gates = {}
    for number, label in enumerate(LABELS):
        own = labels == number
        enough = int((own & right).sum()) >= FEWEST
        gate = best_gate(chances[own], right[own], options.precise) if enough else USUAL
        gates[label] = gate if label in NAMED else max(gate, SURER)
        print(label, int(own.sum()), gates[label])
    for low in np.arange(0.1, 1.0, 0.1):
        own = (chances >= low) & (chances < low + 0.1)
        print(
            f"said {low:.1f}-{low + 0.1:.1f}: right {right[own].mean() if own.any() else 0:.2f} of {own.sum()}"
        )
    place = options.model / "settings.json"
    settings = json.loads(place.read_text("utf-8"))
    settings["full" if options.full else "fast"]["gates"] = gates
    place.write_text(json.dumps(settings, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
