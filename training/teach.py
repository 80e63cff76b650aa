"""Write what the large network thinks of each word of annotated texts, for the small one to learn.

    python teach.py --model WORK/model --out WORK/taught DATA.jsonl[:DOCUMENTS] ...

For each file: OUT/NAME.jsonl, rows as those of `compose/`, a mark having a list of labels, the text now
and then in lower case or capitals; and OUT/NAME.npz: for each piece of each text its place and the
probabilities of all tags. Pieces in which nothing is in sight are left out.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
from corpora import Document, read_corpus
from train import recase

from privity.detect.language.careful import Careful, open_careful
from privity.detect.language.parts import split, windows
from privity.detect.language.quick import open_tables

IN_SIGHT = 0.02


def opinion(large: Careful, text: str) -> tuple[np.ndarray, np.ndarray]:
    """Places (pieces, 2) and probabilities (pieces, tags) of the pieces that may be something."""
    (pieces,) = split(large.tokenizer, [text])
    places, scores = [np.zeros((0, 2), np.int32)], [np.zeros((0, 69), np.float16)]
    for window, judged in large.network.judge([pieces], windows([pieces])):
        begin, end = window.judge_from, window.judge_to
        own = judged[begin - window.start : end - window.start]
        seen = own[:, 0] < 1 - IN_SIGHT
        places.append(np.array(pieces.places[begin:end], np.int32).reshape(-1, 2)[seen])
        scores.append(own[seen].astype(np.float16))
    return np.concatenate(places), np.concatenate(scores)


def row(document: Document) -> str:
    """A document as `corpora.read_corpus` reads it from a file named `compose.*` or `taught.*`."""
    marks = [[mark.start, mark.end, sorted(mark.labels)] for mark in document.marks]
    found = {"text": document.text, "marks": marks, "silent": sorted(document.silent)}
    return json.dumps(found, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder that export.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("data", nargs="+")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    large = open_careful(options.model, open_tables(options.model), (0.0, 1.0))
    for item in options.data:
        name, _, count = item.partition(":")
        chance = random.Random(options.seed)
        documents = list(read_corpus(Path(name)))[: int(count) if count else None]
        documents = [recase(document, chance) for document in documents]
        opinions = [opinion(large, document.text) for document in documents]
        stem = "taught." + Path(name).name.removesuffix(".jsonl") + f".{options.seed}"
        lines = "".join(row(document) + "\n" for document in documents)
        (options.out / f"{stem}.jsonl").write_text(lines, "utf-8")
        np.savez(
            options.out / f"{stem}.npz",
            counts=np.array([len(places) for places, _ in opinions]),
            places=np.concatenate([places for places, _ in opinions]),
            scores=np.concatenate([scores for _, scores in opinions]),
        )
        print(stem, len(documents), flush=True)


if __name__ == "__main__":
    main()
