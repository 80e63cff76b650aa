"""Follows the log, entry by entry, and turns it into rows that say what is unusual about them.

Invariants: pure and in order: the same entries after the same past give the same rows, whoever
follows; what is remembered is bounded (people of one hour, sums of ten minutes, rows of one kind in
a minute); exchanges that were allowed become counts and never rows, so that traffic cannot fill
what rules are asked about; a row of a honey record or of what is new for its actor is never left
out, and others only behind rows that say the same, so that nobody can hide one behind many.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from privity.oversight.baseline import Bound, usual
from privity.oversight.events import NOWHERE, Class, Read, Row, row
from privity.oversight.hours import Hours

TEN_MINUTES = 600.0
HOUR = 3600.0
STEP_SECONDS = 120.0
"""By how much the time of an entry may lie before that of an earlier one."""
SILENCE_SECONDS = 7500.0
"""How long a log may be silent while the server runs, which writes an entry every hour."""
LEARNING_SECONDS = 14 * 86_400.0
SAME_ROWS = 64
MOST_PEOPLE = 200_000
_COUNTED = frozenset({"exchange.allowed", "exchange.ended"})
_OPENING = frozenset({"conversation.read", "pages.opened", "data.exported", "person.seen"})
_PURPOSES = frozenset({"conversation.read", "access.asked"})
_OWN = ("alert.", "watch.")

Known: TypeAlias = tuple[str, str, str]
"""Something that an actor did before: `purpose` or `source`, who, which."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A volume of an hour that is over. `pool`: whose usual it counts for; `hour` since 1970."""

    pool: str
    who: str
    hour: int
    count: int


@dataclass(frozen=True, slots=True)
class Past:
    """What is known from before: the volumes of each pool, and since when actors did what."""

    volumes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    known: Mapping[Known, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What an observer asks: the team's hours, whether a reference is of a honey record, roles."""

    hours: Hours | None
    is_honey: Callable[[str], bool]
    roles: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Volume:
    """A volume that is counted: what it is, of whom, in which pool, within which bound."""

    what: str
    who: str
    pool: str
    kind: str
    bound: Bound


@dataclass(slots=True)
class _Hour:
    """A volume of one hour, with the people in it, and above what it was reported last."""

    hour: int
    people: set[str] = field(default_factory=set)
    told: int = 0


READ = Bound(floor=8)
LOOKED_UP = Bound(floor=30)
SERVED = Bound(floor=500, deviations=12.0)
OPENED = Bound(floor=200, deviations=12.0)


class Observer:
    """One follower of one log. Not for several threads at once."""

    def __init__(self, knowledge: Knowledge, past: Past, latest: float = 0.0) -> None:
        """`latest`: when the entry before the first that is fed was; 0: there is none."""
        self._ask = knowledge
        self._volumes = {pool: list(counts) for pool, counts in past.volumes.items()}
        self._known = dict(past.known)
        self._since: dict[tuple[str, str], float] = {}
        for (kind, who, _), at in past.known.items():
            self._since[kind, who] = min(at, self._since.get((kind, who), at))
        self._latest = latest
        self._stopped = True
        self._hours: dict[tuple[str, str], tuple[_Volume, _Hour]] = {}
        self._sums: dict[str, deque[tuple[float, int]]] = {}
        self._same: Counter[tuple[str | None, ...]] = Counter()
        self._minute = 0
        self._learned: list[Known] = []
        self._samples: list[Sample] = []

    def feed(self, of: Read) -> list[Row]:
        """Take the next entry and return its rows, often none."""
        rows = self._timed(of)
        rows += [self._with_hours(each) for each in self._counted(of)]
        if of.event.startswith(_OWN) or (of.event in _COUNTED and _is_well(of)):
            return rows
        if of.event == "calls.refused":
            return rows + self._refusals(of)
        made = self._observed(of)
        if not self._too_many(made):
            rows.append(made)
        return rows

    def recall(self, past: Past) -> None:
        """Take the volumes of the past; used after what was just before was fed again."""
        self._volumes = {pool: list(counts) for pool, counts in past.volumes.items()}

    def learned(self) -> tuple[tuple[Known, ...], tuple[Sample, ...]]:
        """Return what was learned since this was asked last, to be stored."""
        known, samples = tuple(self._learned), tuple(self._samples)
        self._learned, self._samples = [], []
        return known, samples

    def _timed(self, of: Read) -> list[Row]:
        """Return a row for a step of the clock or a silence, and remember the time."""
        rows = []
        step = of.at - self._latest
        if self._latest and step < -STEP_SECONDS:
            rows.append(_derived(of, "log.clock_step", seconds=round(-step)))
            self._latest = of.at
        elif self._latest and step > SILENCE_SECONDS and not self._stopped:
            rows.append(_derived(of, "log.gap", seconds=round(step)))
        self._latest = max(self._latest, of.at)
        if of.event in {"service.started", "service.stopped"}:
            self._stopped = of.event == "service.stopped"
        elif of.event == "watch.looked":
            self._stopped = False
        return rows

    def _counted(self, of: Read) -> list[Row]:
        """Count the volumes that an entry adds to; return a row for each that is unusual now."""
        subject = of.text("subject")
        if subject is None or not (of.event in _OPENING or of.event == "exchange.allowed"):
            return []
        rows = []
        for volume in self._volumes_of(of):
            hour = self._hour(volume, int(of.at // HOUR))
            name = subject if volume.what != "records_opened" else f"{of.entry}"
            if len(hour.people) < MOST_PEOPLE:
                hour.people.add(name)
            count = len(hour.people)
            if count <= max(hour.told, volume.bound.floor):
                continue
            expected = usual(self._volumes.get(volume.pool, ()), volume.bound)
            if count > expected.most:
                hour.told = count * 2
                seen = {"count": count, "usual": expected.middle, "most": expected.most}
                rows.append(_volume_row(of, volume, seen))
        return rows

    def _volumes_of(self, of: Read) -> list[_Volume]:
        if of.event == "exchange.allowed":
            app = of.text("app") or ""
            return [_Volume("people_served", app, f"app:{app}", "app", SERVED)]
        volumes = [_Volume("records_opened", "service", "opened", "service", OPENED)]
        if by := of.fact("by"):
            role = self._ask.roles(by)
            if of.event == "conversation.read":
                volumes.append(_Volume("people_read", by, f"role:{role}", "staff", READ))
            elif of.event == "person.seen":
                pool = f"looking:{role}"
                volumes.append(_Volume("people_looked_up", by, pool, "staff", LOOKED_UP))
        return volumes

    def _hour(self, volume: _Volume, number: int) -> _Hour:
        key = (volume.what, volume.who)
        held = self._hours.get(key)
        if held is None or held[1].hour != number:
            if held is not None:
                self._over(*held)
            held = self._hours[key] = (volume, _Hour(number))
        return held[1]

    def _over(self, volume: _Volume, hour: _Hour) -> None:
        """Keep the volume of an hour that is over; what was unusual does not become usual."""
        if hour.told:
            return
        self._samples.append(Sample(volume.pool, volume.who, hour.hour, len(hour.people)))
        self._volumes.setdefault(volume.pool, []).append(len(hour.people))

    def _observed(self, of: Read) -> Row:
        """Return an entry as a row, with what an observer adds."""
        made = row(of)
        refs = [ref for ref in (made.subject, made.conversation) if ref]
        actor = made.actor
        known = None
        if made.purpose and of.event in _PURPOSES:
            known = self._knew(("purpose", actor, made.purpose), made)
        elif made.source and made.status == "success":
            known = self._knew(("source", actor, made.source), made)
        honey = 1 if any(map(self._ask.is_honey, refs)) else None
        return self._with_hours(replace(made, known=known, honey=honey))

    def _knew(self, done: Known, made: Row) -> int | None:
        """Say whether somebody did this before; None where nothing of the kind was.

        Of staff, the first two weeks are for learning, too.
        """
        if done in self._known:
            return 1
        since = self._since.setdefault(done[:2], made.at)
        learning = LEARNING_SECONDS if made.actor_kind == "staff" else 0.0
        self._known[done] = made.at
        self._learned.append(done)
        return None if made.at - since <= learning else 0

    def _refusals(self, of: Read) -> list[Row]:
        """Return a row for each code that callers nobody knows were refused with."""
        rows = []
        for code in of.facts:
            count = of.number(code)
            if count is None:
                continue
            sums = self._sums.setdefault(code, deque())
            sums.append((of.at, count))
            while sums and sums[0][0] < of.at - TEN_MINUTES:
                sums.popleft()
            recent = sum(each for _, each in sums)
            made = replace(row(of), status="failure", code=code, count=count, recent=recent)
            rows.append(made)
        return rows

    def _too_many(self, made: Row) -> bool:
        """Say whether there were enough rows like this one in its minute already."""
        if made.honey or made.known == 0:
            return False
        minute = int(made.at // 60)
        if minute != self._minute:
            self._minute = minute
            self._same.clear()
        like = _same(made)
        self._same[like] += 1
        return self._same[like] > SAME_ROWS

    def _with_hours(self, made: Row) -> Row:
        if self._ask.hours is None or made.actor_kind != "staff":
            return made
        return replace(made, hours=self._ask.hours.said(made.at))


def _same(made: Row) -> tuple[str | None, ...]:
    """Return what rows of one kind have in common: every word of a closed list that rules ask."""
    said = (made.code, made.rule, made.action, made.roles, made.factor, made.purpose)
    return (made.event, made.actor, *said)


def _is_well(of: Read) -> bool:
    return of.fact("code") in {None, "ok"}


def _derived(of: Read, event: str, seconds: int) -> Row:
    made = Row(of.entry, of.at, event, Class.API_ACTIVITY, "service", "service", "failure")
    return replace(made, seconds=seconds)


def _volume_row(of: Read, volume: _Volume, seen: Mapping[str, int]) -> Row:
    made = Row(
        of.entry,
        of.at,
        "volume.unusual",
        Class.DATASTORE_ACTIVITY,
        volume.who,
        volume.kind,
        "success",
        action=volume.what,
    )
    return replace(made, count=seen["count"], usual=seen["usual"], most=seen["most"])


def rewound(at: float, entry: int = NOWHERE) -> Row:
    """Return the row of a log that is shorter than, or not the one, that was followed."""
    return Row(entry, at, "log.rewound", Class.API_ACTIVITY, "service", "service", "failure")


def damaged(at: float, entry: int, count: int) -> Row:
    """Return the row of entries that cannot be read or are missing: the first, and how many."""
    made = Row(entry, at, "log.damaged", Class.API_ACTIVITY, "service", "service", "failure")
    return replace(made, count=count)
