"""What is kept of an exchange: the newest turn and the answer, both minimized.

Earlier turns are kept already, with the exchange that brought them.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from privity.model.reveal import reveal
from privity.model.text import Leaf, Minimized


def minimized(leaves: Sequence[Leaf], texts: Sequence[Minimized | None]) -> tuple[Minimized, ...]:
    """Return the text of every leaf after treatment: None means that nothing was found in it."""
    return tuple(
        text if text is not None else Minimized(reveal(leaf.raw))
        for leaf, text in zip(leaves, texts, strict=True)
    )


def transcript(asked: Sequence[Minimized], answered: Sequence[Minimized]) -> bytes:
    """Return the bytes to be sealed."""
    record = {"asked": [t.text for t in asked], "answered": [t.text for t in answered]}
    return orjson.dumps(record)
