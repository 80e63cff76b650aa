"""The questions that evidence asks of the audit log and of what is stored, and their answers.

A query counts what would break a promise. It looks only at what was written and stored, never at
the decisions themselves, so that it can contradict them.

Invariants: an entry that lacks what a query needs counts as broken; a query that saw nothing says
so (`examined` is 0), because "nothing wrong in nothing" proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeAlias, assert_never

from privity.model.finding import Tally
from privity.model.policy import Rotate
from privity.model.words import (
    Category,
    Consent,
    KeyLevel,
    Media,
    Purpose,
    Recipient,
    Region,
    Treatment,
)
from privity.policy.exposure import exposes_more

ALLOWED = "exchange.allowed"
ENDED = "exchange.ended"
POSTED = "mail.posted"
ANNOUNCED = frozenset({"notice_changed", "conversation_read"})
"""Letters that tell of a change, or of a reading."""
SHARE = "share:"
"""How the name of a processor begins among what a person decides."""


class Written(Protocol):
    """An entry of the audit log, as far as evidence reads it (`audit.entry.Entry` is one).

    Facts read: `processor`, `region` (of the processor), `resident` (the person's region),
    `keep_seconds`, `media` (kinds that passed, by comma), `unknown_fields` (how many passed),
    `inferred` (categories, by comma), `train` and `review` (1: what is kept may be used so),
    `agreed` and `objected` (what the person has decided, by comma), `minor` (1: under the policy's
    age, without consent). Of a letter: `kind`.
    """

    @property
    def event(self) -> str:
        """What it is about."""
        ...

    @property
    def policy(self) -> str:
        """The digest of the policy in force."""
        ...

    @property
    def purpose(self) -> Purpose | None:
        """Why data was used."""
        ...

    @property
    def tally(self) -> Tally:
        """What was found and how it was treated."""
        ...

    @property
    def facts(self) -> Mapping[str, str | int]:
        """Codes and counts."""
        ...


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is stored now: records by purpose and region, and how many should be gone.

    `misplaced`: how many lie in the store of another region than their own. `keys`: the age of the
    oldest key in use at each level, where it is known.
    """

    records: Mapping[tuple[Purpose, Region], int]
    overdue: int
    misplaced: int = 0
    keys: Mapping[KeyLevel, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TreatedOtherwise:
    """Findings of these categories that were treated in a way that exposes more."""

    purpose: Purpose
    categories: frozenset[Category]
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class KeptTooLong:
    """Exchanges whose text was to be kept longer than this."""

    purpose: Purpose
    period: timedelta


@dataclass(frozen=True, slots=True)
class Overdue:
    """Records whose time has come and that are still there."""


@dataclass(frozen=True, slots=True)
class KeysOverdue:
    """Levels at which a key in use is older than was said, by more than a day.

    A day, because a server that starts or was away does in the next hours what is due.
    """

    said: Rotate


@dataclass(frozen=True, slots=True)
class StoredElsewhere:
    """Records for this purpose outside these regions, or in the store of another region."""

    purpose: Purpose
    regions: frozenset[Region]


@dataclass(frozen=True, slots=True)
class SentElsewhere:
    """Exchanges with a processor that was not where, or not among, what the policy says."""

    purpose: Purpose
    listed: frozenset[Recipient]


@dataclass(frozen=True, slots=True)
class SentAbroad:
    """Exchanges with a processor that does not serve people of the person's region.

    `routes` are the pairs of a processor's name and a region (None: of no region) that it says.
    """

    purpose: Purpose
    routes: frozenset[tuple[str, Region | None]]


@dataclass(frozen=True, slots=True)
class PassedMedia:
    """Exchanges in which other kinds of unscannable content passed."""

    purpose: Purpose
    accepted: frozenset[Media]


@dataclass(frozen=True, slots=True)
class PassedUnknown:
    """Exchanges in which fields passed that privity does not know."""

    purpose: Purpose


@dataclass(frozen=True, slots=True)
class UsedFor:
    """Exchanges for these purposes."""

    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class HeldFor:
    """Records for these purposes."""

    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class SharedWith:
    """Exchanges with a processor of one of these names."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Inferred:
    """Entries that say one of these categories was derived; whatever derives must write it."""

    categories: frozenset[Category]


@dataclass(frozen=True, slots=True)
class WithoutWord:
    """Exchanges in which something optional was done against a person's word, or without it.

    `setting` is `train`, `review`, or `share:` and the name of a processor.
    """

    purpose: Purpose
    setting: str
    asked: Consent


@dataclass(frozen=True, slots=True)
class MailedWithoutWord:
    """Letters about changes and readings to people who did not want them."""

    asked: Consent


@dataclass(frozen=True, slots=True)
class OfMinors:
    """Exchanges of minors without consent of which something was kept or used further.

    `refuse`: there must be no such exchange at all.
    """

    refuse: bool


LogQuery: TypeAlias = (
    TreatedOtherwise
    | KeptTooLong
    | SentElsewhere
    | SentAbroad
    | PassedMedia
    | PassedUnknown
    | UsedFor
    | SharedWith
    | Inferred
    | WithoutWord
    | MailedWithoutWord
    | OfMinors
)
RecordQuery: TypeAlias = Overdue | StoredElsewhere | HeldFor | KeysOverdue
EvidenceQuery: TypeAlias = LogQuery | RecordQuery


@dataclass(frozen=True, slots=True)
class Count:
    """How many were looked at, and how many of them break the promise."""

    examined: int
    broken: int


def in_entry(query: LogQuery, entry: Written) -> Count:
    """Put a query to one entry of the log."""
    if isinstance(query, Inferred):
        named = {str(category) for category in query.categories}
        return Count(1, len(named & _list(entry, "inferred")))
    if isinstance(query, TreatedOtherwise):
        return _treated_otherwise(query, entry)
    if isinstance(query, MailedWithoutWord):
        concerns = entry.event == POSTED and entry.facts.get("kind") in ANNOUNCED
        return Count(int(concerns), int(concerns and _against(query.asked, "mail", entry)))
    one_purpose = None if isinstance(query, UsedFor | SharedWith | OfMinors) else query.purpose
    if entry.event != ALLOWED or one_purpose not in {None, entry.purpose}:
        return Count(0, 0)
    return Count(1, int(_breaks(query, entry)))


def _breaks(
    query: UsedFor
    | SharedWith
    | KeptTooLong
    | SentElsewhere
    | SentAbroad
    | PassedMedia
    | PassedUnknown
    | WithoutWord
    | OfMinors,
    entry: Written,
) -> bool:
    sent = (entry.facts.get("processor"), entry.facts.get("region"))
    match query:
        case UsedFor(purposes):
            breaks = entry.purpose is None or entry.purpose in purposes
        case SharedWith(names):
            breaks = sent[0] is None or sent[0] in names
        case KeptTooLong(_, period):
            seconds = entry.facts.get("keep_seconds", 0)
            breaks = not isinstance(seconds, int) or timedelta(seconds=seconds) > period
        case SentElsewhere(_, listed):
            breaks = sent not in {(to.name, to.region.value) for to in listed}
        case SentAbroad(_, routes):
            breaks = (sent[0], entry.facts.get("resident")) not in routes
        case PassedMedia(_, accepted):
            breaks = not _list(entry, "media") <= {media.value for media in accepted}
        case PassedUnknown():
            breaks = entry.facts.get("unknown_fields", 0) != 0
        case WithoutWord(_, setting, asked):
            breaks = _done(setting, entry) and _against(asked, setting, entry)
        case OfMinors(refuse):
            further = any(entry.facts.get(fact) for fact in ("keep_seconds", "train", "review"))
            breaks = entry.facts.get("minor", 0) != 0 and (refuse or further)
        case _:
            assert_never(query)
    return breaks


def _done(setting: str, entry: Written) -> bool:
    """Say whether something optional was done with an exchange."""
    shared = setting.removeprefix(SHARE)
    if shared != setting:
        return entry.facts.get("processor") == shared
    return entry.facts.get(setting, 0) != 0


def _against(asked: Consent, setting: str, entry: Written) -> bool:
    """Say whether the person's word, as it is written, does not let this happen."""
    match asked:
        case Consent.OPT_IN:
            return setting not in _list(entry, "agreed")
        case Consent.OPT_OUT:
            return setting in _list(entry, "objected")
        case _:
            assert_never(asked)


def _treated_otherwise(query: TreatedOtherwise, entry: Written) -> Count:
    if entry.event not in {ALLOWED, ENDED} or entry.purpose != query.purpose:
        return Count(0, 0)
    found = [
        (treatment, count)
        for (category, treatment), count in entry.tally.items()
        if category in query.categories
    ]
    return Count(
        sum(count for _, count in found),
        sum(count for actual, count in found if exposes_more(actual, query.treatment)),
    )


def in_store(query: RecordQuery, holdings: Holdings) -> Count:
    """Put a query to what is stored."""
    everything = sum(holdings.records.values())
    match query:
        case Overdue():
            return Count(everything, holdings.overdue)
        case StoredElsewhere(purpose, regions):
            here = {place: n for place, n in holdings.records.items() if place[0] is purpose}
            away = sum(n for place, n in here.items() if place[1] not in regions)
            return Count(sum(here.values()), away + holdings.misplaced)
        case KeysOverdue(said):
            ages = [(age, getattr(said, level)) for level, age in holdings.keys.items()]
            return Count(len(ages), sum(age > most + timedelta(days=1) for age, most in ages))
        case HeldFor(purposes):
            held = sum(n for place, n in holdings.records.items() if place[0] in purposes)
            return Count(everything, held)
        case _:
            assert_never(query)


def _list(entry: Written, fact: str) -> set[str]:
    return set(str(entry.facts.get(fact, "")).split(",")) - {""}
