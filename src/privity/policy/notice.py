"""The plain-language notice: what is told to people, from what is enforced.

Invariants: each clause gives exactly one sentence, and each sentence stands on exactly one clause;
a sentence names everything that its clause names; nothing is said that no clause says, except the
closing words, which state the rule of `decide`: silence refuses. The words are meant for a reader
of fourteen (GDPR, Article 12(1)).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import assert_never

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
    Region,
    Treatment,
    UnknownAge,
    UnknownFields,
)


class Topic(Enum):
    """A part of the notice, with its heading."""

    TREAT = "What happens to what you write"
    SHARE = "Who receives it"
    KEEP = "What is kept, and for how long"
    ACCEPT = "Pictures, sound, files and other things"
    CHOOSE = "What you decide"
    MINORS = "If you are young"
    NEVER = "What never happens"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of the notice, and the clause that makes it true."""

    practice: PracticeId
    clause: Clause
    topic: Topic
    text: str


CLOSING = (
    "What is not written here is not allowed, and is refused.",
    "No program recognizes everything: leave out what the answer does not need.",
)
"""Stand on the rule that silence refuses, and on the limits of detection."""


def notice(policy: Policy) -> tuple[Sentence, ...]:
    """Say in plain words what the policy does, one sentence a clause, by topic."""
    said = [
        Sentence(practice, clause, topic(clause), say(clause))
        for practice, clause in policy.clauses
    ]
    return tuple(sentence for part in Topic for sentence in said if sentence.topic is part)


def topic(clause: Clause) -> Topic:  # noqa: PLR0911 - one case for each kind of clause
    """Return the part of the notice that a clause belongs to."""
    match clause:
        case Collect():
            return Topic.TREAT
        case Keep() | Reside():
            return Topic.KEEP
        case Share():
            return Topic.SHARE
        case AcceptMedia() | AcceptUnknown():
            return Topic.ACCEPT
        case Train() | Sample() | Announce():
            return Topic.CHOOSE
        case Minors():
            return Topic.MINORS
        case NeverUse() | NeverShare() | NeverInfer():
            return Topic.NEVER
        case _:
            assert_never(clause)


def say(clause: Clause) -> str:
    """Say one clause in plain words: what it does and, where it has some, to which kinds."""
    kinds = items(clause)
    return f"{lead(clause)}: {_listed(kinds, 'and')}." if kinds else f"{lead(clause)}."


def items(clause: Clause) -> tuple[str, ...]:
    """Return the kinds of personal data that a clause names, identity first."""
    if not isinstance(clause, Collect | NeverInfer):
        return ()
    return tuple(category.words for category in Category if category in clause.categories)


def lead(clause: Clause) -> str:  # noqa: C901, PLR0912 - one case for each kind of clause
    """Say what a clause does, without the kinds that it names and without the full stop."""
    match clause:
        case Collect(purpose, _, treatment):
            text = f"{_to(purpose)}, {_done(treatment)}"
        case Keep(purpose, period, offered):
            text = (
                f"Conversations held {aim(purpose)} are kept only in their changed form, locked, "
                f"and are deleted after {period_words(period)}{_sooner(offered)}"
            )
        case Reside(purpose, region, others):
            text = f"Conversations held {aim(purpose)} are stored only {_home(region, others)}"
        case Share(purpose, to, asked):
            hosts = ", ".join(sorted(to.hosts))
            text = (
                f"{_to(purpose)}, we send your changed text to {to.name} {_place(to.region)} "
                f"({hosts}){_served(to.serves)}{_asked(asked)}"
            )
        case AcceptMedia(purpose, media):
            text = f"{_to(purpose)}, {_passing(media)}"
        case AcceptUnknown(purpose, rule):
            text = f"{_to(purpose)}, {_unknown(rule)}"
        case Train() | Sample() | Announce() | Minors():
            text = _decided(clause)
        case NeverUse(purposes):
            text = f"We never use what you write {_listed(map(aim, sorted(purposes)), 'or')}"
        case NeverShare(recipients):
            text = f"We never give what you write to {_listed(sorted(recipients), 'or')}"
        case NeverInfer():
            text = "We never work out these from other things you say"
        case _:
            assert_never(clause)
    return text


def period_words(period: timedelta) -> str:
    """Say a length of time in days, hours, minutes and seconds."""
    left = period
    parts: list[str] = []
    for unit, length in (
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
        ("second", timedelta(seconds=1)),
    ):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " and ".join(parts) or "less than a second"


def aim(purpose: Purpose) -> str:
    """Say what a purpose is, as `to …`."""
    match purpose:
        case Purpose.ASSIST:
            words = "to answer you"
        case Purpose.IMPROVE:
            words = "to make the assistant better"
        case Purpose.TRAIN:
            words = "to train AI models"
        case Purpose.REVIEW:
            words = "to check for misuse"
        case Purpose.SECURITY:
            words = "to keep the service safe"
        case Purpose.SALES:
            words = "to sell you things"
        case Purpose.ADVERTISING:
            words = "to show you ads"
        case Purpose.RIGHTS:
            words = "to do what you ask about your data"
        case _:
            assert_never(purpose)
    return words


def _done(treatment: Treatment) -> str:
    """Say what is done to a kind of personal data."""
    match treatment:
        case Treatment.EXCLUDE:
            words = "we first take out each of these that we recognize"
        case Treatment.PSEUDONYMIZE:
            words = (
                "we first put a code in the place of each of these that we recognize, "
                "and put your own words back in the answer"
            )
        case Treatment.HASH:
            words = (
                "we first put a code that nobody can turn back in the place of each of these "
                "that we recognize"
            )
        case Treatment.GENERALIZE:
            words = "we first make each of these that we recognize less exact"
        case Treatment.KEEP:
            words = "these stay as you wrote them"
        case _:
            assert_never(treatment)
    return words


def _home(region: Region, others: frozenset[Region]) -> str:
    """Say where people's conversations are, each person's in one region."""
    if not others:
        return _place(region)
    further = _listed(map(_place, sorted(others)), "or")
    return (
        f"in the region that is set for you, and nowhere else: {_place(region)} if none was named, "
        f"or {further}"
    )


def _decided(clause: Train | Sample | Announce | Minors) -> str:
    """Say what people, or the parents of young people, decide."""
    match clause:
        case Train(purpose, asked):
            text = (
                f"What is kept of conversations held {aim(purpose)} may also be used to make the "
                f"assistant better{_asked(asked)}"
            )
        case Sample(purpose, asked):
            text = (
                f"People who work for us may read samples of what is kept of conversations held "
                f"{aim(purpose)}{_asked(asked)}"
            )
        case Announce(asked):
            text = f"We tell you by mail when something here changes{_asked(asked)}"
        case Minors():
            text = _young(clause)
        case _:
            assert_never(clause)
    return text


def _sooner(offered: frozenset[timedelta]) -> str:
    """Say what a person may choose instead of the whole time."""
    if not offered:
        return ", or not kept at all if you say so"
    times = _listed(map(period_words, sorted(offered)), "or")
    return f"; if you say so, after {times}, or they are not kept at all"


def _asked(asked: Consent | None) -> str:
    """Say whose word it takes."""
    match asked:
        case None:
            return ""
        case Consent.OPT_IN:
            return ", only if you agree"
        case Consent.OPT_OUT:
            return ", unless you object"
        case _:
            assert_never(asked)


def _young(rule: Minors) -> str:
    """Say what holds for people under an age, and for those whose age nobody knows."""
    done = "we do not answer you" if rule.refuse else "we answer you and keep nothing of it"
    text = (
        f"If you are under {rule.age}, {done}, unless one of your parents has agreed and we have "
        "checked that"
    )
    match rule.unknown:
        case UnknownAge.ADULT:
            return f"{text}; if we do not know how old you are, we treat you as older"
        case UnknownAge.MINOR:
            return f"{text}; this also holds if we do not know how old you are"
        case _:
            assert_never(rule.unknown)


def _served(regions: frozenset[Region]) -> str:
    """Say whose text a processor receives, where it is not everyone's."""
    if not regions:
        return ""
    return f", only if your region is {_listed(map(_region, sorted(regions)), 'or')}"


def _region(region: Region) -> str:
    """Say a region without the word before it."""
    return _place(region).removeprefix("in ").removeprefix("on ")


def _place(region: Region) -> str:
    match region:
        case Region.LOCAL:
            words = "on the computers that run this service"
        case Region.EU:
            words = "in the European Union"
        case Region.UK:
            words = "in the United Kingdom"
        case Region.US:
            words = "in the United States"
        case Region.CA:
            words = "in Canada"
        case Region.CH:
            words = "in Switzerland"
        case Region.APAC:
            words = "in Asia or the Pacific"
        case _:
            assert_never(region)
    return words


def _passing(media: frozenset[Media]) -> str:
    if not media:
        return "we take no pictures, sound or files, because we cannot check what is in them"
    through = _listed(map(_medium, sorted(media)), "and")
    return f"we let {through} through as they are, without checking what is in them"


def _medium(media: Media) -> str:
    match media:
        case Media.IMAGE:
            return "pictures"
        case Media.AUDIO:
            return "sound"
        case Media.FILE:
            return "files"
        case _:
            assert_never(media)


def _unknown(rule: UnknownFields) -> str:
    match rule:
        case UnknownFields.REFUSE:
            return "we refuse messages with parts that we do not know"
        case UnknownFields.TREAT:
            return (
                "we change parts of a message that we do not know like the rest, and pass them on"
            )
        case _:
            assert_never(rule)


def _to(purpose: Purpose) -> str:
    words = aim(purpose)
    return words[0].upper() + words[1:]


def _listed(texts: Iterable[str], word: str) -> str:
    """Join as a person would: `a, b and c`."""
    *first, last = texts
    return f"{', '.join(first)} {word} {last}" if first else last
