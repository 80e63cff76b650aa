"""The check of training: who of the staff had time for it and is not trained."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from privity.access.accounts import State
from privity.access.staff import Role, StaffId
from privity.adapters.checking.setup import Setup
from privity.adapters.courses import curriculum
from privity.adapters.sql.columns import from_ticks
from privity.adapters.sql.staff_tables import staff_account
from privity.adapters.sql.training_stores import taken_of
from privity.adapters.sql.training_tables import course_taken
from privity.governance.checks import Verdict, advice, well
from privity.governance.training import SOON, Taken, Trained, verdict


def training(setup: Setup) -> Verdict:
    """Count whose training is missing although there was time, and whose ends soon."""
    if not setup.settings.staff.console:
        return well("not used: the console of the staff is off")
    learned = curriculum(setup.settings)
    theirs = _taken(setup)
    account = staff_account.c
    active = select(account.id, account.roles, account.made_at)
    with setup.snapshot() as snapshot:
        rows = snapshot.connection.execute(active.where(account.state == State.ACTIVE.value)).all()
    overdue = soon = 0
    for name, roles, made_at in rows:
        held = verdict(
            learned, frozenset(map(Role, roles.split())), theirs.get(StaffId(name), ()), setup.at
        )
        if isinstance(held, Trained):
            soon += held.until - setup.at < SOON
        else:
            overdue += setup.at - from_ticks(made_at) >= SOON
    if overdue:
        remedy = "They take the courses at /console/training; until then data of people are closed."
        return advice("training_missing", f"{overdue} of {len(rows)} are not trained", remedy)
    if soon:
        return well(f"nobody is overdue; training of {soon} ends within {SOON.days} days")
    return well(f"nobody of {len(rows)} is overdue")


def _taken(setup: Setup) -> Mapping[StaffId, tuple[Taken, ...]]:
    with setup.snapshot() as snapshot:
        rows = snapshot.connection.execute(select(course_taken)).mappings().all()
    theirs: dict[StaffId, tuple[Taken, ...]] = {}
    for each in map(taken_of, rows):
        theirs[each.account] = (*theirs.get(each.account, ()), each)
    return theirs
