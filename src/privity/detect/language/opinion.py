"""What was made of one text so far."""

from __future__ import annotations

from dataclasses import dataclass

from privity.detect.language.quick import Floats
from privity.detect.language.words import Cut


@dataclass(frozen=True, slots=True)
class Opinion:
    """A text, its words, and the probabilities (words, tags) of what each is."""

    text: str
    words: Cut
    scores: Floats
