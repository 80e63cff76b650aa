"""Turn generated measuring data, and source code in which nothing is personal, into the evaluator's rows.

    python rows.py WORK/compose.measure.jsonl OUT --code FOLDER ...

Writes OUT/made-LANG.jsonl for each language, and OUT/code.jsonl.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

from adapter import KINDS
from compose.write import read_plain

from privity.model.words import Category

UNTYPED = {"?"}


def row(number: int, source: dict[str, object]) -> dict[str, object]:
    """One document as the evaluator reads it; what teaches nothing is not judged."""
    marks = [(a, b, label) for a, b, label in source["marks"]]  # type: ignore[attr-defined]
    spans = [
        {"start": a, "end": b, "label": KINDS[Category[label]]}
        for a, b, label in marks
        if label not in UNTYPED
    ]
    ignore = [{"start": a, "end": b} for a, b, label in marks if label in UNTYPED]
    return {
        "id": str(number),
        "lang": source["lang"],
        "text": source["text"],
        "spans": spans,
        "ignore": ignore,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--code", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = defaultdict(list)
    for number, line in enumerate(options.measure.read_text("utf-8").splitlines()):
        source = json.loads(line)
        if source["marks"]:
            rows["made-" + source["lang"]].append(row(number, source))
    snippets = read_plain(options.code, random.Random(3), 400)
    rows["code"] = [
        {"id": str(n), "lang": "en", "text": text, "spans": []} for n, text in enumerate(snippets)
    ]
    for name, found in rows.items():
        text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in found)
        (options.out / f"{name}.jsonl").write_text(text, "utf-8")
        print(name, len(found))


if __name__ == "__main__":
    main()
