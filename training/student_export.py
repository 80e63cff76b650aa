"""Write the trained small network beside the large one, as the runtime reads it, and the settings."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
import torch
from corpora import Document, read_corpus
from labels import LABELS

from privity.detect.language.quick import open_quick
from privity.detect.language.words import cut

COMMON = 50000
MET = 3  # times, for a word to be common
LONGEST = 24  # characters
YEAR = 4  # digits
MESSAGE = re.compile(r'^(?:msgid|msgstr|) ?"(.*)"$', re.MULTILINE)
NAMED = ("NAME", "USERNAME", "PLACE", "ORGANIZATION")
POST = 0.08  # the gate of these in posts: the best F2 on the dev part of Broad Twitter
SCALE = 10.0  # `student.train` enlarges the vectors so much


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, nargs="+", required=True, help="files of student.py")
    parser.add_argument("--out", type=Path, required=True, help="folder of export.py")
    parser.add_argument("--common", type=Path, nargs="+", required=True, help="texts to count in")
    parser.add_argument(
        "--everyday", type=Path, nargs="*", default=[], help="lists, one word a line"
    )
    options = parser.parse_args()
    state = mean([torch.load(run) for run in options.run])
    form = state["words.form.weight"]
    form_scale = np.abs(form).max() / 127
    arrays = {
        "own": state["words.own.weight"].T * SCALE,
        "other": state["words.other.weight"].T * SCALE,
        "bias": state["words.own.bias"],
        "gain": state["words.norm.weight"],
        "shift": state["words.norm.bias"],
        "mix": state["words.mix.weight"].T,
        "mix_bias": state["words.mix.bias"],
        "glue": state["around.glue"],
        "head": state["around.head.weight"].T,
        "head_bias": state["around.head.bias"],
    }
    number = 0
    while f"around.layers.{number}.weight" in state:
        weight = state[f"around.layers.{number}.weight"]  # (out, in, 3)
        arrays[f"layer{number}"] = weight.transpose(2, 1, 0).reshape(-1, weight.shape[0])
        arrays[f"bias{number}"] = state[f"around.layers.{number}.bias"]
        number += 1
    halves = {name: np.ascontiguousarray(value, np.float16) for name, value in arrays.items()}
    forms = np.round(form / form_scale).astype(np.int8)
    np.savez(options.out / "quick.npz", forms=forms, form_scale=np.float32(form_scale), **halves)
    write_common(options.out, common_words(options.common, options.everyday))
    write_settings(options.out)


def mean(states: list[dict[str, torch.Tensor]]) -> dict[str, np.ndarray]:
    """The mean of the weights of several stages (Izmailov et al., arXiv:1803.05407)."""
    return {
        name: torch.stack([state[name] for state in states]).mean(0).numpy() for name in states[0]
    }


def common_words(files: list[Path], lists: list[Path]) -> list[str]:
    """Return the words that are met most often, and those of the lists.

    Of texts that people wrote, words inside of marks are left out: those name somebody.
    """
    counts: Counter[str] = Counter()
    for file in files:
        if file.suffix == ".po":
            counts.update(w for m in MESSAGE.findall(file.read_text("utf-8")) for w in cut(m).words)
            continue
        for document in read_corpus(file):
            counts.update(_unmarked(document))
    often = [word for word, count in counts.most_common() if count >= MET and usual(word)]
    listed = [
        w
        for file in lists
        for line in file.read_text("utf-8").splitlines()[1:]
        if (w := everyday(line))
    ]
    words: dict[int, str] = {}
    for word in [*often[: COMMON - len(set(listed) - set(often))], *listed]:
        words.setdefault(crc32(word.encode()), word)
    return [*words.values()]


def _unmarked(document: Document) -> Iterator[str]:
    words = cut(document.text)
    invented = document.source == "compose"
    marked = bytearray(len(document.text))
    for mark in () if invented else document.marks:
        marked[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
    for word, (start, _) in zip(words.words, words.places, strict=True):
        if not marked[start]:
            yield word


def usual(word: str) -> bool:
    """Return whether a word may be shipped: no line end, no long number, nothing without an end."""
    return not word.isspace() and len(word) <= LONGEST and not (word.isdigit() and len(word) > YEAR)


def everyday(line: str) -> str:
    """Return the word of a line of the detector's own list if people write it every day, else ""."""
    word, _, marks = line.partition("\t")
    return word if "w" in marks and word.isalpha() else ""


def write_common(out: Path, words: list[str]) -> None:
    """Work out the vectors of common words, so that nobody waits for them."""
    (out / "common.txt").write_text("", "utf-8")
    np.save(out / "common.npy", np.zeros((1, 1), np.float16))
    quick = open_quick(out)
    few = [words[start : start + 64] for start in range(0, len(words), 64)]
    vectors = np.concatenate([quick.own([quick.pieces.see(w) for w in part]) for part in few])
    (out / "common.txt").write_text("\n".join(words), "utf-8", newline="\n")
    np.save(out / "common.npy", vectors.astype(np.float16))


def write_settings(out: Path) -> None:
    """Versions are digests of the files; the gates are `calibrate.py`'s to choose."""
    fast = [out / "quick.npz", out / "vectors.npy"]
    usual = dict.fromkeys(LABELS, 0.4)
    posts = dict.fromkeys(NAMED, POST)
    settings = {
        "labels": list(LABELS),
        "unsure": [0.02, 0.98],
        "fast": {"version": _digest(fast), "gates": usual, "posts": posts},
        "full": {"version": _digest([*fast, out / "large.onnx"]), "gates": usual},
    }
    (out / "settings.json").write_text(json.dumps(settings, indent=1) + "\n")


def _digest(files: list[Path]) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for file in files:
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()


if __name__ == "__main__":
    main()
