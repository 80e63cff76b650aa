"""Write the trained small network beside the large one, as the runtime reads it, and the settings."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from corpora import read_corpus
from labels import LABELS

from privity.detect.language.quick import open_quick
from privity.detect.language.words import cut

COMMON = 5000
SCALE = 10.0  # `student.train` enlarges the vectors so much


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, nargs="+", required=True, help="files of student.py")
    parser.add_argument("--out", type=Path, required=True, help="folder of export.py")
    parser.add_argument("--common", type=Path, nargs="+", required=True, help="texts to count in")
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
    write_common(options.out, options.common)
    write_settings(options.out)


def mean(states: list[dict[str, torch.Tensor]]) -> dict[str, np.ndarray]:
    """The mean of the weights of several stages (Izmailov et al., arXiv:1803.05407)."""
    return {
        name: torch.stack([state[name] for state in states]).mean(0).numpy() for name in states[0]
    }


def write_common(out: Path, files: list[Path]) -> None:
    """Work out the vectors of the words that are met most often, so that nobody waits for them."""
    counts: Counter[str] = Counter()
    for file in files:
        for document in read_corpus(file):
            counts.update(w for w in cut(document.text).words if "\n" not in w)
    (out / "common.txt").write_text("", "utf-8")
    np.save(out / "common.npy", np.zeros((1, 1), np.float16))
    quick = open_quick(out)
    words = [word for word, _ in counts.most_common(COMMON)]
    few = [words[start : start + 64] for start in range(0, len(words), 64)]
    vectors = np.concatenate([quick.own([quick.pieces.see(w) for w in part]) for part in few])
    (out / "common.txt").write_text("\n".join(words), "utf-8", newline="\n")
    np.save(out / "common.npy", vectors.astype(np.float16))


def write_settings(out: Path) -> None:
    """Versions are digests of the files; the gates are `calibrate.py`'s to choose."""
    fast = [out / "quick.npz", out / "vectors.npy"]
    usual = dict.fromkeys(LABELS, 0.4)
    settings = {
        "labels": list(LABELS),
        "unsure": [0.02, 0.98],
        "fast": {"version": _digest(fast), "gates": usual},
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
