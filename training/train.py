"""Fine-tune the base into a tagger with an early exit.

Promises: a token's loss is minus the logarithm of the share of what its mark allows in what its
annotators looked for (see `corpora.py`); kinds that they did not look for get no gradient. Two heads are taught: one after the first layers, for the runtime to stop where
nothing is in sight, one at the end. Word vectors stay as they are.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from corpora import Document, read_corpus
from labels import TAG, TAGS
from network import Tagger, read_arrays
from tokenizers import Tokenizer
from torch import Tensor

START, PAD, END = 0, 1, 2
NO_LOSS = 0  # row 0 of the table of rules allows everything


Tags = frozenset[int]


@dataclass(slots=True)
class Rules:
    """Numbered pairs: the tags that are right, and the tags that are not judged; row 0 judges none."""

    rows: dict[tuple[Tags, Tags], int] = field(default_factory=lambda: {(Tags(), Tags()): NO_LOSS})

    def number(self, right: Tags, silent: Tags) -> int:
        return self.rows.setdefault((right, silent - right), len(self.rows))

    def table(self) -> tuple[Tensor, Tensor]:
        """Log-weights, each (rows, tags): of what is right, of what is judged; 0 or very low."""
        right, judged = torch.full((2, len(self.rows), len(TAGS)), -1e4)
        judged += 1e4
        for (tags, silent), row in self.rows.items():
            right[row, list(tags)] = 0.0
            judged[row, list(silent)] = -1e4
        return right, judged


Window = tuple[list[int], list[int]]
Batch = list[Window]


def _tags(labels: frozenset[str], place: str) -> frozenset[int]:
    return frozenset(TAG[f"{place}-{label}"] for label in labels)


def label_tokens(document: Document, offsets: list[tuple[int, int]], rules: Rules) -> list[int]:
    """The rule of every token."""
    silent = _tags(document.silent, "B") | _tags(document.silent, "I")
    found = [rules.number(Tags({TAG["O"]}), silent)] * len(offsets)
    for mark in document.marks:
        place = "B"
        for index, (start, end) in enumerate(offsets):
            if start < mark.end and end > mark.start and end > start:
                found[index] = (
                    rules.number(_tags(mark.labels, place), silent) if mark.labels else NO_LOSS
                )
                place = "I"
    return found


def windows(document: Document, tokenizer: Tokenizer, rules: Rules, size: int) -> Iterator[Window]:
    """Overlapping pieces of at most `size` tokens."""
    encoded = tokenizer.encode(document.text, add_special_tokens=False)
    labels = label_tokens(document, encoded.offsets, rules)
    for start in range(0, max(1, len(encoded.ids) - size // 8), size - size // 8):
        ids = encoded.ids[start : start + size]
        yield [START, *ids, END], [NO_LOSS, *labels[start : start + size], NO_LOSS]


def recase(document: Document, chance: random.Random) -> Document:
    """Now and then lower case or capitals; offsets stay true."""
    draw = chance.random()
    if draw > 0.25:
        return document
    change = str.lower if draw < 0.2 else str.upper
    text = "".join(change(c) if len(change(c)) == 1 else c for c in document.text)
    return Document(text, document.marks, document.silent, document.source)


def batches(pool: list[Window], tokens: int, chance: random.Random) -> Iterator[list[Window]]:
    """Batches of like length and about `tokens` tokens, in random order."""
    chance.shuffle(pool)
    shelf = 2000
    for begin in range(0, len(pool), shelf):
        part = sorted(pool[begin : begin + shelf], key=lambda w: len(w[0]))
        found, batch = [], []
        for window in part:
            if batch and (len(batch) + 1) * len(window[0]) > tokens:
                found.append(batch)
                batch = []
            batch.append(window)
        found.append(batch)
        chance.shuffle(found)
        yield from found


def pad(batch: list[Window]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and rules, each (batch, longest)."""
    longest = max(len(ids) for ids, _ in batch)
    ids = torch.tensor([w[0] + [PAD] * (longest - len(w[0])) for w in batch])
    rules = torch.tensor([w[1] + [NO_LOSS] * (longest - len(w[1])) for w in batch])
    return ids, (ids != PAD).long(), rules


def loss_of(scores: Tensor, rules: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
    """Minus the logarithm of the share of what is right in what is judged; mean over tokens."""
    counted = rules != NO_LOSS
    scores, rows = scores.float()[counted], rules[counted]
    right, judged = table[0][rows], table[1][rows]
    return (torch.logsumexp(scores + judged, -1) - torch.logsumexp(scores + right, -1)).mean()


def read_pool(options: argparse.Namespace, rules: Rules, chance: random.Random) -> list[Window]:
    """All windows of one pass; `file:share` takes a share of a file's documents."""
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    pool = []
    for item in options.data:
        name, _, share = item.partition(":")
        documents = list(read_corpus(Path(name)))
        wanted = round(len(documents) * float(share or 1))
        for turn in range(-(-wanted // max(1, len(documents)))):
            part = (
                documents
                if wanted - turn * len(documents) >= len(documents)
                else chance.sample(documents, wanted - turn * len(documents))
            )
            for document in part:
                size = chance.choice((126, 158, 158, 190))
                pool.extend(windows(recase(document, chance), tokenizer, rules, size))
    return pool


def open_model(options: argparse.Namespace) -> Tagger:
    """The base, or a run to go on from; what is frozen takes no gradient."""
    model = Tagger(read_arrays(options.base), options.layers, len(TAGS), options.dropout)
    if options.resume:
        state = torch.load(options.resume)
        if options.new_heads:
            kept = {k: v for k, v in state.items() if k.startswith(("layers", "norm"))}
            state = {**model.state_dict(), **kept}
        model.load_state_dict(state)
    for part in (model.word, model.place, model.norm, *model.layers[: options.frozen]):
        part.requires_grad_(requires_grad=False)
    return model


def open_optimizer(model: Tagger, options: argparse.Namespace) -> torch.optim.AdamW:
    """Heads that start from nothing learn ten times faster than the body."""
    fresh = not options.resume or options.new_heads
    groups = [
        {"params": [p for p in model.layers.parameters() if p.requires_grad], "peak": options.lr},
        {
            "params": [*model.head.parameters(), *model.early.parameters()],
            "peak": options.lr * (10 if fresh else 3),
        },
    ]
    return torch.optim.AdamW(groups, lr=options.lr, weight_decay=0.01)


@dataclass(slots=True)
class Progress:
    """How much of the run is behind us, by steps or by the clock."""

    options: argparse.Namespace
    begun: float
    step: int = 0

    def gone(self) -> float:
        if self.options.steps:
            return self.step / self.options.steps
        return (time.time() - self.begun) / (60 * self.options.minutes)

    def rate(self) -> float:
        """Share of the peak rate: up at first, then down in a straight line."""
        falling = 1 - self.gone() * (1 - self.options.floor)
        return min(1.0, (self.step + 1) / self.options.warmup) * falling


def passes(options: argparse.Namespace, rules: Rules, chance: random.Random) -> Iterator[Batch]:
    """Batches without end; every pass draws its documents anew."""
    while True:
        pool = read_pool(options, rules, chance)
        print(f"{len(pool)} windows, {sum(len(w[0]) for w in pool)} pieces", flush=True)
        yield from batches(pool, options.tokens, chance)


def train(options: argparse.Namespace) -> None:
    """Train, save now and then, and at the end."""
    chance = random.Random(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    model, rules, recent = open_model(options), Rules(), []
    optimizer = open_optimizer(model, options)
    supply = passes(options, rules, chance)
    batch = next(supply)
    progress = Progress(options, time.time())
    model.train()
    while progress.gone() < 1:
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * progress.rate()
        recent.append(learn(model, optimizer, batch, rules.table(), options))
        progress.step += 1
        if progress.step % 50 == 0:
            seconds = time.time() - progress.begun
            print(
                f"step {progress.step} {progress.gone():.1%} loss {np.mean(recent):.4f} {seconds:.0f} s",
                flush=True,
            )
            recent = []
        if progress.step % 250 == 0:
            save(model, options)
        batch = next(supply)
    save(model, options)
    print(f"done: {progress.step} steps", flush=True)


def learn(
    model: Tagger,
    optimizer: torch.optim.AdamW,
    batch: Batch,
    table: tuple[Tensor, Tensor],
    options: argparse.Namespace,
) -> float:
    """One step; returns the loss."""
    ids, mask, wanted = pad(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.half):
        early, late = model.both(ids, mask)
    loss = loss_of(late, wanted, table) + options.early_share * loss_of(early, wanted, table)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_((p for p in model.parameters() if p.requires_grad), 1.0)
    optimizer.step()
    return float(loss.item())


def save(model: Tagger, options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), options.out / "model.new")
    (options.out / "model.new").replace(options.out / "model.pt")
    (options.out / "layers.json").write_text(json.dumps(options.layers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of read_base.py")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", nargs="+", required=True, help="FILE[:SHARE] ...")
    parser.add_argument("--layers", type=int, nargs="+", default=[0, 2, 4, 6, 8, 10])
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--new-heads", action="store_true", help="with --resume: forget its heads")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--steps", type=int, default=0, help="instead of minutes: exactly so many")
    parser.add_argument("--tokens", type=int, default=2048, help="tokens in a batch")
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument(
        "--floor", type=float, default=0.0, help="share of the rate that is left at the end"
    )
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--frozen", type=int, default=0, help="first layers that stay as they are")
    parser.add_argument("--early-share", type=float, default=0.4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--half", action="store_true", help="bfloat16 where it is safe")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
