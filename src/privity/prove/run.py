"""The self-test as one act: plant, exercise, search, report."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp

from privity.adapters.home import Home, open_home, stores
from privity.adapters.standin import Behavior, start
from privity.audit.signing import Signer
from privity.audit.verify import verify
from privity.model.words import Category, Media, Purpose, Treatment
from privity.policy.decide import accepted_media, treatments
from privity.policy.load import load
from privity.prove.canaries import Canary, draw
from privity.prove.child import POLICY, PRIVITY, Child
from privity.prove.control import missed
from privity.prove.exercise import (
    CONVERSATIONS,
    CRASHES,
    PHASES,
    TOOL_CALLS,
    Exchange,
    Exercise,
)
from privity.prove.odd import PICTURE
from privity.prove.positions import positions
from privity.prove.report import PROVIDER, Control, Report, Traffic
from privity.prove.said import said
from privity.prove.search import Search, Searched, Source, files, open_files
from privity.settings import load as load_settings

OPEN = "open and deleted files, command, environment"
PUBLIC = "pages, metrics and answers to others"
FOLDERS = {
    "home": "its home: database, logs, keys, settings",
    "tmp": "its temporary folder",
    "work": "its working folder and core dumps",
    "user": "its user's folder",
    "output": "its output, with debug logging on",
}
RECORDED = 10_000
DELTA_CHARS = 12
DELTA_MS = 1


@dataclass(slots=True)
class Look:
    """What was seen of a process while it ran, added up."""

    search: Search
    found: list[Searched] = field(default_factory=list)

    def __call__(self, pid: int) -> None:
        """Search what a process holds open now."""
        self.found.append(self.search.group(OPEN, open_files(OPEN, pid)))


def prove(
    home: Path,
    scratch: Path,
    random: Random,
    command: Sequence[str] = PRIVITY,
    crashes: Mapping[str, signal.Signals] = CRASHES,
) -> Report:
    """Exercise a server with the policy of `home` in an empty scratch folder, and search it.

    `command` is how privity is started, `crashes` how it is ended while it answers. Raises
    OperatorError if the server cannot be started.
    """
    planted = draw(random, PHASES)
    canaries = [canary for place in planted.values() for canary in place]
    search = Search(canaries)
    lost = missed(search, canaries, scratch)
    look = Look(search)
    exercise = asyncio.run(_exercise(home, Child(scratch, command), planted, look, crashes))
    groups = [search.group(name, files(name, scratch / place)) for place, name in FOLDERS.items()]
    public = [Source(PUBLIC, name, content) for name, content in exercise.public]
    passing = _kept(home)
    return Report(
        control=Control(len(canaries), search.size, lost),
        traffic=_traffic(exercise, planted, home),
        searched=(*groups, _added(OPEN, look.found), search.group(PUBLIC, public)),
        provider=_received(_judged(exercise.exchanges, home), canaries, passing),
        kept=tuple(dict.fromkeys(c.kind for c in canaries if c.category in passing)),
        log_verified=_log_verifies(exercise.child.home),
    )


async def _exercise(
    home: Path,
    child: Child,
    planted: Mapping[str, Sequence[Canary]],
    look: Look,
    crashes: Mapping[str, signal.Signals],
) -> Exercise:
    behavior = Behavior(record=RECORDED, chunk_chars=DELTA_CHARS, delay_ms=DELTA_MS)
    standin = await start(behavior)
    timeout = aiohttp.ClientTimeout(total=60)
    try:
        await child.settle(home, standin.url)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            exercise = Exercise(child, standin, session, planted, look, crashes)
            await exercise.run()
            return exercise
    finally:
        await child.end(signal.SIGKILL)
        await standin.close()


def _log_verifies(home: Path) -> bool:
    """Verify the child's logs as `privity log verify` does, after all that it went through."""
    return all(map(_verifies, stores(open_home(load_settings(home)))))


def _verifies(store: Home) -> bool:
    with store.journal.reader.snapshot() as stored:
        signer = Signer(stored.head().origin, store.secrets.signing)
        return not verify(stored, signer.verifier).problems


def _treatments(home: Path) -> Mapping[Category, Treatment]:
    policy = load((home / POLICY).read_text("utf-8"), POLICY)
    return treatments(policy, Purpose.ASSIST)


def _kept(home: Path) -> frozenset[Category]:
    """Return the categories that the policy passes as they are: they may reach the provider."""
    return frozenset(c for c, how in _treatments(home).items() if how is Treatment.KEEP)


def _traffic(exercise: Exercise, planted: Mapping[str, Sequence[Canary]], home: Path) -> Traffic:
    """Count; an answer that repeats the person must hold each of their pseudonymized words."""
    how = _treatments(home)
    repeating = {f"{p.path} {p.name}" for p in positions() if p.comes_back}
    restored = expected = 0
    for exchange in exercise.exchanges:
        told = exchange.phase in (CONVERSATIONS, TOOL_CALLS)
        if told and exchange.name.split(", ")[0] in repeating:
            own = [c for c in planted[exchange.phase] if how[c.category] is Treatment.PSEUDONYMIZE]
            text = said(exchange.back)
            expected += 1
            restored += all(canary.value in text for canary in own)
    good = sum(exchange.status == 200 for exchange in exercise.exchanges)  # noqa: PLR2004 - HTTP
    sent = len(exercise.exchanges)
    return Traffic(sent, good, sent - good, restored, expected, exercise.ends)


def _judged(exchanges: Iterable[Exchange], home: Path) -> Iterator[Exchange]:
    """Leave out pictures where the policy lets them pass unread: they may reach the provider."""
    policy = load((home / POLICY).read_text("utf-8"), POLICY)
    passing = Media.IMAGE in accepted_media(policy, Purpose.ASSIST)
    return (each for each in exchanges if not (passing and each.name == PICTURE))


def _received(
    exchanges: Iterable[Exchange], canaries: Iterable[Canary], passing: frozenset[Category]
) -> Searched:
    """Search what the provider received for everything that the policy does not let pass."""
    search = Search(canary for canary in canaries if canary.category not in passing)
    sources = [
        Source(PROVIDER, exchange.name, body) for exchange in exchanges for body in exchange.seen
    ]
    return search.group(PROVIDER, sources)


def _added(group: str, found: Sequence[Searched]) -> Searched:
    hits = dict.fromkeys(hit for each in found for hit in each.hits)
    sources, size = sum(f.sources for f in found), sum(f.size for f in found)
    return Searched(group, sources, size, tuple(hits))
