"""What the policy says about bodies: which media pass, what unknown fields do, and the depth."""

from __future__ import annotations

from dataclasses import dataclass

from privity.model.words import Media, UnknownFields

DEEPEST = 200
"""No rule reads deeper: the walk recurses, and must end in a refusal, not in a full stack."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How to read a body. `max_depth` counts objects, arrays and JSON inside strings."""

    media: frozenset[Media]
    unknown: UnknownFields
    max_depth: int
