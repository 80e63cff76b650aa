"""Reminding staff of training that ends, or that they owe.

Invariants: somebody is reminded thirty days and seven days before the end, and once a month while
they owe something; several processes may do this and remind nobody twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from privity.access.notices import Notes, Notice, note
from privity.access.ports import Accounts
from privity.governance.training import (
    Curriculum,
    Standing,
    Trained,
    Trainings,
    standings,
)
from privity.rights.ports import UsedPasses

BEFORE = (timedelta(days=7), timedelta(days=30))
"""How long before the end somebody is reminded, the shortest first."""
_MONTH = timedelta(days=31)


class ReminderStore(Protocol):
    """What reminding needs of a transaction."""

    @property
    def accounts(self) -> Accounts:
        """Accounts."""
        ...

    @property
    def trainings(self) -> Trainings:
        """What staff took."""
        ...

    @property
    def notes(self) -> Notes:
        """Letters to staff."""
        ...

    @property
    def used_passes(self) -> UsedPasses:
        """What was done once."""
        ...


def remind(tx: ReminderStore, curriculum: Curriculum, now: datetime) -> int:
    """Write to everybody who is to be reminded now, and say how many."""
    found = standings(curriculum, tx.accounts.all(), tx.trainings.all(), now)
    return sum(_remind(tx, each, now) for each in found)


def _remind(tx: ReminderStore, standing: Standing, now: datetime) -> bool:
    occasion = _occasion(standing, now)
    if occasion is None:
        return False
    word, day, kept = occasion
    account = standing.account.id
    if not tx.used_passes.use(f"training:{account}:{word}", kept, now):
        return False
    tx.notes.add(note(Notice.TRAINING, account, day, now))
    return True


def _occasion(standing: Standing, now: datetime) -> tuple[str, str, datetime] | None:
    """Return for what somebody is reminded, the day it names, and until when that is remembered."""
    held = standing.verdict
    if not isinstance(held, Trained):
        return f"owing:{now:%Y-%m}", now.date().isoformat(), now + _MONTH
    left, day = held.until - now, held.until.date().isoformat()
    length = next((each for each in BEFORE if left <= each), None)
    return None if length is None else (f"{day}:{length.days}", day, held.until + _MONTH)
