"""Train the small network: from gold marks, and from what the large one thinks.

Promises: word vectors are those of the large network's base, in 8 bits, and stay as they are; what
depends on a word alone goes through `Words`, so that the runtime works it out once for each
distinct word; what stands around a word comes in by `Around` alone, `REACH` words to each side.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

STEPS = (1, 2, 4, 8, 16)  # how far apart the three words are that each layer looks at
REACH = sum(STEPS)
NOTHING = 0


@dataclass(frozen=True, slots=True)
class Data:
    """The arrays of `student_rows.py`, and the vectors of the pieces."""

    rows: dict[str, np.ndarray]
    vectors: Tensor

    def pieces(self, name: str, words: Tensor) -> Tensor:
        """Mean vectors (words, width) of the pieces of words; 0 without pieces."""
        ids = torch.from_numpy(self.rows[name])[words]
        there = (ids > 0).float()
        found = (self.vectors[ids.long()] * there[..., None]).sum(1)
        return found / there.sum(1).clamp(min=1)[:, None]


class Words(nn.Module):
    """What can be seen of a word, to its vector."""

    def __init__(self, seen: int, width: int, grams: int) -> None:
        super().__init__()
        self.own = nn.Linear(seen, width)
        self.other = nn.Linear(seen, width, bias=False)
        self.form = nn.EmbeddingBag(grams, width, mode="sum")
        nn.init.normal_(self.form.weight, std=0.05)
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(width, width)

    def forward(self, own: Tensor, other: Tensor, form: Tensor) -> Tensor:
        seen = self.norm(self.own(own) + self.other(other) + self.form(form))
        return self.mix(functional.relu(seen))


class Around(nn.Module):
    """Vectors of the words of texts (batch, words, width) to scores (batch, words, tags)."""

    def __init__(self, width: int, tags: int, dropout: float) -> None:
        super().__init__()
        self.glue = nn.Parameter(torch.zeros(width))
        self.layers = nn.ModuleList(
            nn.Conv1d(width, width, 3, dilation=step, padding=step) for step in STEPS
        )
        self.head = nn.Linear(width, tags)
        self.dropout = nn.Dropout(dropout)

    def forward(self, words: Tensor, glued: Tensor, mask: Tensor) -> Tensor:
        shown = mask[..., None]
        x = self.dropout((words + glued[..., None] * self.glue) * shown)
        for layer in self.layers:
            near = functional.relu(layer(x.transpose(1, 2)).transpose(1, 2))
            x = x + self.dropout(near) * shown
        scores: Tensor = self.head(x)
        return scores


class Student(nn.Module):
    """Both parts."""

    def __init__(self, seen: int, width: int, tags: int, grams: int, dropout: float) -> None:
        super().__init__()
        self.words = Words(seen, width, grams)
        self.around = Around(width, tags, dropout)


Window = tuple[int, int]  # first word, and the one after the last


def windows(
    rows: dict[str, np.ndarray], chance: np.random.Generator, shares: dict[str, float]
) -> list[Window]:
    """Windows of one pass: of each source, a share of its texts."""
    found = []
    for start, end, source in zip(
        rows["starts"], rows["starts"][1:], rows["sources"], strict=False
    ):
        share = shares.get(str(source), 1.0)
        for _ in range(int(share + chance.random())):
            size = int(chance.choice((150, 250, 400)))
            lows = range(int(start), max(int(start) + 1, int(end) - REACH), size)
            found.extend((low, min(low + size + REACH, int(end))) for low in lows)
    return found


def batches(found: list[Window], words: int, chance: np.random.Generator) -> Iterator[list[Window]]:
    """Batches of windows of like length, about `words` words each."""
    chance.shuffle(found)
    shelf = 3000
    for begin in range(0, len(found), shelf):
        part = sorted(found[begin : begin + shelf], key=lambda w: w[1] - w[0])
        ready, batch = [], []
        for window in part:
            if batch and (len(batch) + 1) * (window[1] - window[0]) > words:
                ready.append(batch)
                batch = []
            batch.append(window)
        ready.append(batch)
        for number in chance.permutation(len(ready)):
            yield ready[number]


def loss_of(
    student: Student, data: Data, batch: list[Window], options: argparse.Namespace
) -> Tensor:
    """The mean over words of both losses: against the marks, and against the large network."""
    rows = data.rows
    longest = max(end - start for start, end in batch)
    at = torch.tensor([[min(start + n, end - 1) for n in range(longest)] for start, end in batch])
    mask = torch.tensor([[start + n < end for n in range(longest)] for start, end in batch])
    ids, back = torch.from_numpy(rows["ids"])[at].unique(return_inverse=True)
    own, other = data.pieces("pieces", ids), data.pieces("others", ids)
    form = torch.from_numpy(rows["forms"])[ids].long()
    if options.blank:
        keep = (torch.rand(len(ids), 1) >= options.blank).float()
        own, other = own * keep, other * keep
    vectors = student.words(own, other, form)
    glued = torch.from_numpy(rows["glued"])[at].float()
    scores = student.around(vectors[back], glued, mask.float())[mask]
    places = at[mask]
    rules = torch.from_numpy(rows["right"])[places].long()
    judged = rules != NOTHING
    right = torch.from_numpy(rows["rule_right"])[rules[judged]]
    scope = torch.from_numpy(rows["rule_judged"])[rules[judged]]
    own_scores = scores[judged]
    gold = (torch.logsumexp(own_scores + scope, -1) - torch.logsumexp(own_scores + right, -1)).sum()
    thought = torch.from_numpy(rows["thought"])[places].long()
    heard = thought >= 0
    wanted = torch.from_numpy(rows["opinions"])[thought[heard]].float()
    soft = -(wanted * functional.log_softmax(scores[heard], -1)).sum()
    return (options.gold * gold + options.soft * soft) / len(places)


def vectors_of(base: Path) -> tuple[Tensor, np.ndarray, np.ndarray]:
    """Vectors of the pieces as the runtime has them: 8 bits, one scale a piece."""
    with np.load(base / "base.npz") as stored:
        exact = stored["word"].astype(np.float32)
    scales = np.maximum(np.abs(exact).max(1), 1e-6) / 127
    whole = np.round(exact / scales[:, None]).astype(np.int8)
    return torch.from_numpy(whole * scales[:, None].astype(np.float32)), whole, scales


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    chance = np.random.default_rng(options.seed)
    with np.load(options.rows) as stored:
        rows = {name: stored[name] for name in stored.files}
    data = Data(rows, vectors_of(options.base)[0] * 10)
    grams = 16384
    student = Student(
        data.vectors.shape[1], options.width, rows["rule_right"].shape[1], grams, options.dropout
    )
    if options.resume:
        student.load_state_dict(torch.load(options.resume))
    optimizer = torch.optim.AdamW(student.parameters(), lr=options.lr, weight_decay=0.01)
    shares = {name: float(share) for name, _, share in (s.partition("=") for s in options.share)}
    begun, step, recent = time.time(), 0, []
    while True:
        for batch in batches(windows(rows, chance, shares), options.words, chance):
            gone = (time.time() - begun) / (60 * options.minutes)
            if gone >= 1:
                torch.save(student.state_dict(), options.out)
                print(f"done: {step} steps")
                return
            for group in optimizer.param_groups:
                group["lr"] = options.lr * min(1, (step + 1) / 100) * max(0.01, 1 - gone)
            loss = loss_of(student, data, batch, options)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            recent.append(loss.item())
            step += 1
            if step % 200 == 0:
                print(f"step {step} {gone:.1%} loss {np.mean(recent):.4f}", flush=True)
                recent = []
        torch.save(student.state_dict(), options.out)
        print("pass done", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--words", type=int, default=4096, help="words in a batch")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument(
        "--blank", type=float, default=0.05, help="share of words whose pieces are hidden"
    )
    parser.add_argument("--gold", type=float, default=0.5)
    parser.add_argument("--soft", type=float, default=1.0)
    parser.add_argument("--share", nargs="*", default=[], help="SOURCE=SHARE ...")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
