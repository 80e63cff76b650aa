"""The plain-language notice: what is told to people, from what is enforced, in their language.

Invariants: each clause gives exactly one statement, and each statement stands on exactly one
clause; a statement names everything that its clause names, in every language; nothing is said that
no clause says, except the closing words, which state the rule of `decide`: silence refuses. The
words are meant for a reader of fourteen (GDPR, article 12(1)); `reading` measures them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
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
    Rotate,
    Sample,
    Share,
    Train,
)
from privity.model.words import Category, Consent, Language, PracticeId, Purpose, Region
from privity.policy.said.english import ENGLISH
from privity.policy.said.french import FRENCH
from privity.policy.said.german import GERMAN
from privity.policy.said.spanish import SPANISH
from privity.policy.said.tongue import Tongue, Topic

__all__ = ["Sentence", "Topic", "aim", "items", "lead", "notice", "period_words", "say", "topic"]

EN = Language.EN
CLOSING = ENGLISH.frame.closing
"""Stand on the rule that silence refuses, and on the limits of detection; in English."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of the notice, and the clause that makes it true."""

    practice: PracticeId
    clause: Clause
    topic: Topic
    text: str


def tongue(language: Language) -> Tongue:
    """Return the words of a language."""
    match language:
        case Language.EN:
            return ENGLISH
        case Language.DE:
            return GERMAN
        case Language.FR:
            return FRENCH
        case Language.ES:
            return SPANISH
        case _:
            assert_never(language)


def notice(policy: Policy, language: Language = EN) -> tuple[Sentence, ...]:
    """Say in plain words what the policy does, one statement a clause, by topic."""
    said = [
        Sentence(practice, clause, topic(clause), say(clause, language))
        for practice, clause in policy.clauses
    ]
    return tuple(sentence for part in Topic for sentence in said if sentence.topic is part)


def topic(clause: Clause) -> Topic:  # noqa: PLR0911 - one case for each kind of clause
    """Return the part of the notice that a clause belongs to."""
    match clause:
        case Collect():
            return Topic.TREAT
        case Keep() | Reside() | Rotate():
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


def say(clause: Clause, language: Language = EN) -> str:
    """Say one clause in plain words: what it does and, where it has some, to which kinds."""
    kinds = items(clause, language)
    said = lead(clause, language)
    return f"{said}: {tongue(language).all_of(kinds)}." if kinds else f"{said}."


def items(clause: Clause, language: Language = EN) -> tuple[str, ...]:
    """Return the kinds of personal data that a clause names, identity first."""
    if not isinstance(clause, Collect | NeverInfer):
        return ()
    words = tongue(language).kinds
    return tuple(words[category] for category in Category if category in clause.categories)


def lead(clause: Clause, language: Language = EN) -> str:
    """Say what a clause does, without the kinds that it names and without the last full stop."""
    words = tongue(language)
    match clause:
        case Collect(purpose, _, treatment):
            done = words.treatments[treatment]
            text = words.sentences.collect.format(To=_to(words, purpose), done=done)
        case Keep() | Reside():
            text = _kept(clause, words)
        case Rotate(root, partition, person):
            ages = (_period(each, words) for each in (person, partition, root))
            own, above, highest = ages
            text = words.sentences.rotate.format(own=own, above=above, highest=highest)
        case Share():
            text = _shared(clause, words)
        case AcceptMedia() | AcceptUnknown():
            text = _accepted(clause, words)
        case Train() | Sample() | Announce() | Minors():
            text = _decided(clause, words)
        case NeverUse() | NeverShare() | NeverInfer():
            text = _never(clause, words)
        case _:
            assert_never(clause)
    return text


def period_words(period: timedelta, language: Language = EN) -> str:
    """Say a length of time in days, hours, minutes and seconds."""
    return _period(period, tongue(language))


def aim(purpose: Purpose, language: Language = EN) -> str:
    """Say what a purpose is, as `to …`."""
    return tongue(language).aims[purpose]


def _kept(clause: Keep | Reside, words: Tongue) -> str:
    """Say how long conversations are kept, or where."""
    said, to = words.sentences, _to(words, clause.purpose)
    match clause:
        case Keep(_, period, offered):
            sooner = said.not_at_all
            if offered:
                times = words.one_of(_period(each, words) for each in sorted(offered))
                sooner = said.sooner.format(times=times)
            return said.keep.format(To=to, period=_period(period, words), sooner=sooner)
        case Reside(_, region, others):
            place = words.places[region]
            if not others:
                return said.reside.format(To=to, place=place)
            further = words.one_of(words.places[each] for each in sorted(others))
            return said.reside_each.format(To=to, place=place, others=further)
        case _:
            assert_never(clause)


def _shared(clause: Share, words: Tongue) -> str:
    """Say who receives text, where, of whom, and by whose word."""
    to, said = clause.recipient, words.sentences
    return said.share.format(
        To=_to(words, clause.purpose),
        name=to.name,
        place=words.places[to.region],
        hosts=", ".join(sorted(to.hosts)),
        served=said.served.format(regions=_regions(words, to.serves)) if to.serves else "",
        asked=_asked(clause.asked, words),
    )


def _accepted(clause: AcceptMedia | AcceptUnknown, words: Tongue) -> str:
    """Say what passes unscanned, or that it does not."""
    said, to = words.sentences, _to(words, clause.purpose)
    match clause:
        case AcceptMedia(_, media):
            if not media:
                return said.no_media.format(To=to)
            through = words.all_of(words.media[each] for each in sorted(media))
            return said.some_media.format(To=to, media=through)
        case AcceptUnknown(_, rule):
            return f"{to}, {words.unknown_fields[rule]}"
        case _:
            assert_never(clause)


def _decided(clause: Train | Sample | Announce | Minors, words: Tongue) -> str:
    """Say what people, or the parents of young people, decide."""
    said = words.sentences
    match clause:
        case Train(purpose, asked):
            return said.train.format(aim=words.aims[purpose], asked=_asked(asked, words))
        case Sample(purpose, asked):
            return said.sample.format(aim=words.aims[purpose], asked=_asked(asked, words))
        case Announce(asked, reading):
            form = said.announce_reading if reading else said.announce
            return form.format(asked=_asked(asked, words))
        case Minors(age, unknown, refuse):
            form = said.minors_refused if refuse else said.minors
            return form.format(age=age, unknown=words.unknown_ages[unknown])
        case _:
            assert_never(clause)


def _never(clause: NeverUse | NeverShare | NeverInfer, words: Tongue) -> str:
    """Say what never happens."""
    match clause:
        case NeverUse(purposes):
            aims = words.one_of(words.aims[purpose] for purpose in sorted(purposes))
            several = len(purposes) > 1
            said = words.sentences.never_use_any if several else words.sentences.never_use
            return said.format(aims=aims)
        case NeverShare(names):
            return words.sentences.never_share.format(names=words.one_of(sorted(names)))
        case NeverInfer():
            return words.sentences.never_infer
        case _:
            assert_never(clause)


def _asked(asked: Consent | None, words: Tongue) -> str:
    """Say whose word it takes."""
    return "" if asked is None else words.asked[asked]


def _regions(words: Tongue, regions: frozenset[Region]) -> str:
    return words.one_of(words.regions[region] for region in sorted(regions))


def _period(period: timedelta, words: Tongue) -> str:
    left, parts = period, []
    lengths = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
    for (one, several), length in zip(words.units, lengths, strict=True):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count} {one if count == 1 else several}")
    return f" {words.conjunctions[0]} ".join(parts) or words.no_time


def _to(words: Tongue, purpose: Purpose) -> str:
    text = words.aims[purpose]
    return text[0].upper() + text[1:]
