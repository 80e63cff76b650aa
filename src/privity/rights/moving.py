"""What a person decided goes along when they move to another region.

Invariant: in the new region they have decided what they had decided in the old one, and nothing
that was taken back or refused is open again on the way.
"""

from __future__ import annotations

from typing import Protocol

from privity.model.words import SubjectRef
from privity.rights.choices import UNDECIDED
from privity.rights.minors import MinorsStore
from privity.rights.ports import ChoosingStore


class DecidedStore(ChoosingStore, MinorsStore, Protocol):
    """A transaction over choices, ages and parents' consent in one region."""


def adopt(source: DecidedStore, target: DecidedStore, subject: SubjectRef) -> None:
    """Store in the new region what was decided in the old one; again changes nothing more.

    The ledger's entries stay in the log of the old region, where they can be proven.
    """
    if source.people.version(subject) == 0:
        return
    choices = source.choices.of(subject)
    if choices != UNDECIDED:
        target.choices.put(subject, choices)
    target.ages.put(subject, source.ages.get(subject))
    for request in source.parental.of(subject):
        if target.parental.find(request.consent.id) is None:
            target.parental.add(request)
        else:
            target.parental.put(request)
    target.people.changed(subject)
