"""Run the large network over windows: probabilities of every tag for every piece.

The vectors of pieces are those of the small network's table; the rest is one 8-bit ONNX graph,
which uses one thread of the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from privity.detect.language.parts import END, PAD, START, Pieces, Window
from privity.detect.language.quick import Tables

Scores = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
AT_ONCE = 170  # pieces in one run, padding included; more needs memory and gains no time


@dataclass(frozen=True, slots=True)
class Network:
    """The graph and the vectors of its pieces."""

    graph: Any
    tables: Tables

    def judge(
        self, texts: Sequence[Pieces], windows: Sequence[Window]
    ) -> Iterator[tuple[Window, Scores]]:
        """Yield each window with probabilities (pieces, tags)."""
        for group in _alike(windows):
            ids, mask = _padded(texts, group)
            inputs = {"words": self.tables.of(ids), "mask": mask}
            (scores,) = self.graph.run(None, inputs)
            for window, found in zip(group, scores, strict=True):
                yield window, _probabilities(found[1 : window.end - window.start + 1])


def open_network(file: Path, tables: Tables) -> Network:
    """Read the graph. Raises OSError or onnxruntime's own errors."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    providers = ["CPUExecutionProvider"]
    return Network(ort.InferenceSession(str(file), options, providers=providers), tables)


def _alike(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Groups of windows of like length, so that little is padding."""
    group: list[Window] = []
    for window in sorted(windows, key=lambda w: w.end - w.start):
        if group and (len(group) + 1) * (window.end - window.start + 2) > AT_ONCE:
            yield group
            group = []
        group.append(window)
    if group:
        yield group


def _padded(texts: Sequence[Pieces], group: Sequence[Window]) -> tuple[Whole, Whole]:
    longest = max(window.end - window.start for window in group) + 2
    ids = np.full((len(group), longest), PAD, np.int64)
    for row, window in enumerate(group):
        inner = texts[window.text].ids[window.start : window.end]
        ids[row, : len(inner) + 2] = (START, *inner, END)
    return ids, (ids != PAD).astype(np.int64)


def _probabilities(scores: Scores) -> Scores:
    shifted: Scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    total: Scores = shifted.sum(axis=1, keepdims=True)
    return np.asarray(shifted / total, np.float32)
