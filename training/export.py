"""Write a trained tagger as two 8-bit ONNX graphs, with tokenizer and settings, for the runtime.

`first.onnx`: ids, mask -> early scores, state. `second.onnx`: state, mask -> scores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import torch
from labels import LABELS, TAGS
from network import Tagger, read_arrays
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

USUAL_GATE = 0.5


class First(nn.Module):
    """The half up to the early exit."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        return self.tagger.first(ids, mask)


class Second(nn.Module):
    """The half after it."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, state: Tensor, mask: Tensor) -> Tensor:
        return self.tagger.second(state, mask)


def _write(
    half: nn.Module,
    example: tuple[Tensor, ...],
    names: tuple[list[str], list[str]],
    out: Path,
    *,
    exact: bool,
) -> None:
    axes = {name: {0: "rows", 1: "pieces"} for name in (*names[0], *names[1])}
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.onnx"
        torch.onnx.export(
            half,
            example,
            str(out if exact else raw),
            input_names=names[0],
            output_names=names[1],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        if not exact:
            quantize_dynamic(
                str(raw),
                str(out),
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul", "Gather"],
            )


def export(tagger: Tagger, out: Path, *, exact: bool = False) -> None:
    """Write both graphs; `exact` leaves them in float32."""
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.ones(2, 16, dtype=torch.long)
    mask = torch.ones_like(ids)
    with torch.no_grad():
        _early, state = tagger.first(ids, mask)
        _write(
            First(tagger),
            (ids, mask),
            (["ids", "mask"], ["early", "state"]),
            out / "first.onnx",
            exact=exact,
        )
        _write(
            Second(tagger),
            (state, mask),
            (["state", "mask"], ["scores"]),
            out / "second.onnx",
            exact=exact,
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
    digest = hashlib.blake2b(
        (options.out / "first.onnx").read_bytes() + (options.out / "second.onnx").read_bytes(),
        digest_size=6,
    )
    settings = {
        "version": digest.hexdigest(),
        "early": 0.03,
        "labels": list(LABELS),
        "gates": dict.fromkeys(LABELS, USUAL_GATE),
    }
    (options.out / "settings.json").write_text(json.dumps(settings, indent=1) + "\n")
    print(
        settings["version"],
        {f.name: f.stat().st_size // 1000 for f in sorted(options.out.iterdir())},
    )


if __name__ == "__main__":
    main()
