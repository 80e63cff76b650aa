"""What a serving home does by itself: now, and then every hour.

Invariant: a chore that fails is reported by the code of its error and tried again the next time; it
never ends the server, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from privity.access.sessions import LONGEST_LOCK
from privity.adapters.home import Home, now, take_force
from privity.adapters.moving import everywhere, finish_moves
from privity.adapters.rotating import ages, means_of, rotate_due
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.sql.stores import SqlTransaction
from privity.adapters.versions import versions
from privity.errors import PrivityError, Tampered
from privity.gateway.report import Line, Report
from privity.gateway.upcoming import Upcoming
from privity.model.policy import Policy
from privity.policy.versions import in_force, upcoming
from privity.rights.letters import LIFE
from privity.vault.erase import remove_next
from privity.vault.retain import Swept, sweep

SECONDS = 3600.0
LOOK_SECONDS = 60.0
"""How often a serving home looks whether another policy was adopted."""


async def sweeping(journal: SqlJournal, policy: Policy, report: Report) -> None:
    """Remove what is due and what erasures left to remove."""

    async def once() -> dict[str, int]:
        while await journal.write(lambda tx: remove_next(tx, now(), policy.digest)):
            pass
        await journal.write(_forget_limits)
        swept = await _swept(journal, policy)
        return {"count": swept.records, "overdue": swept.overdue}

    await _hourly(once, (Line.SWEPT, Line.SWEEP_FAILED), report)


def _forget_limits(tx: SqlTransaction) -> None:
    """Remove full buckets, and sessions, guesses and unsent letters of staff that are long over."""
    tx.buckets.sweep(now())
    tx.sessions.sweep(now() - 2 * LONGEST_LOCK)
    tx.notes.sweep(now() - 2 * LIFE)


async def rotating(home: Home, policy: Policy, report: Report) -> None:
    """Finish rotations of keys that were interrupted and rotate what is due."""

    async def once() -> dict[str, int]:
        means = means_of(home, policy.digest)
        due = ages(home.settings.keys, policy)
        done = await rotate_due(home.journal, means, due, now())
        if done.left:  # something of theirs does not open; the others were rotated
            report(Line.ROTATION_FAILED, {"code": Tampered.code, "count": len(done.left)})
        return {"count": done.count}

    await _hourly(once, (Line.ROTATED, Line.ROTATION_FAILED), report)


async def finishing_moves(every: Sequence[Home], policy: Policy, report: Report) -> None:
    """Finish moves of people that were interrupted."""
    there = everywhere(every, policy, now)

    async def once() -> dict[str, int]:
        return {"count": await asyncio.to_thread(finish_moves, there)}

    await _hourly(once, (Line.MOVED, Line.MOVE_FAILED), report)


async def taking_force(
    home: Home, policy: Policy, told: Upcoming, again: Callable[[], None]
) -> None:
    """Ask for a new start, once, when another policy is due than the one that is served.

    One that is announced while the server runs is seen within a minute, and people are told.
    """
    while True:
        at, written = now(), versions(home.settings.home)
        due, ahead = in_force(written, at), upcoming(written, at)
        told.see(ahead)
        if due is not None and due.policy.digest != policy.digest:
            await asyncio.to_thread(take_force, home, at)
            again()
            return
        wait = timedelta(seconds=LOOK_SECONDS)
        if ahead is not None and ahead.since is not None:
            wait = min(wait, ahead.since - at)
        await asyncio.sleep(wait.total_seconds())


async def _hourly(
    once: Callable[[], Awaitable[dict[str, int]]], lines: tuple[Line, Line], report: Report
) -> None:
    """Do a chore now and every hour, until cancelled; `lines` say that it was done, or failed."""
    done, failed = lines
    while True:
        try:
            report(done, await once())
        except PrivityError as error:
            report(failed, {"code": error.code})
        await asyncio.sleep(SECONDS)


async def _swept(journal: SqlJournal, policy: Policy) -> Swept:
    """Sweep until nothing is overdue; requests are written in between."""
    total = 0
    while True:
        swept = await journal.write(lambda tx: sweep(tx, now(), policy.digest))
        total += swept.records
        if not (swept.overdue and swept.records):
            return replace(swept, records=total)
