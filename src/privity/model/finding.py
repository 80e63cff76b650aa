"""What a detector says, and what a request held, in kinds and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from privity.model.words import Category, Treatment


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data at `[start, end)`, in characters of the text that was scanned.

    `confidence` is between 0 and 1; `rule` names the pattern, list or model that found it.
    """

    start: int
    end: int
    category: Category
    confidence: float
    rule: str


Tally: TypeAlias = Mapping[tuple[Category, Treatment], int]
"""How many findings of each kind were treated in which way. Never content."""
