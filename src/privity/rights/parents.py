"""Asking a parent, and what they answer: letters, links, evidence and effect, each one transaction.

A parent is known by an address that the child gave and by the link that was sent there. The address
is sealed under the child's key and deleted as soon as nobody waits for an answer (16 CFR
312.5(c)(1)); the link is random, works for one request and one step, and only its digest is stored.

Invariants: every step of a consent is an entry of the log, and stands in the child's ledger, in the
transaction that takes it; a letter is posted in that transaction or the step is not taken; a
consent that ends takes with it what was kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.errors import BadInput, ConsentOutOfTurn, RecordUnknown
from privity.model.policy import Policy
from privity.model.text import Raw
from privity.model.words import ConversationRef, Language, Purpose, SubjectRef
from privity.policy.offers import minors
from privity.rights.ages import Standing
from privity.rights.knowledge import Question, load_questions, pack
from privity.rights.letters import (
    Addressee,
    Fact,
    Letter,
    LetterKind,
    Outbox,
    PostOffice,
    address_bytes,
    is_address,
)
from privity.rights.minors import (
    MinorsStore,
    ParentalRequest,
    Ward,
    clear,
    may_be_kept,
    proven,
    stands_now,
)
from privity.rights.parental import (
    OPEN,
    Confirmed,
    ConsentId,
    Declined,
    FormSent,
    Happening,
    Mailed,
    Renewed,
    Revoked,
    State,
    Terms,
    asked,
    at_present,
    happened,
    is_renewable,
    second_is_due,
)
from privity.rights.ports import LedgerStore
from privity.vault.keep import Lifetime
from privity.vault.ports import Place

ADDRESS = "parent"
"""The kind of the sealed record that holds a parent's address."""
FORM = "parent-form"
"""The kind of the sealed record that holds a signed form."""
QUESTIONS = "parent-questions"
"""The kind of the sealed record that holds questions for a parent."""
MOST_REQUESTS = 3
"""How often a parent may be asked for one child within `Terms.answer_within`; letters are mail."""
_SPARE = timedelta(days=1)


class ParentsStore(MinorsStore, Protocol):
    """What asking a parent needs of a transaction."""

    @property
    def outbox(self) -> Outbox:
        """The letters that wait."""
        ...

    @property
    def ledger(self) -> LedgerStore:
        """The consent ledger."""
        ...


@dataclass(frozen=True, slots=True)
class Parents:
    """What every act works with. `page`: the address that a link is put behind.

    `new_id` and `new_link` make 128 random bits in hex and 256 in a form for addresses.
    """

    office: PostOffice
    policy: Policy
    terms: Terms
    page: str
    new_id: Callable[[], str]
    new_link: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Acting:
    """One transaction, at one moment, with what acts work with."""

    tx: ParentsStore
    by: Parents
    now: datetime


def ask(at: Acting, child: Ward, to: Raw, language: Language) -> ParentalRequest:
    """Ask a parent: seal the address, post the letter.

    1. An address, and not too often. 2. The request and the address. 3. The letter with its link.
    Raises BadInput (no address), ConsentOutOfTurn (asked already).
    """
    if not is_address(to):
        message = "this is no mail address that a letter can go to"
        raise BadInput(message)
    _check_seldom(at, child)
    consent = asked(ConsentId(at.by.new_id()), at.now, at.by.terms)
    request = ParentalRequest(consent, child, language, at.by.policy.digest, None)
    at.tx.parental.add(request)
    _seal_address(at, request, to)
    return step(at, _post(at, request, LetterKind.PARENT_ASKED, to), Mailed())


def follow(at: Acting, link: str) -> ParentalRequest:
    """Return the request that a link leads to, as it stands now. Raises RecordUnknown."""
    request = at.tx.parental.by_link(digest(link))
    if request is None:
        message = "the link of a letter is unknown, or another letter replaced it"
        raise RecordUnknown(message)
    return replace(request, consent=at_present(request.consent, at.now))


def step(at: Acting, request: ParentalRequest, what: Happening) -> ParentalRequest:
    """Take one step: the consent, the entry, the ledger, and what follows from it.

    Raises ConsentOutOfTurn; then nothing changed.
    """
    before = at_present(request.consent, at.now)
    after = replace(request, consent=happened(before, what, at.now, at.by.terms))
    _write(at, after)
    if after.consent.state is not before.state or isinstance(what, Renewed):
        after = _follow_up(at, after)
    at.tx.parental.put(after)
    return after


def answer(at: Acting, request: ParentalRequest, *, agreed: bool) -> ParentalRequest:
    """Take the answer of a parent on their page: a yes, the first or second, a no, or an end."""
    if agreed:
        granted = request.consent.state is State.GRANTED
        return step(at, request, Renewed() if granted else Confirmed())
    granted = request.consent.state is State.GRANTED
    return step(at, request, Revoked() if granted else Declined())


def send_due(at: Acting) -> int:
    """Do what time demands, each thing once, and return how many were done.

    1. Ends and lapses take effect and are written. 2. The second letter of e-mail plus. 3. The
    letter that a consent ends soon.
    """
    terms, done = at.by.terms, 0
    for request in at.tx.parental.in_state(*OPEN, State.GRANTED):
        present = at_present(request.consent, at.now)
        if present.state is not request.consent.state:
            over = replace(request, consent=present)
            _write(at, over)
            at.tx.parental.put(_follow_up(at, over))
        elif second_is_due(present, at.now, terms) and request.link is None:
            _remind(at, request, LetterKind.PARENT_SECOND)
        elif is_renewable(present, at.now, terms) and not request.reminded:
            _remind(at, replace(request, reminded=True), LetterKind.PARENT_ENDING)
        else:
            continue
        done += 1
    return done


def digest(link: str) -> str:
    """Return what is stored of a link: its SHA-256, in hex."""
    return hashlib.sha256(link.encode()).hexdigest()


def seal_form(at: Acting, request: ParentalRequest, form: bytes) -> ParentalRequest:
    """Keep a signed form sealed until it was reviewed, or the time for that is over."""
    after = step(at, request, FormSent())
    life = Lifetime(at.now, at.by.terms.review_within + _SPARE)
    place = _place(request, _form(request), FORM)
    at.by.office.vault.seal(at.tx, place, ConversationRef(""), form, life)
    return after


def form_of(at: Acting, request: ParentalRequest) -> bytes | None:
    """Return the signed form that waits for review, or None."""
    sealed = at.tx.records.find(_form(request))
    return None if sealed is None else at.by.office.vault.open(at.tx, sealed, at.now)


def seal_questions(at: Acting, child: Ward, questions: Sequence[Question]) -> None:
    """Keep questions that a parent of this child can answer, in the place of earlier ones."""
    name = f"{child.subject}.{QUESTIONS}"
    at.tx.records.take(child.subject, [name])
    life = Lifetime(at.now, at.by.terms.lasts)
    place = Place(child.region, Purpose.RIGHTS, child.subject, name, QUESTIONS)
    at.by.office.vault.seal(at.tx, place, ConversationRef(""), pack(questions), life)


def questions_of(at: Acting, request: ParentalRequest) -> tuple[Question, ...]:
    """Return the questions that were loaded for a child; empty where there are none."""
    sealed = at.tx.records.find(f"{request.ward.subject}.{QUESTIONS}")
    if sealed is None or request.consent.state is not State.SENT:
        return ()
    return load_questions(at.by.office.vault.open(at.tx, sealed, at.now))


def forget(tx: ParentsStore, child: Ward) -> None:
    """Forget everything about an erased child; their key, which sealed the rest, is gone."""
    tx.ages.forget(child.subject)
    tx.parental.forget(child.subject)
    tx.people.changed(child.subject)


def _check_seldom(at: Acting, child: Ward) -> None:
    """Refuse to ask again while an answer is awaited, or too often: letters are somebody's mail."""
    since = at.now - at.by.terms.answer_within
    recent = [each.consent for each in at.tx.parental.of(child.subject)]
    waiting = any(at_present(each, at.now).state in OPEN for each in recent)
    if waiting or sum(each.since > since for each in recent) >= MOST_REQUESTS:
        message = "a parent was asked for this child already"
        raise ConsentOutOfTurn(message)


def _follow_up(at: Acting, request: ParentalRequest) -> ParentalRequest:
    """Do what a new state means for letters, links, addresses and what is kept."""
    state, subject = request.consent.state, request.ward.subject
    if state is State.CONFIRMED_ONCE:
        return replace(request, link=None)  # the second letter brings another
    if state in OPEN:
        return request
    at.tx.records.take(subject, [_form(request)])
    address = _address(at, request)
    if state is State.GRANTED:
        return _granted(at, request, address)
    at.tx.parental.put(request)
    if _must_go(at, subject, state):
        clear(at.tx, subject, at.by.policy, at.now)
    if address is not None and state is not State.LAPSED:
        reason = "expired" if state is State.ENDED else state.value
        letter = Letter(LetterKind.PARENT_ENDED, address, request.language, {Fact.REASON: reason})
        at.by.office.post(at.tx, _addressee(request), letter, at.now)
    at.tx.records.take(subject, [_address_name(request)])
    return replace(request, link=None)


def _must_go(at: Acting, subject: SubjectRef, state: State) -> bool:
    """Say whether what was kept goes with a consent: not what is kept without one, of adults."""
    rule, now = minors(at.by.policy), at.now
    if rule is None or proven(at.tx, subject, now):
        return False
    stands = stands_now(at.tx, subject, at.by.policy, now)
    was_given = state in {State.REVOKED, State.ENDED} and stands is not Standing.ADULT
    return was_given or not may_be_kept(stands, rule)


def _granted(at: Acting, request: ParentalRequest, address: Raw | None) -> ParentalRequest:
    """Keep the address as long as the consent lasts, and send the link to the parent's page."""
    if address is None:
        return replace(request, reminded=False)
    at.tx.records.take(request.ward.subject, [_address_name(request)])
    _seal_address(at, request, address)
    return _post(at, replace(request, reminded=False), LetterKind.PARENT_CONFIRMED, address)


def _remind(at: Acting, request: ParentalRequest, kind: LetterKind) -> None:
    address = _address(at, request)
    after = request if address is None else _post(at, request, kind, address)
    at.tx.parental.put(after)


def _post(at: Acting, request: ParentalRequest, kind: LetterKind, to: Raw) -> ParentalRequest:
    """Post a letter with a new link, which replaces the one before."""
    link = at.by.new_link()
    facts = {Fact.LINK: f"{at.by.page}{link}"}
    if Fact.DATE in kind.facts and request.consent.until is not None:
        facts[Fact.DATE] = request.consent.until.date().isoformat()
    letter = Letter(kind, to, request.language, facts)
    at.by.office.post(at.tx, _addressee(request), letter, at.now)
    return replace(request, link=digest(link))


def _write(at: Acting, request: ParentalRequest) -> None:
    """Write the step into the log and the child's ledger: evidence (GDPR, article 8(2))."""
    consent, child = request.consent, request.ward
    facts: dict[str, str | int] = {"consent": consent.id, "state": consent.state.value}
    if consent.method is not None:
        facts["method"] = consent.method.value
    facts |= {"notice": request.notice, "language": request.language.value}
    entry = Entry(
        Event.PARENT_MOVED,
        at.now,
        at.by.policy.digest,
        app=child.app,
        subject=child.subject,
        facts=facts,
    )
    at.tx.ledger.add(child.subject, at.tx.log.append(entry))
    at.tx.people.changed(child.subject)


def _seal_address(at: Acting, request: ParentalRequest, to: Raw) -> None:
    until = request.consent.until or at.now
    longest = at.by.terms.second_after + 2 * at.by.terms.answer_within
    life = Lifetime(at.now, max(until - at.now, longest) + _SPARE)
    place = _place(request, _address_name(request), ADDRESS)
    at.by.office.vault.seal(at.tx, place, ConversationRef(""), address_bytes(to), life)


def _address(at: Acting, request: ParentalRequest) -> Raw | None:
    """Return the parent's address, or None where it is deleted. Raises Tampered."""
    sealed = at.tx.records.find(_address_name(request))
    if sealed is None:
        return None
    return Raw(at.by.office.vault.open(at.tx, sealed, at.now).decode())


def _address_name(request: ParentalRequest) -> str:
    return f"{request.consent.id}.{ADDRESS}"


def _form(request: ParentalRequest) -> str:
    return f"{request.consent.id}.{FORM}"


def _place(request: ParentalRequest, name: str, kind: str) -> Place:
    child = request.ward
    return Place(child.region, Purpose.RIGHTS, child.subject, name, kind)


def _addressee(request: ParentalRequest) -> Addressee:
    return Addressee(request.ward.region, request.ward.subject)
