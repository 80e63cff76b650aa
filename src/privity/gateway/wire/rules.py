"""What the policy says about bodies: which media pass, what unknown fields do, and the depth."""

from __future__ import annotations

from dataclasses import dataclass

from privity.model.words import Media, UnknownFields


@dataclass(frozen=True, slots=True)
class Rules:
    """How to read a body. `max_depth` counts objects, arrays and JSON inside strings."""

    media: frozenset[Media]
    unknown: UnknownFields
    max_depth: int
