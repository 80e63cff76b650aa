"""Enforcement: may this happen?

Invariants: what no clause allows is refused; a *never* wins over everything; where two clauses
speak of the same thing the stricter holds; adding a *never* permits nothing new. All functions are
pure and their answers depend on the policy alone, so a caller may remember them for its life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias, assert_never

from privity.errors import NotPermitted
from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Announce,
    Clause,
    Collect,
    Keep,
    Minors,
    NeverInfer,
    NeverShare,
    NeverUse,
    Policy,
    Reside,
    Rotate,
    Sample,
    Share,
    Train,
)
from privity.model.words import (
    Category,
    Consent,
    Media,
    PracticeId,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownFields,
)
from privity.policy.exposure import stricter_of


@dataclass(frozen=True, slots=True)
class Use:
    """Use what people write for this purpose.

    Here and below, `minor`: of someone under the policy's age without a parent's consent.
    """

    purpose: Purpose
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Disclose:
    """Hand minimized text to the processor of this name.

    `region` is the one of the person whose text it is; None where the person has none. Here and
    below, `chosen`: whether the person agreed (None: they have said nothing).
    """

    purpose: Purpose
    recipient_name: str
    region: Region | None = None
    chosen: bool | None = None
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Store:
    """Hold minimized text in this region until this age."""

    purpose: Purpose
    region: Region
    age: timedelta
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Improve:
    """Make the assistant better with what is kept for this purpose."""

    purpose: Purpose
    chosen: bool | None = None
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """Let staff read a sample of what is kept for this purpose."""

    purpose: Purpose
    chosen: bool | None = None
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell someone by mail that something changes."""

    chosen: bool | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """Let content of this kind through, which cannot be scanned."""

    purpose: Purpose
    media: Media


@dataclass(frozen=True, slots=True)
class Infer:
    """Derive this category from other data."""

    category: Category


Act: TypeAlias = Use | Disclose | Store | Improve | Review | Notify | Pass | Infer
_IMPROVING = frozenset({Purpose.IMPROVE, Purpose.TRAIN})


@dataclass(frozen=True, slots=True)
class Allowed:
    """Allowed, and by which practice."""

    because: PracticeId


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused, and why, in words that name clauses and no person."""

    because: str


Decision: TypeAlias = Allowed | Refused


def decide(policy: Policy, act: Act) -> Decision:
    """Allow an act only if every kind of clause it needs says yes, and none says no."""
    agreed: dict[type[Clause], PracticeId] = {}
    for practice, clause in policy.clauses:
        if _forbids(clause, act):
            return Refused(f"{practice}: {type(clause).__name__} forbids it")
        if _permits(clause, act):
            agreed.setdefault(type(clause), practice)
    needed = _needs(act)
    missing = [kind.__name__ for kind in needed if kind not in agreed]
    if missing or not needed:
        return Refused(f"no clause allows it ({', '.join(missing) or 'none could'})")
    return Allowed(agreed[needed[-1]])


def _needs(act: Act) -> tuple[type[Clause], ...]:  # noqa: PLR0911 - one case for each act
    """Name the kinds of clause that must all say yes; the last one is the reason given."""
    match act:
        case Use():
            return (Collect,)
        case Disclose():
            return (Collect, Share)
        case Store():
            return (Collect, Reside, Keep)
        case Improve():
            return (Collect, Train)
        case Review():
            return (Collect, Sample)
        case Notify():
            return (Announce,)
        case Pass():
            return (Collect, AcceptMedia)
        case Infer():
            return ()  # there is no clause that allows to infer
        case _:
            assert_never(act)


def _permits(clause: Clause, act: Act) -> bool:
    """Say whether a clause speaks for an act, if none speaks against it."""
    purpose = _purpose(act)
    match clause:
        case Collect():
            speaks = clause.purpose is purpose and bool(clause.categories)
        case Keep() | Reside():
            speaks = isinstance(act, Store) and clause.purpose is purpose
        case Share():
            speaks = isinstance(act, Disclose) and clause.recipient.name == act.recipient_name
            speaks = speaks and clause.purpose is purpose
        case AcceptMedia():
            speaks = isinstance(act, Pass) and clause.purpose is purpose
        case Train():
            speaks = isinstance(act, Improve) and clause.purpose is purpose
        case Sample():
            speaks = isinstance(act, Review) and clause.purpose is purpose
        case Announce():
            speaks = isinstance(act, Notify)
        case AcceptUnknown():
            speaks = False  # not an act but a way of reading: see unknown_fields()
        case Minors() | Rotate() | NeverUse() | NeverShare() | NeverInfer():
            speaks = False
        case _:
            assert_never(clause)
    return speaks


def _forbids(  # noqa: C901, PLR0912 - one case for each kind of clause
    clause: Clause, act: Act
) -> bool:
    """Say whether a clause rules an act out, whatever others say."""
    aim = _purpose(act)
    match clause:
        case Collect() | AcceptUnknown() | Rotate():
            ruled_out = False
        case Share(purpose, to, asked):
            ruled_out = (
                isinstance(act, Disclose)
                and (aim, act.recipient_name) == (purpose, to.name)
                and not _may_receive(to, asked, act)
            )
        case Keep(purpose, period):
            late = isinstance(act, Store) and not timedelta(0) <= act.age <= period
            ruled_out = late and aim is purpose
        case Reside(purpose, region, others):
            away = isinstance(act, Store) and act.region not in {region, *others}
            ruled_out = away and aim is purpose
        case AcceptMedia(purpose, media):
            ruled_out = isinstance(act, Pass) and aim is purpose and act.media not in media
        case Train(purpose, asked):
            ruled_out = isinstance(act, Improve) and aim is purpose and not agreed(asked, act)
        case Sample(purpose, asked):
            ruled_out = isinstance(act, Review) and aim is purpose and not agreed(asked, act)
        case Announce(asked):
            ruled_out = isinstance(act, Notify) and not agreed(asked, act)
        case Minors(_, _, refuse):
            further = refuse or isinstance(act, Store | Improve | Review)
            ruled_out = further and not isinstance(act, Infer | Notify | Pass) and act.minor
        case NeverUse(purposes):
            ruled_out = bool(_aims(act) & purposes)
        case NeverShare(recipients):
            ruled_out = isinstance(act, Disclose) and act.recipient_name in recipients
        case NeverInfer(categories):
            ruled_out = isinstance(act, Infer) and act.category in categories
        case _:
            assert_never(clause)
    return ruled_out


def agreed(asked: Consent, act: Disclose | Improve | Review | Notify) -> bool:
    """Say whether a person has said what a clause asks of them."""
    match asked:
        case Consent.OPT_IN:
            return act.chosen is True
        case Consent.OPT_OUT:
            return act.chosen is not False
        case _:
            assert_never(asked)


def _may_receive(to: Recipient, asked: Consent | None, act: Disclose) -> bool:
    """Say whether a processor may have this text: what nobody has to accept, no minor has to."""
    return serves(to, act.region) and (asked is None or (agreed(asked, act) and not act.minor))


def _purpose(act: Act) -> Purpose | None:
    return None if isinstance(act, Infer | Notify) else act.purpose


def _aims(act: Act) -> frozenset[Purpose]:
    """Return every purpose that an act serves."""
    purpose = _purpose(act)
    served = frozenset() if purpose is None else frozenset({purpose})
    if isinstance(act, Improve):
        return served | _IMPROVING
    return served | {Purpose.REVIEW} if isinstance(act, Review) else served


def treatments(policy: Policy, purpose: Purpose) -> Mapping[Category, Treatment]:
    """Return how each category is treated: total; what no clause names is excluded."""
    said: dict[Category, Treatment] = {}
    for _, clause in policy.clauses:
        if isinstance(clause, Collect) and clause.purpose is purpose:
            for category in clause.categories:
                before = said.get(category, clause.treatment)
                said[category] = stricter_of(before, clause.treatment)
    if isinstance(decide(policy, Use(purpose)), Refused):
        said.clear()
    return {category: said.get(category, Treatment.EXCLUDE) for category in Category}


def retention(policy: Policy, purpose: Purpose) -> timedelta | None:
    """Return how long minimized conversations are kept, or None when nothing may be kept."""
    periods = [
        clause.period
        for _, clause in policy.clauses
        if isinstance(clause, Keep) and clause.purpose is purpose
    ]
    region = _region(policy, purpose)
    if not periods or region is None:
        return None
    period = min(periods)
    return period if isinstance(decide(policy, Store(purpose, region, period)), Allowed) else None


def residence(policy: Policy, purpose: Purpose) -> Region:
    """Return where what is kept of people is stored for whom no region is stated.

    Raises NotPermitted when nothing may be kept.
    """
    region = _region(policy, purpose)
    if region is None or retention(policy, purpose) is None:
        msg = f"the policy lets nothing be kept to {purpose}"
        raise NotPermitted(msg)
    return region


def residences(policy: Policy, purpose: Purpose | None = None) -> tuple[Region, ...]:
    """Return the regions whose people a purpose serves, the default first; None: any purpose."""
    if purpose is None:
        every = (region for each in Purpose for region in residences(policy, each))
        return tuple(dict.fromkeys(every))
    said = [
        (clause.region, *sorted(clause.others))
        for _, clause in policy.clauses
        if isinstance(clause, Reside) and clause.purpose is purpose
    ]
    return tuple(region for region in (said[0] if said else ()) if all(region in s for s in said))


def serves(to: Recipient, region: Region | None) -> bool:
    """Say whether a processor may receive text of people of a region (None: of no region)."""
    return not to.serves or region in to.serves


def _region(policy: Policy, purpose: Purpose) -> Region | None:
    return next(iter(residences(policy, purpose)), None)


def accepted_media(policy: Policy, purpose: Purpose) -> frozenset[Media]:
    """Return the kinds of unscannable content that may pass."""
    return frozenset(
        media for media in Media if isinstance(decide(policy, Pass(purpose, media)), Allowed)
    )


def unknown_fields(policy: Policy, purpose: Purpose) -> UnknownFields:
    """Return what happens to fields that privity does not know; silence refuses them."""
    rules = {
        clause.rule
        for _, clause in policy.clauses
        if isinstance(clause, AcceptUnknown) and clause.purpose is purpose
    }
    used = isinstance(decide(policy, Use(purpose)), Allowed)
    return UnknownFields.TREAT if used and rules == {UnknownFields.TREAT} else UnknownFields.REFUSE


def recipient(policy: Policy, purpose: Purpose, host: str) -> Recipient | None:
    """Return the processor that may be reached at `host` (or `host:port`), or None."""
    return next((r for r in recipients(policy, purpose) if host.lower() in r.hosts), None)


def recipients(policy: Policy, purpose: Purpose) -> tuple[Recipient, ...]:
    """Return every processor that may receive minimized text for this purpose, of anyone."""
    return tuple(
        clause.recipient
        for _, clause in policy.clauses
        if isinstance(clause, Share)
        and clause.purpose is purpose
        and _reachable(policy, purpose, clause.recipient)
    )


def _reachable(policy: Policy, purpose: Purpose, to: Recipient) -> bool:
    acts = (Disclose(purpose, to.name, region, chosen=True) for region in (to.serves or {None}))
    return any(isinstance(decide(policy, act), Allowed) for act in acts)
