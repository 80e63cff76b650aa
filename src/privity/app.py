"""The composition root: everything is built here, in the order in which it depends on each other.

Invariants: what cannot be built safely is not built, and the error says who must do what; a policy
that allows more than the one in force does not take force by being there; what was opened is
closed in the opposite order, after everything that began has its end in the log.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex

from privity.adapters.agents import endpoints_for_agents
from privity.adapters.announcing import announcing
from privity.adapters.apps import KnownApps
from privity.adapters.board import Board
from privity.adapters.chores import Chore, kept_up
from privity.adapters.counters import SharedCounters
from privity.adapters.detection import Effort, Scanner
from privity.adapters.detectors import FOLDER, Reading, at_once, open_detector
from privity.adapters.directory import KnownResidences
from privity.adapters.gauging import certificate_end, keep_showing, stored, timed, watch
from privity.adapters.governing import governing
from privity.adapters.home import Home, now, open_home, policy_in_force, stores
from privity.adapters.hourly import finishing_moves, rotating, sweeping, taking_force
from privity.adapters.identity.tokens import person_tokens, required_apps
from privity.adapters.logs import open_log
from privity.adapters.measures import SCANNING, Labels
from privity.adapters.moving import Everywhere, everywhere
from privity.adapters.noting import Noting
from privity.adapters.parenting import asking_parents
from privity.adapters.people import StoreShelves, pages_for_people, shelves_of
from privity.adapters.process import harden, save_memory, settle_memory, take_turns
from privity.adapters.readiness import Readiness
from privity.adapters.receipts import LoggedReceipts, find_in
from privity.adapters.regions import StoreQuarters, by_region
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.staff import pages_for_staff
from privity.adapters.traces import trace
from privity.adapters.upstream.providers import credentials, host, open_providers
from privity.adapters.versions import counting
from privity.adapters.watch.chore import watches
from privity.adapters.watch.planting import marks_of
from privity.adapters.watching import Watching
from privity.adapters.witness.asking import Witnesses, keep_asking, witnesses_of
from privity.audit.entry import Entry, Event
from privity.console.status import build_console
from privity.detect.ages_said import AgesSaid
from privity.detect.cache import CachedDetector
from privity.gateway.afterwards import Afterwards
from privity.gateway.application import App, Application, Open
from privity.gateway.door import Door, Shared
from privity.gateway.http import Bounds, Exchanges
from privity.gateway.identify import Proofs
from privity.gateway.means import Decisions, Means, charters
from privity.gateway.people import People, Site
from privity.gateway.rates import Rate, Rates
from privity.gateway.receipts import Receipts
from privity.gateway.report import Facts, Line, Report
from privity.gateway.residence import Regions
from privity.gateway.state import Effects
from privity.gateway.wire.endpoint import Provider
from privity.model.policy import Policy
from privity.model.words import Region
from privity.policy.offers import minors
from privity.policy.publish import as_text
from privity.settings import Settings
from privity.vault.keep import Vault

WAITING = 4
"""How many ends of exchanges may wait, for each exchange that may run at once."""


def stop() -> None:
    """End this process in order, as a signal does; who started it starts it again."""
    os.kill(os.getpid(), signal.SIGTERM)


def application(
    settings: Settings,
    started: Callable[[], None] | None = None,
    again: Callable[[], None] = stop,
    counts: Path | None = None,
) -> Application:
    """Return the ASGI application of one worker. Nothing is opened before the server starts it.

    `again` is called when it has to be started again, because another policy is due; `counts` is
    the folder in which all workers of a server count.
    """
    harden()
    save_memory()
    take_turns()
    counters = SharedCounters(partial(Board, folder=counts))
    report = counters.told(open_log(settings.log.level, settings.log.format))
    return Application(opening(settings, report, counters, started, again), report)


@asynccontextmanager
async def opening(
    settings: Settings,
    report: Report,
    counters: SharedCounters,
    started: Callable[[], None] | None,
    again: Callable[[], None] = stop,
) -> AsyncIterator[Open]:
    """Open everything, and close it again. Raises OperatorErrors."""
    async with AsyncExitStack() as stack:
        every, policy = await _opened(settings, stack)
        there = everywhere(every, policy, now)
        home, journal = there.home, there.home.journal
        afterwards = Afterwards(WAITING * settings.limits.max_concurrency, report)
        directory = KnownResidences(journal, there.own, policy.digest, now)
        regions = _regions(there.stores, directory) if len(every) > 1 else None
        means = await _means(home, policy, counters, afterwards, stack)
        means = replace(means, regions=regions, marks=(marks_of(home),))
        apps = KnownApps(journal.reader)
        await apps.refresh()
        bounds = _bounds(settings)
        exchanges = Exchanges(means, apps, bounds, afterwards, report)
        watch(counters, exchanges, afterwards, every)
        trace(exchanges, settings, report, stack)
        witnesses = [_witnesses(store) for store in every]
        logged = _receipts(every, witnesses)
        view = _view(every, policy, counters, means)
        due = partial(taking_force, home, policy, means.upcoming, again)
        showing, noting = partial(keep_showing, counters), partial(view.noting.keep_noting, report)
        watched = watches(there, means.strangers, report)
        chores = [*watched, *_chores(there, witnesses, directory, report)]
        _begin([apps.follow, due, showing, noting, *chores], report, stack)

        await _announce(journal, policy, report, started)
        yield Open(
            exchanges,
            build_console(view),
            show_console=settings.loopback,
            open_to_all=settings.listen.status,
            receipts=Receipts(apps, find_in(logged), local=bounds.local),
            people=People(means, apps, _site(settings, policy)),
            check=view.check,
            mounts=_mounts(shelves_of(there, logged, directory), view, report),
            turned_away=means.strangers.refused,
            door=_door(home),
        )
        await afterwards.drain(settings.limits.shutdown_seconds)
        await _said(journal, Event.SERVICE_STOPPED, policy)
        report(Line.STOPPED, {})


def _mounts(shelves: StoreShelves, view: Watching, report: Report) -> Mapping[str, App]:
    """Return what has a sign-in of its own, by the first part of its path."""
    people, staff = pages_for_people(shelves, report), pages_for_staff(shelves, view, report)
    return {**people, **staff, **endpoints_for_agents(shelves)}


async def _opened(settings: Settings, stack: AsyncExitStack) -> tuple[tuple[Home, ...], Policy]:
    """Open the stores of all regions, the home's own first; `stack` closes them."""
    home = open_home(settings)
    policy = policy_in_force(home)
    every = stores(home)
    by_region(every, policy)  # refuses what is not clear before anything is connected
    for store in every:
        await store.journal.start()
        stack.push_async_callback(store.journal.close)
    return every, policy


def _witnesses(store: Home) -> Witnesses:
    return witnesses_of(store.settings, store.journal.reader, store.signer.verifier)


def _receipts(every: Sequence[Home], witnesses: Sequence[Witnesses]) -> list[LoggedReceipts]:
    pairs = zip(every, witnesses, strict=True)
    return [LoggedReceipts(store.journal.reader, seen) for store, seen in pairs]


def _chores(
    there: Everywhere, witnesses: Sequence[Witnesses], directory: KnownResidences, report: Report
) -> list[Chore]:
    """Return what a serving home does by itself, now and again, in each of its stores."""
    chores: list[Chore] = []
    policy = there.policy
    if len(there.every) > 1:
        chores += [directory.follow, partial(finishing_moves, there.every, policy, report)]
    for store, seen in zip(there.every, witnesses, strict=True):
        say = _telling(report, store)
        chores.append(partial(keep_asking, seen, store.settings.witnesses.seconds, say))
        chores.append(partial(rotating, store, policy, say))
        chores.append(partial(sweeping, store.journal, policy, say))
        chores += governing(store, there.stores, policy, say)
        chores.append(partial(announcing, store, policy, say))
        if minors(policy) is not None:
            chores.append(partial(asking_parents, store, policy, say))
    return chores


async def _means(
    home: Home,
    policy: Policy,
    counters: SharedCounters,
    afterwards: Afterwards,
    stack: AsyncExitStack,
) -> Means:
    """Return what the path of a message works with; `stack` closes it."""
    settings, limits = home.settings, home.settings.limits
    reading = Reading(settings.detect.language)
    stages = open_detector(settings.path(FOLDER), reading)
    stages.warm()
    ages = AgesSaid(home.secrets.digests, limits.max_cached)
    ages.warm()
    detector = CachedDetector(stages, home.secrets.digests, limits.max_cached)
    scanner = Scanner(detector, Effort(short=at_once(reading)))
    stack.callback(scanner.close)
    counters.watch(SCANNING, lambda: scanner.waiting)
    keys = credentials(settings)
    upstream = await open_providers(settings, keys)
    stack.push_async_callback(upstream.close)
    hosts = {provider: host(settings, provider) for provider in Provider}
    return Means(
        policy=policy,
        charters=charters(policy, hosts, limits.max_depth, _longest(settings)),
        decisions=Decisions(policy),
        effects=Effects(policy, counting(settings.home, policy)),
        secrets=home.secrets,
        find=timed(scanner.find, counters),
        ages=ages,
        apart=scanner.apart,
        journal=home.journal,
        vault=Vault(home.custodian),
        upstream=upstream,
        held=frozenset(keys),
        counters=counters,
        clock=now,
        afterwards=afterwards,
        proofs=Proofs(person_tokens(settings, now), required_apps(settings)),
        rates=Rates(_rate(limits.app_per_minute), _rate(limits.person_per_minute)),
    )


def _regions(places: Mapping[Region, Home], directory: KnownResidences) -> Regions:
    """Return where people of each region are kept."""
    quarters = {
        region: StoreQuarters(store.journal, Vault(store.custodian), store.secrets)
        for region, store in places.items()
    }
    return Regions(quarters, directory)


def _telling(report: Report, store: Home) -> Report:
    """Return a report that says of which region's store it speaks, where it is not the home's."""
    region = store.settings.region
    if region is None:
        return report

    def say(line: Line, facts: Facts) -> None:
        where = f"{region.value} {facts.get('where', '')}".strip()
        report(line, {**facts, "where": where})

    return say


def _view(
    every: Sequence[Home], policy: Policy, counters: SharedCounters, means: Means
) -> Watching:
    home, *further = every
    return Watching(
        policy=policy,
        since=now(),
        version=version("privity"),
        counters=counters,
        reader=home.journal.reader,
        verifier=home.signer.verifier,
        clock=now,
        check=Readiness(every, means.find),
        home=home.settings.home,
        levels=partial(_levels, every),
        noting=Noting(every, counters, now),
        further=tuple(store.journal.reader for store in further),
    )


def _levels(every: Sequence[Home]) -> Mapping[tuple[str, Labels], float]:
    """Return what is read when somebody asks for metrics."""
    given = every[0].settings
    file = given.path(given.tls.certificate) if given.tls.certificate else None
    return {**stored(every, now()), **certificate_end(file)}


def _door(home: Home) -> Door:
    """Return who lets requests in, by the address that they come from."""
    limits, listen = home.settings.limits, home.settings.listen
    shared = Shared(home.journal.write, home.secrets.references)
    return Door(_rate(limits.address_per_minute), listen.proxies, shared, now)


def _site(settings: Settings, policy: Policy) -> Site:
    """Return where people reach this server, and what it tells them."""
    address = settings.people.url.rstrip("/") or settings.links
    local = settings.loopback and settings.listen.local
    return Site(address, local, lambda: token_hex(16), partial(as_text, policy))


def _rate(per_minute: int) -> Rate | None:
    return Rate(per_minute) if per_minute else None


def _longest(settings: Settings) -> timedelta | None:
    days = settings.limits.max_keep_days
    return timedelta(days=days) if days else None


def _bounds(settings: Settings) -> Bounds:
    limits = settings.limits
    return Bounds(
        limits.max_body_bytes,
        limits.body_seconds,
        settings.upstream.total_seconds,
        limits.max_concurrency,
        local=settings.loopback and settings.listen.local,
    )


async def _announce(
    journal: SqlJournal, policy: Policy, report: Report, started: Callable[[], None] | None
) -> None:
    """Write that the service starts, and say so."""
    await _said(journal, Event.SERVICE_STARTED, policy)
    report(Line.STARTED, {"policy": policy.digest[:16]})
    settle_memory()
    if started is not None:
        started()


async def _said(journal: SqlJournal, event: Event, policy: Policy) -> None:
    entry = Entry(event, now(), policy.digest, facts={"version": version("privity")})
    await journal.write(lambda tx: tx.log.append(entry))


def _begin(chores: Sequence[Chore], report: Report, stack: AsyncExitStack) -> None:
    """Let chores run until `stack` ends them."""
    for chore in chores:
        stack.push_async_callback(_cancel, asyncio.create_task(kept_up(chore, report)))


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
