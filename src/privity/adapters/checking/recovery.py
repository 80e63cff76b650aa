"""Checks of what helps after a loss: backups, putting them back, and the nightly rehearsal."""

from __future__ import annotations

from datetime import datetime, timedelta

from privity.adapters.checking.setup import Setup, newest
from privity.audit.entry import Entry, Event
from privity.governance.checks import Verdict, advice, well, wrong
from privity.governance.duties import RECENT
from privity.governance.rehearsal import OK

BACKUP_AGE = timedelta(days=2)
RESTORE_AGE = timedelta(days=92)
"""A quarter: how long ago a backup may have been put back last, to try."""
_NO_BACKUP = "Run `privity backup` every day (docs/operations.md), and keep the root key apart."


def backup(setup: Setup) -> Verdict:
    """Look for the newest backup in the log."""
    found = _newest(setup, Event.BACKUP_MADE, BACKUP_AGE)
    if found is None:
        detail = f"none was made in the last {BACKUP_AGE.days} days"
        return advice("backup_old", detail, _NO_BACKUP)
    return well(f"the newest is {_age(setup.at - found.at)} old")


def restore(setup: Setup) -> Verdict:
    """Look for the newest time that a backup was put back, to try."""
    found = _newest(setup, Event.BACKUP_TRIED, RESTORE_AGE)
    if found is None:
        detail = f"no backup was put back to try in the last {RESTORE_AGE.days} days"
        remedy = "Run `privity try-backup FILE`, which puts one back in a folder of its own."
        return advice("restore_not_tried", detail, remedy)
    return well(f"a backup was put back {_age(setup.at - found.at)} ago")


def rehearsal(setup: Setup) -> Verdict:
    """Look how the newest rehearsal of access and erasure went."""
    found = _newest(setup, Event.REHEARSAL_ENDED, RECENT)
    remedy = "Run `privity requests rehearse`; a running server does every night."
    if found is None:
        detail = f"access and erasure were not tried in the last {RECENT.days} days"
        return advice("rehearsal_old", detail, remedy)
    code = str(found.facts.get("code"))
    if code != OK:
        return wrong("rehearsal_failed", f"the newest rehearsal ended with {code}", remedy)
    return well(f"held {_age(setup.at - found.at)} ago")


def _newest(setup: Setup, event: Event, age: timedelta) -> Entry | None:
    since: datetime = setup.at - age
    with setup.snapshot() as snapshot:
        return newest(snapshot, event, since)


def _age(length: timedelta) -> str:
    hours = int(length.total_seconds()) // 3600
    return f"{hours // 24} days" if hours >= 48 else f"{max(hours, 0)} hours"  # noqa: PLR2004
