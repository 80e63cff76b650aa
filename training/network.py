"""The network: a BERT-shaped encoder written out, with one linear layer over the tags.

Nothing but torch is needed, and layers can be left out. After the first `EARLY` layers a second,
early linear layer gives scores too, so that the runtime can stop where nothing is in sight.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

NORM_EPSILON = 1e-12
EARLY = 2  # layers before the early exit


class Layer(nn.Module):
    """Self-attention, then a feed-forward step; each added and normalized after (post-norm)."""

    def __init__(self, width: int, wide: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.attended = nn.Linear(width, width)
        self.after_attention = nn.LayerNorm(width, NORM_EPSILON)
        self.widen, self.narrow = nn.Linear(width, wide), nn.Linear(wide, width)
        self.after_feed = nn.LayerNorm(width, NORM_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, width = x.shape

        def split(t: Tensor) -> Tensor:
            return t.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        if torch.onnx.is_in_onnx_export():
            scores = query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5 + bias
            seen = torch.softmax(scores, -1) @ value
        else:
            seen = functional.scaled_dot_product_attention(
                query, key, value, attn_mask=bias.to(query.dtype)
            )
        mixed = self.attended(seen.transpose(1, 2).reshape(batch, length, width))
        x = self.after_attention(x + self.dropout(mixed))
        return self.after_feed(x + self.dropout(self.narrow(functional.gelu(self.widen(x)))))


class Tagger(nn.Module):
    """Token ids and mask, both (batch, length), to scores (batch, length, tags), early and final."""

    def __init__(
        self, arrays: dict[str, np.ndarray], layers: list[int], tags: int, dropout: float = 0.1
    ) -> None:
        super().__init__()
        words, width = arrays["word"].shape
        wide = arrays["0.widen.weight"].shape[0]
        self.word = nn.Embedding(words, width)
        self.place = nn.Embedding(arrays["place"].shape[0], width)
        self.norm = nn.LayerNorm(width, NORM_EPSILON)
        self.layers = nn.ModuleList(
            Layer(width, wide, int(arrays["heads"]), dropout) for _ in layers
        )
        self.early = nn.Linear(width, tags)
        self.head = nn.Linear(width, tags)
        self.dropout = nn.Dropout(dropout)
        self._fill(arrays, layers)

    def _fill(self, arrays: dict[str, np.ndarray], layers: list[int]) -> None:
        """The token type is always 0: its row is folded into the places."""
        state = {
            "word.weight": arrays["word"],
            "place.weight": arrays["place"] + arrays["type"],
            "norm.weight": arrays["norm.weight"],
            "norm.bias": arrays["norm.bias"],
        }
        for here, there in enumerate(layers):
            prefix = f"{there}."
            for name, value in arrays.items():
                if name.startswith(prefix):
                    state[f"layers.{here}.{name.removeprefix(prefix)}"] = value
        tensors = {
            name: torch.tensor(np.asarray(value, np.float32)) for name, value in state.items()
        }
        missing, unexpected = self.load_state_dict(tensors, strict=False)
        if unexpected or any(not name.startswith(("head", "early")) for name in missing):
            raise ValueError(f"weights do not fit: {missing} {unexpected}")

    def first(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Early scores, and the state to go on from."""
        return self.first_of(self.word(ids), mask)

    def first_of(self, words: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """As `first`, from the vectors of the pieces (batch, length, width)."""
        x = self.dropout(self.norm(words + self.place.weight[: words.shape[1]]))
        for layer in self.layers[:EARLY]:
            x = layer(x, _bias(mask, x))
        return self.early(x), x

    def second(self, x: Tensor, mask: Tensor) -> Tensor:
        """Final scores from the state."""
        for layer in self.layers[EARLY:]:
            x = layer(x, _bias(mask, x))
        scores: Tensor = self.head(x)
        return scores

    def both(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Early and final scores."""
        early, x = self.first(ids, mask)
        return early, self.second(x, mask)


def _bias(mask: Tensor, x: Tensor) -> Tensor:
    return (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4


def read_arrays(folder: Path) -> dict[str, np.ndarray]:
    """The arrays that `read_base.py` wrote."""
    with np.load(folder / "base.npz") as stored:
        return {name: stored[name] for name in stored.files}
