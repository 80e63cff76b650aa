"""Write a trained tagger as the runtime reads it: an 8-bit ONNX graph, vectors, pieces, tokenizer.

`large.onnx`: words (vectors of the pieces), mask -> scores. The vectors themselves, of both networks,
are in `vectors.npy` and `scales.npy`; `pieces.txt` has the pieces with their scores, one a line.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import torch
from labels import TAGS
from network import Tagger, read_arrays
from onnxruntime.quantization import QuantType, quantize_dynamic
from student import vectors_of
from torch import Tensor, nn


class Large(nn.Module):
    """The network without its table of vectors."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        _, state = self.tagger.first_of(words, mask)
        return self.tagger.second(state, mask)


def export(tagger: Tagger, out: Path, *, exact: bool = False) -> None:
    """Write the graph; `exact` leaves it in float32."""
    out.mkdir(parents=True, exist_ok=True)
    words = torch.zeros(2, 16, tagger.word.weight.shape[1])
    mask = torch.ones(2, 16, dtype=torch.long)
    axes = {name: {0: "rows", 1: "pieces"} for name in ("words", "mask", "scores")}
    with tempfile.TemporaryDirectory() as folder:
        raw = out / "large.onnx" if exact else Path(folder) / "raw.onnx"
        with torch.no_grad():
            torch.onnx.export(
                Large(tagger),
                (words, mask),
                str(raw),
                input_names=["words", "mask"],
                output_names=["scores"],
                dynamic_axes=axes,
                opset_version=17,
                dynamo=False,
            )
        if not exact:
            quantize_dynamic(
                str(raw),
                str(out / "large.onnx"),
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul"],
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--exact", action="store_true", help="float32, to see what 8 bits cost")
    options = parser.parse_args()
    layers = json.loads((options.run / "layers.json").read_text())
    tagger = Tagger(read_arrays(options.base), layers, len(TAGS))
    tagger.load_state_dict(torch.load(options.run / "model.pt"))
    tagger.eval()
    export(tagger, options.out, exact=options.exact)
    tokenizer = json.loads((options.base / "tokenizer.json").read_text("utf-8"))
    (options.out / "tokenizer.json").write_text(
        json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), "utf-8"
    )
    lines = "".join(f"{piece}\t{score:.3f}\n" for piece, score in tokenizer["model"]["vocab"])
    (options.out / "pieces.txt").write_text(lines, "utf-8", newline="\n")
    _, whole, scales = vectors_of(options.base)
    np.save(options.out / "vectors.npy", whole)
    np.save(options.out / "scales.npy", scales.astype(np.float32))
    print({f.name: f.stat().st_size // 1000 for f in sorted(options.out.iterdir())})


if __name__ == "__main__":
    main()
