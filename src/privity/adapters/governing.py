"""What a serving home does for people's requests by itself: letters, days, the nightly rehearsal.

Invariants: each store of a home is looked after by itself; what fails is reported by code and tried
again the next hour; several processes may do this for one store, and do nothing twice that counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from privity.adapters.chores import Chore
from privity.adapters.courses import curriculum
from privity.adapters.desks import desk_of, run_now
from privity.adapters.home import Home, now
from privity.adapters.moving import Everywhere
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.sql.stores import SqlTransaction
from privity.errors import PrivityError
from privity.gateway.report import Line, Report
from privity.governance.completing import Doing
from privity.governance.desk import Desk, look_after
from privity.governance.readback import Step, erase_everywhere
from privity.governance.rehearsal import NAME, Rehearsed, Stage, is_due, plant, rehearse
from privity.governance.reminding import remind
from privity.minimize.reference import reference
from privity.model.policy import Policy
from privity.model.text import Raw
from privity.model.words import Purpose, Region, SubjectRef
from privity.policy.decide import retention

T = TypeVar("T")
SECONDS = 3600.0


def governing(
    store: Home, places: Mapping[Region, Home], policy: Policy, report: Report
) -> list[Chore]:
    """Return the chores for a store of a home. `places`: which store keeps the people of which."""
    region = next((where for where, each in places.items() if each is store), None)
    chores: list[Chore] = [partial(looking_after, store, region, policy, report)]
    if store.settings.mail.host:
        # The mail library is an extra, and nothing is loaded for who sends no mail.
        from privity.adapters.mail.opening import mailer, staff_mailer  # noqa: PLC0415
        from privity.adapters.mail.sending import keep_sending  # noqa: PLC0415

        chores.append(partial(keep_sending, mailer(store, policy, store.journal), report))
        if store.settings.region is None:
            chores.append(partial(keep_sending, staff_mailer(store, policy), report))
            chores.append(partial(reminding, store, report))
    return chores


async def looking_after(store: Home, region: Region | None, policy: Policy, report: Report) -> None:
    """Look after the days of requests and rehearse, now and every hour."""
    desk, stage = desk_of(store, policy), stage_of(store, region, policy)
    while True:
        try:
            late = await store.journal.write(lambda tx: look_after(tx, desk, now()))
            if late:
                report(Line.REQUESTS_OVERDUE, {"count": late})
            if await store.journal.write(lambda tx: _due(tx, desk, stage)):
                told(await rehearsed(store, stage, policy), report)
        except PrivityError as error:
            report(Line.GOVERNING_FAILED, {"code": error.code})
        await asyncio.sleep(SECONDS)


async def reminding(home: Home, report: Report) -> None:
    """Remind staff of their training, now and every hour."""
    while True:
        try:
            learned = curriculum(home.settings)
            await home.journal.write(partial(remind, curriculum=learned, now=now()))
        except PrivityError as error:
            report(Line.GOVERNING_FAILED, {"code": error.code})
        await asyncio.sleep(SECONDS)


def _due(tx: SqlTransaction, desk: Desk, stage: Stage) -> bool:
    """Say whether to rehearse; the first time, in a home of before, it is only planted."""
    if not tx.requests.of(stage.subject) and not tx.records.of(stage.subject):
        plant(tx, desk, stage, now())
        return False
    return is_due(tx, stage, now())


async def rehearsed(store: Home, stage: Stage, policy: Policy) -> Rehearsed:
    """Rehearse now, on the journal that people's messages are written with."""
    steps = rehearse(desk_of(store, policy), stage, doing(store, policy, now))
    return await run(store.journal, steps)


def doing(store: Home, policy: Policy, clock: Callable[[], datetime]) -> Doing:
    """Return how requests of one store are completed without looking at others."""
    vault = desk_of(store, policy).vault

    def erase(request: Any) -> Generator[Step, Any, Any]:
        return erase_everywhere(vault, request.asked.subject, clock, policy.digest)

    return Doing(policy, Purpose.ASSIST, erase, clock)


async def run(journal: SqlJournal, steps: Generator[Step, Any, T]) -> T:
    """Run steps, each in a transaction; what one raises is thrown into them."""
    try:
        step = next(steps)
        while True:
            try:
                done = await journal.write(step)
            except PrivityError as error:
                step = steps.throw(error)
            else:
                step = steps.send(done)
    except StopIteration as end:
        result: T = end.value
        return result


def told(result: Rehearsed, report: Report) -> None:
    """Report how a rehearsal went."""
    line = Line.REHEARSED if result.held else Line.REHEARSAL_FAILED
    report(line, {"code": result.code, "where": result.part.value, "count": result.requests})


def stage_of(store: Home, region: Region | None, policy: Policy) -> Stage:
    """Return the made-up person of a store; their text lies where people's does, if any is kept."""
    named = reference(
        store.secrets.references, "rehearsal", store.settings.storage.origin, Raw(NAME)
    )
    kept = region is not None and retention(policy, Purpose.ASSIST) is not None
    purpose = Purpose.ASSIST if kept else Purpose.RIGHTS
    return Stage(SubjectRef(named), region or Region.LOCAL, purpose)


def regions_of(there: Everywhere) -> tuple[tuple[Region | None, Home], ...]:
    """Return each store of a home with the region that it keeps people of."""
    found = {id(store): region for region, store in there.stores.items()}
    return tuple((found.get(id(store)), store) for store in there.every)


def rehearse_now(store: Home, region: Region | None, policy: Policy) -> Rehearsed:
    """Rehearse in one store, for a command; where nothing was planted, it is planted first."""
    desk, stage = desk_of(store, policy), stage_of(store, region, policy)
    with store.journal.transaction() as tx:
        if not tx.requests.of(stage.subject) and not tx.records.of(stage.subject):
            plant(tx, desk, stage, now())
    steps = rehearse(desk, stage, doing(store, policy, now))
    return run_now(store.journal, steps)


def plant_in(store: Home, region: Region | None, policy: Policy, at: datetime) -> None:
    """Plant the first rehearsal of a store. Raises OperatorErrors."""
    desk, stage = desk_of(store, policy), stage_of(store, region, policy)
    with store.journal.transaction() as tx:
        plant(tx, desk, stage, at)
