"""What a treatment lets others learn, and which of two treatments is the stricter.

The order is partial, and honest about it: a keyed hash shows that two messages hold the same value
but nothing of the value; a generalization shows something true of the value but links nothing.
Neither is the stricter one, so going from one to the other widens, both ways.

    exclude  <  hash  <  pseudonymize  <  keep
    exclude  <  generalize             <  keep

Invariants: `exclude` is below everything and `keep` above; `stricter_of` never lets others learn
what one of its two arguments hides.
"""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from privity.model.words import Treatment


class Learned(Enum):
    """One thing that others can learn from text after a treatment."""

    SAME_VALUE = "that two messages of a conversation hold the same value"
    WAY_BACK = "the value again, for whoever holds the conversation in memory"
    ROUGH_VALUE = "roughly what the value is"
    VALUE = "the value"


def learned(treatment: Treatment) -> frozenset[Learned]:
    """Return what others can learn after this treatment."""
    match treatment:
        case Treatment.EXCLUDE:
            return frozenset()
        case Treatment.HASH:
            return frozenset({Learned.SAME_VALUE})
        case Treatment.GENERALIZE:
            return frozenset({Learned.ROUGH_VALUE})
        case Treatment.PSEUDONYMIZE:
            return frozenset({Learned.SAME_VALUE, Learned.WAY_BACK})
        case Treatment.KEEP:
            return frozenset(Learned)
        case _:
            assert_never(treatment)


def exposes_more(new: Treatment, old: Treatment) -> bool:
    """Say whether others can learn something after `new` that they could not after `old`."""
    return not learned(new) <= learned(old)


def stricter_of(one: Treatment, other: Treatment) -> Treatment:
    """Return the mildest treatment that hides all that either of the two hides."""
    both = learned(one) & learned(other)
    return max(
        (treatment for treatment in Treatment if learned(treatment) <= both),
        key=lambda treatment: len(learned(treatment)),
    )
