"""The language model as a detector.

Promises: every leaf of text is read whole, in overlapping windows; an answer is complete, or there
is none (`DetectorUnavailable`). The same leaf gives the same findings whatever is read beside it,
up to the rounding of 8-bit sums.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from privity.detect.language.network import Network, open_network
from privity.detect.language.parts import split, windows
from privity.detect.language.spans import Gates, Judgement
from privity.errors import DetectorUnavailable
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf, Slot
from privity.model.words import Category


@dataclass(frozen=True, slots=True)
class LanguageDetector:
    """Finds what has no fixed shape. Implements `detect.ports.Detector`."""

    version: str
    tokenizer: Tokenizer
    network: Network
    gates: Gates

    @classmethod
    def load(cls, folder: Path | None = None) -> LanguageDetector:
        """Read the model from `folder`, or from inside the package. Raises DetectorUnavailable."""
        place = folder or Path(str(files("privity.detect.language") / "data"))
        try:
            settings = json.loads((place / "settings.json").read_text("utf-8"))
            tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
            tokenizer.no_truncation()
            tokenizer.no_padding()
            network = open_network(place, float(settings["early"]))
            categories = [Category[name] for name in settings["labels"]]
            gates = {Category[name]: float(gate) for name, gate in settings["gates"].items()}
        except Exception as error:
            raise DetectorUnavailable("the language model cannot be read") from error
        version = str(settings["version"])
        return cls(version, tokenizer, network, Gates(categories, gates, f"language:{version}"))

    def find(self, leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        """Findings of each leaf, in order of place, not overlapping. Raises DetectorUnavailable."""
        texts = [reveal(leaf.raw) if leaf.slot is Slot.TEXT else "" for leaf in leaves]
        try:
            return tuple(tuple(found) for found in self._find(texts))
        except Exception:  # noqa: BLE001 - no library's message may carry the text on
            raise DetectorUnavailable("the language model failed") from None

    def _find(self, texts: Sequence[str]) -> list[list[Finding]]:
        pieces = split(self.tokenizer, texts)
        scores: dict[int, np.ndarray] = {}
        for window, judged in self.network.judge(pieces, windows(pieces)):
            if window.text not in scores:
                scores[window.text] = _nothing(len(pieces[window.text].ids), judged.shape[1])
            own = judged[window.judge_from - window.start : window.judge_to - window.start]
            scores[window.text][window.judge_from : window.judge_to] = own
        found: list[list[Finding]] = [[] for _ in texts]
        for number, own in scores.items():
            found[number] = self.gates.spans(texts[number], Judgement(own, pieces[number].places))
        return found


def _nothing(length: int, tags: int) -> np.ndarray:
    scores = np.zeros((length, tags), np.float32)
    scores[:, 0] = 1.0
    return scores
