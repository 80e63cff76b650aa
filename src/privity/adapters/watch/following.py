"""Follows the log of one store, asks the rules, and keeps what they see as alerts.

Invariants: of several processes on one database one follows at a time, by a lease that ends by
itself; how far the log was followed is stored in the transaction that stores the alerts, so that an
entry is judged once, whatever stops in between; what happened while nobody followed is judged when
somebody does again; a log that is shorter than, or not the one, that was followed is an alert, too,
and so is an entry that cannot be read or is missing, and what comes after it is judged.
The path of a message waits for none of this: reading and asking are done in a thread, in pieces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import starmap

from privity.adapters.home import Home
from privity.adapters.sql.alerts_stores import followed, past, staff_roles
from privity.adapters.sql.read import Snapshot
from privity.adapters.sql.stores import SqlTransaction
from privity.adapters.watch.window import KEPT_SECONDS, Window
from privity.audit.entry import Entry, Event
from privity.audit.tree import leaf_hash
from privity.errors import LogCorrupt
from privity.model.policy import Policy
from privity.oversight.alerts import Alert, extended, is_told_again, raised, since
from privity.oversight.events import Read, Row, read, says_nothing
from privity.oversight.honey import Marks
from privity.oversight.hours import hours
from privity.oversight.observe import Knowledge, Observer, damaged, rewound
from privity.oversight.ports import RULES, Followed
from privity.oversight.rule import Hit, Rule

REMEMBERED = timedelta(days=28)
HEARTBEAT = timedelta(hours=1)
PIECE = 512
"""How many entries are read before other work of the process has its turn."""
MOST_BEHIND = 100_000
"""How many entries of the past are read again to know what was just before."""
_NEAR = 16
"""How many entries are tried to learn when a place in the log was written."""
_LEASE = 4
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_TOLD = 16


@dataclass(frozen=True, slots=True)
class Watched:
    """What a follower works with. `rules` gives the rules, when they are needed first.

    `marks`: what knows honey records of every region; `name`: of this process, as the holder of a
    lease; `random` makes ids of alerts.
    """

    store: Home
    policy: Policy
    marks: Sequence[Marks]
    rules: Callable[[], Sequence[Rule]]
    clock: Callable[[], datetime]
    name: str
    random: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look did: whether this process follows, entries read, alerts raised or extended.

    `failed`: the rules that could not be asked.
    """

    leads: bool
    entries: int = 0
    alerts: tuple[Alert, ...] = ()
    failed: tuple[str, ...] = ()


class Follower:
    """One follower in one process. One look at a time."""

    def __init__(self, watched: Watched) -> None:
        self._with = watched
        self._lease = timedelta(seconds=watched.store.settings.watch.seconds * _LEASE)
        self._window: Window | None = None
        self._observer: Observer | None = None
        self._rules: Sequence[Rule] = ()
        self._at = Followed(0, b"", _NEVER, "", _NEVER)
        self._beat = _NEVER

    async def look(self) -> Looked:
        """Follow the log to its end, if it is on this process to do so.

        Raises DatabaseUnavailable, WatchRulesInvalid.
        """
        now = self._with.clock()
        stored, size = await asyncio.to_thread(self._stored)
        if stored is not None and _is_held(stored, self._with.name, now):
            self._window = None
            return Looked(leads=False)
        if self._window is None or stored is None or stored.position != self._at.position:
            await asyncio.to_thread(self._begin, stored, size)
        window, _ = self._ready()
        total, size = 0, await asyncio.to_thread(self._check, window, size)
        while self._at.position < size:
            total += await asyncio.to_thread(self._piece, size)
        hits = await asyncio.to_thread(window.ask, self._rules)
        window.trim(now.timestamp())
        is_due = stored is None or stored.until - now < self._lease / 2
        if not (total or hits or is_due or self._beats(now)):
            return Looked(leads=True)
        alerts = await self._keep(hits, now)
        if alerts is None:
            self._window = None  # another process was faster; it judged the same entries
            return Looked(leads=False)
        return Looked(leads=True, entries=total, alerts=alerts, failed=window.failed)

    async def _keep(self, hits: Sequence[Hit], now: datetime) -> tuple[Alert, ...] | None:
        """Store alerts and how far the log was followed; None: another process follows it."""
        beats, (known, samples) = self._beats(now), self._ready()[1].learned()
        at = replace(self._at, holder=self._with.name, until=now + self._lease)

        def keep(tx: SqlTransaction) -> tuple[Alert, ...] | None:
            stored = tx.followers.get(RULES)
            if stored is not None and _is_held(stored, at.holder, now):
                return None
            tx.followers.learn(known, samples, now)
            tx.followers.put(RULES, at)
            if beats:
                tx.followers.forget(now - REMEMBERED)
                self._write(tx, Event.WATCH_LOOKED, {"rules": len(self._rules)})
            return tuple(self._raise(tx, hit) for hit in hits)

        kept = await self._with.store.journal.write(keep)
        self._at = at
        self._beat = now if beats else self._beat
        return kept

    def _beats(self, now: datetime) -> bool:
        return now - self._beat >= HEARTBEAT

    def _ready(self) -> tuple[Window, Observer]:
        if self._window is None or self._observer is None:
            message = "the follower has not begun"
            raise LogCorrupt(message)
        return self._window, self._observer

    def _stored(self) -> tuple[Followed | None, int]:
        with self._with.store.journal.reader.snapshot() as snapshot:
            return followed(snapshot.connection, RULES), snapshot.head().size

    def _begin(self, stored: Followed | None, size: int) -> None:
        """Load the rules and the past, and read again what was just before."""
        store, now = self._with.store, self._with.clock()
        self._rules = self._rules or tuple(self._with.rules())
        self._at = stored or Followed(max(0, size - MOST_BEHIND), b"", _NEVER, "", _NEVER)
        watch, marks = store.settings.watch, self._with.marks
        with store.journal.reader.snapshot() as snapshot:
            before = past(snapshot.connection, now - REMEMBERED)
            roles = staff_roles(snapshot.connection)
            when = hours(watch.hours, watch.zone)
            knowledge = Knowledge(
                when,
                lambda ref: any(each.is_reference(ref) for each in marks),
                lambda who: roles.get(who, "staff"),
            )
            self._window = window = Window()
            observer = Observer(knowledge, replace(before, volumes={}))
            for number, body in self._before(snapshot):
                entry = None if says_nothing(body) else _read(number, body)
                if entry is not None:
                    window.add(observer.feed(entry))
            observer.learned()
            observer.recall(before)
        window.asked()
        self._observer = observer

    def _before(self, snapshot: Snapshot) -> Iterator[tuple[int, bytes]]:
        """Yield what the log says of the last hours before where it was followed to."""
        stop = self._at.position
        start = max(0, stop - MOST_BEHIND)
        oldest = self._with.clock().timestamp() - KEPT_SECONDS
        low, high = start, stop
        while low < high:
            middle = (low + high) // 2
            near = snapshot.entries(middle, min(middle + _NEAR, high))
            entry = next((each for each in starmap(_read, near) if each is not None), None)
            if entry is not None and entry.at < oldest:
                low = entry.entry + 1
            else:
                high = middle
        yield from snapshot.entries(low, stop)

    def _check(self, window: Window, size: int) -> int:
        """Return how long the log is; a row says so if it is not the one that was followed."""
        last = self._at.position - 1
        if last < 0 or not self._at.leaf:
            return size
        with self._with.store.journal.reader.snapshot() as snapshot:
            size = snapshot.head().size
            _, body = next(iter(snapshot.entries(last, last + 1)), (0, b""))
        if size > last and leaf_hash(body) == self._at.leaf:
            return size
        window.add([rewound(self._with.clock().timestamp())])
        self._at = replace(self._at, position=min(self._at.position, size), leaf=b"")
        return size

    def _piece(self, size: int) -> int:
        """Read a piece of the log and return of how many entries."""
        window, observer = self._ready()
        piece = range(self._at.position, min(self._at.position + PIECE, size))
        with self._with.store.journal.reader.snapshot() as snapshot:
            found = dict(snapshot.entries(piece.start, piece.stop))
            stop = piece.stop if found else _next(snapshot, piece.stop, size)
        at, rows, bad = self._at.at, list[Row](), list[int]()
        for number in piece:
            body = found.get(number, b"")
            if says_nothing(body):
                continue
            entry = _read(number, body)
            if entry is None:
                bad.append(number)
                continue
            at = datetime.fromtimestamp(entry.at, UTC)
            rows += observer.feed(entry)
        if bad:
            count = len(bad) + stop - piece.stop
            rows.append(damaged(self._with.clock().timestamp(), bad[0], count))
        window.add(rows)
        leaf = leaf_hash(found[stop - 1]) if stop - 1 in found else b""
        self._at = replace(self._at, position=stop, leaf=leaf, at=at)
        return stop - piece.start

    def _raise(self, tx: SqlTransaction, hit: Hit) -> Alert:
        rule = next(each for each in self._rules if each.name == hit.rule)
        window = timedelta(minutes=self._with.store.settings.watch.merge_minutes)
        before = tx.alerts.going_on(hit.rule, hit.actor, since(hit, window))
        if before is None:
            alert = raised(self._with.random(8).hex(), rule, hit)
        else:
            alert = extended(before, hit)
        tx.alerts.put(alert)
        if before is None or is_told_again(alert):
            places = ",".join(map(str, alert.entries[-_MOST_TOLD:]))
            facts = {
                "alert": alert.id,
                "rule": alert.rule,
                "level": alert.level.value,
                "actor": alert.actor,
                "count": alert.count,
                "hits": alert.hits,
                "entries": places,
                "incident": alert.incident.value,
            }
            self._write(tx, Event.ALERT_RAISED, facts)
        return alert

    def _write(self, tx: SqlTransaction, event: Event, facts: dict[str, str | int]) -> None:
        tx.log.append(Entry(event, self._with.clock(), self._with.policy.digest, facts=facts))


def _is_held(stored: Followed, name: str, now: datetime) -> bool:
    """Say whether another process follows."""
    return stored.holder != name and stored.until > now


def _read(number: int, body: bytes) -> Read | None:
    """Return an entry, or None if it cannot be read."""
    try:
        return read(number, body)
    except LogCorrupt:
        return None


def _next(snapshot: Snapshot, start: int, size: int) -> int:
    """Return where the log goes on; its end if it does not."""
    return next((number for number, _ in snapshot.entries(start, size)), size)
