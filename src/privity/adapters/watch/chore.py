"""What a serving process watches by itself, every few seconds.

Invariants: nothing begins before the first interval is over, so that a start is not slowed; a look
that fails is reported by its code and made again the next time; without what reads rules, that is
reported once and the server serves on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from functools import cache, partial

from privity.adapters.chores import Chore, failure
from privity.adapters.home import Home, now
from privity.adapters.moving import Everywhere
from privity.adapters.watch.compiling import rules_of
from privity.adapters.watch.following import Follower, Looked, Watched
from privity.adapters.watch.planting import marks_of, plant
from privity.adapters.watch.sending import sending
from privity.audit.entry import Entry, Event
from privity.errors import PrivityError, WatchRulesInvalid
from privity.gateway.report import Line, Report
from privity.gateway.strangers import Strangers
from privity.model.policy import Policy
from privity.oversight.rule import Rule
from privity.vault.home_secrets import derive

HOUR_SECONDS = 3600.0
SOURCE_DIGITS = 16
"""How long a keyed reference to an address is."""


async def watching(there: Everywhere, store: Home, report: Report) -> None:
    """Ask the rules about the log of a store, for as long as this runs."""
    settings = store.settings
    if not settings.watch.on:
        return
    rules = cache(partial(_rules, store))
    name = os.urandom(8).hex()
    marks = (marks_of(there.home),)
    follower = Follower(Watched(store, there.policy, marks, rules, now, name, os.urandom))
    said = ""
    while True:
        await asyncio.sleep(settings.watch.seconds)
        try:
            tell(await follower.look(), report)
            said = ""
        except Exception as error:  # noqa: BLE001 - said by place; watching goes on
            facts = failure(error)
            if not (isinstance(error, WatchRulesInvalid) and said == facts["code"]):
                report(Line.WATCH_FAILED, facts)
            said = facts["code"]


async def counting_strangers(
    store: Home, policy: Policy, strangers: Strangers, report: Report
) -> None:
    """Write how many calls nobody answers for were refused, and where applications call from."""
    secret = derive(store.secrets.references, "addresses")
    while True:
        await asyncio.sleep(store.settings.watch.seconds)
        entries = [
            Entry(Event.APP_ADDRESSED, now(), policy.digest, app=app, facts={"source": source})
            for app, address in strangers.take_new()
            for source in (derive(secret, address).hex()[:SOURCE_DIGITS],)
        ]
        if taken := dict(strangers.take()):
            entries.append(Entry(Event.CALLS_REFUSED, now(), policy.digest, facts=taken))
        if entries:
            await _safely(store, entries, report)


async def keeping_honey(there: Everywhere, report: Report) -> None:
    """Keep up the honey people: those whose time is over are followed by others."""
    each = there.home.settings.watch.honey
    while each:
        await asyncio.sleep(HOUR_SECONDS)
        try:
            await asyncio.to_thread(plant, there, each, os.urandom)
        except PrivityError as error:
            report(Line.WATCH_FAILED, {"code": error.code})


def tell(looked: Looked, report: Report) -> None:
    """Say in the process log which alerts a look raised or extended."""
    for alert in looked.alerts:
        facts = {"alert": alert.id, "rule": alert.rule, "severity": alert.level.value}
        report(Line.ALERT, {**facts, "count": alert.count, "hits": alert.hits})
    for rule in looked.failed:
        report(Line.WATCH_FAILED, {"code": WatchRulesInvalid.code, "rule": rule})


def watches(there: Everywhere, strangers: Strangers, report: Report) -> list[Chore]:
    """Return what a serving process does to watch."""
    found: list[Chore] = [partial(watching, there, store, report) for store in there.every]
    found.append(partial(counting_strangers, there.home, there.policy, strangers, report))
    found.append(partial(keeping_honey, there, report))
    for store in there.every:
        kinds = store.settings.watch.receivers
        found += [partial(sending, store, there.policy, kind, report) for kind in kinds]
    return found


async def _safely(store: Home, entries: Sequence[Entry], report: Report) -> None:
    try:
        await store.journal.write(lambda tx: [tx.log.append(entry) for entry in entries])
    except PrivityError as error:
        report(Line.WATCH_FAILED, {"code": error.code})


def _rules(store: Home) -> tuple[Rule, ...]:
    return rules_of(store.settings.home)
