"""How many characters of personal data came in with a request, and left unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from privity.minimize.measure import Weight
from privity.model.finding import Finding
from privity.model.text import Leaf, Slot
from privity.model.words import Category, Treatment


def weigh(
    leaves: Sequence[Leaf],
    findings: Sequence[Sequence[Finding]],
    treatments: Mapping[Category, Treatment],
) -> Weight:
    """Weigh what was found; an account by position counts whole, like in `treat`."""
    came = left = 0
    accounts_stay = treatments[Category.ACCOUNT] is Treatment.KEEP
    for leaf, found in zip(leaves, findings, strict=True):
        if leaf.slot is Slot.ACCOUNT and not accounts_stay:
            came += len(leaf.raw)
            continue
        for finding in found:
            length = finding.end - finding.start
            came += length
            if treatments[finding.category] is Treatment.KEEP:
                left += length
    return Weight(came, left)
