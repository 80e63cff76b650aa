"""What is usual, from what was: a bound that one odd hour of the past does not move.

Invariants: the bound is never below a floor, so that a quiet past makes no noise; with too little
past only the floor holds; every number that led to a verdict can be told.

Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993): the modified z-score from
median and median absolute deviation (MAD).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

_TO_DEVIATION = 1.4826
"""MAD times this is the standard deviation of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How a bound is made: the floor, how many deviations, and how much past it takes."""

    floor: int
    deviations: float = 8.0
    samples: int = 24


@dataclass(frozen=True, slots=True)
class Usual:
    """What was usual, and above what a volume is unusual."""

    middle: int
    most: int
    samples: int


def usual(past: Sequence[int], bound: Bound) -> Usual:
    """Return what is usual after volumes of the past, one number for each hour with any."""
    if len(past) < bound.samples:
        return Usual(0, bound.floor, len(past))
    middle = median(past)
    spread = median(abs(each - middle) for each in past) * _TO_DEVIATION
    most = max(bound.floor, ceil(middle + bound.deviations * max(spread, 1.0)))
    return Usual(round(middle), most, len(past))
