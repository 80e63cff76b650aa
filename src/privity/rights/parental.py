"""A parent's consent, from the request to its end: what has happened, and what may happen next.

    ASKED -> SENT -> CONFIRMED_ONCE -> GRANTED -> ENDED     e-mail plus
                  -> IN_REVIEW ------> GRANTED              signed form
                  -> GRANTED                                payment card, knowledge
    every state before GRANTED -> REFUSED or LAPSED; GRANTED -> REVOKED or ENDED

The ways to show that the one who answers is a parent are those of 16 CFR 312.5(b)(2). With e-mail
plus, a second confirmation follows after a delay, so that whoever reads a mailbox for a moment
cannot consent.

Invariants: only a completed way leads to GRANTED; nothing leads out of REFUSED, LAPSED, REVOKED and
ENDED, so a new request is needed; a deadline that has passed counts without anybody noting it; a
consent always has an end; what is wrong for a state is refused and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias, assert_never

from privity.errors import ConsentOutOfTurn

ConsentId = NewType("ConsentId", str)
"""A random id of one request for consent."""


class Method(StrEnum):
    """How it is shown that a parent answers; the paragraph of 16 CFR 312.5(b)(2)."""

    paragraph: str

    def __new__(cls, value: str, paragraph: str) -> Method:  # noqa: PYI034 - as in StrEnum
        """Make a member whose value is its name in tables."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.paragraph = paragraph
        return member

    SIGNED_FORM = ("signed_form", "(i)")
    CARD = ("card", "(ii)")
    KNOWLEDGE = ("knowledge", "(vi)")
    EMAIL_PLUS = ("email_plus", "(viii)")


class State(StrEnum):
    """Where a request for consent stands."""

    ASKED = "asked"
    SENT = "sent"
    CONFIRMED_ONCE = "confirmed_once"
    IN_REVIEW = "in_review"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    ENDED = "ended"


OPEN = frozenset({State.ASKED, State.SENT, State.CONFIRMED_ONCE, State.IN_REVIEW})
"""States in which an answer is awaited."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things take and last, and how much is asked."""

    answer_within: timedelta = timedelta(days=14)
    second_after: timedelta = timedelta(hours=24)
    review_within: timedelta = timedelta(days=14)
    lasts: timedelta = timedelta(days=365)
    renew_from: timedelta = timedelta(days=30)
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Consent:
    """One request. `until`: the end of the state it is in, and None where it has none.

    `failed`: how often a check was failed. `method`: None until one was begun.
    """

    id: ConsentId
    state: State
    method: Method | None
    since: datetime
    until: datetime | None
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Mailed:
    """The letter to the parent was handed to the outbox."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The parent followed the link of a letter and said yes: the first or the second time."""


@dataclass(frozen=True, slots=True)
class FormSent:
    """A signed form was uploaded."""


@dataclass(frozen=True, slots=True)
class FormJudged:
    """Staff looked at the form."""

    accepted: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that gives its answer at once: a small charge to a card, or questions."""

    method: Method
    passed: bool


@dataclass(frozen=True, slots=True)
class Declined:
    """The parent said no, or the child took the request back."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """The parent confirmed a consent that soon ends."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """The parent took the consent back."""


Happening: TypeAlias = (
    Mailed | Confirmed | FormSent | FormJudged | Checked | Declined | Renewed | Revoked
)


def asked(name: ConsentId, now: datetime, terms: Terms) -> Consent:
    """Return a new request."""
    return Consent(name, State.ASKED, None, now, now + terms.answer_within)


def at_present(consent: Consent, now: datetime) -> Consent:
    """Return where a request stands now: a deadline that passed has its effect."""
    if consent.until is None or now < consent.until:
        return consent
    over = State.ENDED if consent.state is State.GRANTED else State.LAPSED
    return replace(consent, state=over, since=consent.until, until=None)


def is_proven(consent: Consent, now: datetime) -> bool:
    """Say whether a parent's consent is proven and has not ended."""
    return at_present(consent, now).state is State.GRANTED


def is_renewable(consent: Consent, now: datetime, terms: Terms) -> bool:
    """Say whether a consent ends soon enough to be renewed."""
    present = at_present(consent, now)
    soon = present.until is not None and now >= present.until - terms.renew_from
    return present.state is State.GRANTED and soon


def second_is_due(consent: Consent, now: datetime, terms: Terms) -> bool:
    """Say whether it is time for the second letter of e-mail plus."""
    present = at_present(consent, now)
    return present.state is State.CONFIRMED_ONCE and now >= present.since + terms.second_after


def happened(consent: Consent, what: Happening, now: datetime, terms: Terms) -> Consent:
    """Return the request after something happened. Raises ConsentOutOfTurn where it cannot."""
    present = at_present(consent, now)
    match what:
        case Mailed():
            after = _moved(_in(present, State.ASKED), State.SENT, now, present.until)
        case Confirmed():
            after = _confirmed(present, now, terms)
        case FormSent():
            begun = replace(_in(present, State.SENT), method=Method.SIGNED_FORM)
            after = _moved(begun, State.IN_REVIEW, now, now + terms.review_within)
        case FormJudged(accepted):
            after = _judged(_in(present, State.IN_REVIEW), now, terms, passed=accepted)
        case Checked(method, passed):
            after = _checked(replace(present, method=method), now, terms, passed=passed)
        case Declined():
            after = _moved(_in(present, *OPEN), State.REFUSED, now, None)
        case Renewed():
            after = _renewed(present, now, terms)
        case Revoked():
            after = _moved(_in(present, State.GRANTED), State.REVOKED, now, None)
        case _:
            assert_never(what)
    return after


def _renewed(present: Consent, now: datetime, terms: Terms) -> Consent:
    if not is_renewable(present, now, terms):
        message = "there is no consent that ends soon"
        raise ConsentOutOfTurn(message)
    return replace(present, until=now + terms.lasts)


def _confirmed(present: Consent, now: datetime, terms: Terms) -> Consent:
    _in(present, State.SENT, State.CONFIRMED_ONCE)
    if present.state is State.SENT:
        once = replace(present, method=Method.EMAIL_PLUS)
        within = now + terms.second_after + terms.answer_within
        return _moved(once, State.CONFIRMED_ONCE, now, within)
    if not second_is_due(present, now, terms):
        message = "the second confirmation comes later than the first"
        raise ConsentOutOfTurn(message)
    return _moved(present, State.GRANTED, now, now + terms.lasts)


def _checked(present: Consent, now: datetime, terms: Terms, *, passed: bool) -> Consent:
    """Judge a check that gives its answer at once; it may be failed a few times."""
    failed = _in(present, State.SENT).failed + (not passed)
    if passed or failed >= terms.attempts:
        return _judged(replace(present, failed=failed), now, terms, passed=passed)
    return replace(present, failed=failed)


def _judged(present: Consent, now: datetime, terms: Terms, *, passed: bool) -> Consent:
    if passed:
        return _moved(present, State.GRANTED, now, now + terms.lasts)
    return _moved(present, State.REFUSED, now, None)


def _in(present: Consent, *states: State) -> Consent:
    if present.state not in states:
        message = f"a request for consent that is {present.state} cannot do this"
        raise ConsentOutOfTurn(message)
    return present


def _moved(present: Consent, state: State, now: datetime, until: datetime | None) -> Consent:
    return replace(present, state=state, since=now, until=until)
