"""Run the network over windows: probabilities of every label for every piece.

The network has two halves. After the first one it gives an early opinion; a window in which nothing
is in sight goes no further. Both halves are 8-bit ONNX and use one thread of the caller.
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

Scores = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
AT_ONCE = 512  # pieces in one run, padding included; more needs memory and gains no time


@dataclass(frozen=True, slots=True)
class Network:
    """`early` is the probability of any label below which a window needs no second half."""

    first: Any
    second: Any
    early: float

    def judge(
        self, texts: Sequence[Pieces], windows: Sequence[Window]
    ) -> Iterator[tuple[Window, Scores]]:
        """Yield each window in which anything is in sight, with probabilities (pieces, tags)."""
        for group in _alike(windows):
            ids, mask = _padded(texts, group)
            early, state = self.first.run(None, {"ids": ids, "mask": mask})
            hot = [row for row, window in enumerate(group) if self._in_sight(early[row], window)]
            if not hot:
                continue
            longest = max(group[row].end - group[row].start for row in hot) + 2
            inputs = {"state": state[hot, :longest], "mask": mask[hot, :longest]}
            (scores,) = self.second.run(None, inputs)
            for row, found in zip(hot, scores, strict=True):
                window = group[row]
                yield window, _probabilities(found[1 : window.end - window.start + 1])

    def _in_sight(self, scores: Scores, window: Window) -> bool:
        own = _probabilities(scores[1 : window.end - window.start + 1])
        return bool((1.0 - own[:, 0]).max() >= self.early)


def open_network(folder: Path, early: float) -> Network:
    """Read both halves from `folder`. Raises OSError or onnxruntime's own errors."""
    return Network(_session(folder / "first.onnx"), _session(folder / "second.onnx"), early)


def _session(path: Path) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


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
