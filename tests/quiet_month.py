"""A month of normal work, made up from a seed: staff, applications, people; and who watches.

Nothing in it is an attack. There is what real months have: forgotten passwords, one new colleague,
a lost phone, a client that was set up wrongly for a while, a morning of a campaign.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from privity.adapters.watch.window import Window
from privity.audit.entry import Entry, Event, canonical
from privity.model.words import AppId, ConversationRef, Purpose, SubjectRef
from privity.oversight.alerts import Alert, State, extended, raised, since
from privity.oversight.events import read, says_nothing
from privity.oversight.honey import Marks
from privity.oversight.hours import hours
from privity.oversight.observe import Knowledge, Observer, Past
from privity.oversight.rule import Rule

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
MARKS = Marks(b"m" * 32)
MERGE = timedelta(hours=1)
DAYS = 30
_READERS = {f"reviewer{n}": "review" for n in range(6)} | {"officer0": "rights", "sec0": "security"}
_STAFF = (*_READERS, *(f"other{n}" for n in range(12)))
_APPS = {"shop": 90, "helpdesk": 40, "app": 220}


@dataclass
class Watcher:
    """Follows entries with the rules of the package, as a follower does, without a database."""

    rules: Sequence[Rule]
    alerts: list[Alert] = field(default_factory=list)
    rows: int = 0
    _count: int = 0
    _window: Window = field(default_factory=Window)
    _observer: Observer = field(init=False)

    def __post_init__(self) -> None:
        team = hours("mon-fri 7-20", "UTC")
        roles = {name: name.rstrip("0123456789") for name in _STAFF}
        ask = Knowledge(team, MARKS.is_reference, lambda who: roles.get(who, "staff"))
        self._observer = Observer(ask, Past())

    def take(self, entry: Entry) -> None:
        self.take_body(canonical(entry))

    def take_body(self, body: bytes) -> None:
        if not says_nothing(body):
            made = self._observer.feed(read(self._count, body))
            self.rows += len(made)
            self._window.add(made)
        self._count += 1

    def look(self, now: datetime) -> None:
        named = {rule.name: rule for rule in self.rules}
        for hit in self._window.ask(self.rules):
            before = next((each for each in self.alerts if _extends(each, hit)), None)
            if before is None:
                self.alerts.append(raised(f"{len(self.alerts)}", named[hit.rule], hit))
            else:
                self.alerts[self.alerts.index(before)] = extended(before, hit)
        self._window.trim(now.timestamp())


def month(seed: int = 20260302) -> Iterator[Entry]:
    """Yield the entries of a month, in order."""
    chance = random.Random(seed)
    for day in range(DAYS):
        start = BEGIN + timedelta(days=day)
        found = [*_people(chance, start), *_traffic(chance, start), *_service(chance, start, day)]
        if start.weekday() < 5:
            found += _work(chance, start, day)
        yield from sorted(found, key=lambda entry: entry.at)


def watched(rules: Sequence[Rule], entries: Iterator[Entry], every: timedelta) -> Watcher:
    """Follow entries, asking the rules every so often."""
    watcher, due = Watcher(rules), BEGIN
    for entry in entries:
        if entry.at >= due:
            watcher.look(entry.at)
            due = entry.at + every
        watcher.take(entry)
    watcher.look(due)
    return watcher


def _extends(alert: Alert, hit) -> bool:
    same = (alert.rule, alert.actor) == (hit.rule, hit.actor)
    return same and alert.state is not State.CLOSED and alert.last >= since(hit, MERGE)


def _at(chance: random.Random, day: datetime, begins: float, ends: float) -> datetime:
    return day + timedelta(hours=chance.uniform(begins, ends))


def _entry(event: Event, at: datetime, subject: str | None = None, **facts: str | int) -> Entry:
    named = None if subject is None else SubjectRef(subject)
    return Entry(event, at, "policy", subject=named, facts=facts)


def _work(chance: random.Random, day: datetime, number: int) -> Iterator[Entry]:
    """The staff of a weekday."""
    for who in _STAFF:
        if chance.random() < 0.12:
            continue  # away
        came = _at(chance, day, 7.5, 10)
        place = "home" if chance.random() < 0.3 else "desk"
        if chance.random() < 0.06:  # mistyped
            for tries in range(chance.randint(1, 3)):
                at = came - timedelta(seconds=20 + tries)
                yield _entry(Event.STAFF_REFUSED, at, account=who, code="access_denied")
        yield _entry(
            Event.STAFF_SIGNED_IN, came, by=who, factor="passkey", source=f"{place} of {who}"
        )
        if who in _READERS:
            yield from _reading(chance, day, who)
        if chance.random() < 0.03:
            at = _at(chance, day, 10, 17)
            yield _entry(
                Event.ACCESS_DENIED, at, by=who, action="see_keys", rule="own-regions-only"
            )
        yield _entry(Event.STAFF_SIGNED_OUT, _at(chance, day, 17, 18.5), by=who)
    if number == 9:
        yield _entry(Event.STAFF_INVITED, _at(chance, day, 9, 17), by="other0", roles="support")
    if number == 15:
        for event in (Event.FACTOR_ADDED, Event.FACTOR_REMOVED):
            yield _entry(event, _at(chance, day, 9, 17), by="other3", factor="totp")


def _reading(chance: random.Random, day: datetime, who: str) -> Iterator[Entry]:
    """Break-glass of one reader: a few conversations, an hour or so apart."""
    purpose = _READERS[who]
    for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 4, 5])):
        asked, name = _at(chance, day, 9, 17), f"{chance.getrandbits(128):032x}"
        talk = ConversationRef(f"{chance.getrandbits(128):032x}")
        facts = {"by": who, "purpose": purpose, "ticket": f"T-{chance.randint(1, 9999)}"}
        steps = (
            (Event.ACCESS_ASKED, 0, facts),
            (Event.ACCESS_APPROVED, 5, {**facts, "by": "sec0" if who != "sec0" else "officer0"}),
            (Event.CONVERSATION_READ, 8, {**facts, "approver": "sec0"}),
        )
        for event, minutes, said in steps:
            at = asked + timedelta(minutes=minutes)
            subject = SubjectRef(name) if event is Event.CONVERSATION_READ else None
            yield Entry(event, at, "policy", subject=subject, conversation=talk, facts=said)


def _people(chance: random.Random, day: datetime) -> Iterator[Entry]:
    """What people do on their pages."""
    busy = 4 if day.day == 17 else 1  # a campaign
    for _ in range(chance.randint(30, 70) * busy):
        who = f"{chance.getrandbits(128):032x}"
        at = _at(chance, day, 6, 23)
        yield _entry(Event.PAGES_OPENED, at, who)
        if chance.random() < 0.12:
            yield _entry(Event.DATA_EXPORTED, at + timedelta(minutes=3), who)
        if chance.random() < 0.03:
            yield _entry(Event.SUBJECT_ERASED, at + timedelta(minutes=6), who)


def _traffic(chance: random.Random, day: datetime) -> Iterator[Entry]:
    """What applications ask: fewer people at night and at weekends."""
    weekend = 0.5 if day.weekday() >= 5 else 1.0
    for app, hourly in _APPS.items():
        for hour in range(24):
            load = weekend * (0.15 if hour < 6 or hour > 22 else 1.0) * chance.uniform(0.7, 1.3)
            for _ in range(round(hourly * load / 4)):
                at = _at(chance, day, hour, hour + 1)
                who = SubjectRef(f"{chance.randint(0, hourly * 20):032x}")
                yield Entry(
                    Event.EXCHANGE_ALLOWED,
                    at,
                    "policy",
                    app=AppId(app),
                    purpose=Purpose.ASSIST,
                    subject=who,
                )
                code = "upstream_unavailable" if chance.random() < 0.002 else "ok"
                done = Entry(Event.EXCHANGE_ENDED, at, "policy", app=AppId(app), subject=who)
                facts = {"code": code, "status": 200}
                yield Entry(**{**_fields(done), "facts": facts})
        for _ in range(chance.randint(0, 6)):
            code = chance.choice(["rate_limited", "bad_body", "too_large", "not_permitted"])
            refused = _entry(Event.EXCHANGE_REFUSED, _at(chance, day, 8, 20), code=code)
            yield Entry(**{**_fields(refused), "app": AppId(app)})
        source = f"{app} in cluster {chance.randint(0, 1) if app == 'app' else 0}"
        came = _entry(Event.APP_ADDRESSED, _at(chance, day, 0, 24), source=source)
        yield Entry(**{**_fields(came), "app": AppId(app)})
    if chance.random() < 0.05:
        yield _entry(Event.EXCHANGE_REFUSED, _at(chance, day, 0, 24), code="detector_unavailable")


def _service(chance: random.Random, day: datetime, number: int) -> Iterator[Entry]:
    """What the service does by itself, and calls from nobody."""
    for hour in range(24):
        at = day + timedelta(hours=hour, seconds=30)
        yield _entry(Event.WATCH_LOOKED, at, rules=29)
        yield _entry(Event.RECORDS_SWEPT, at, count=chance.randint(0, 40))
        if chance.random() < 0.1:
            yield _entry(Event.CALLS_REFUSED, at, unauthenticated=chance.randint(1, 9))
    yield _entry(Event.REHEARSAL_ENDED, day + timedelta(hours=3), code="ok")
    if number % 7 == 2:
        at = day + timedelta(hours=4)
        yield _entry(Event.SERVICE_STOPPED, at)
        yield _entry(Event.SERVICE_STARTED, at + timedelta(seconds=20))
    if number == 11:
        for person in range(80):
            at = day + timedelta(hours=2, seconds=person)
            yield _entry(Event.KEY_ROTATED, at, f"{person:032x}", key="person")
            yield _entry(Event.KEY_DESTROYED, at, f"{person:032x}", key="person")


def _fields(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in entry.__slots__}
