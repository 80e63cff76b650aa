"""Do what a request asks, prove that it was done, and only then say so.

Invariants: nothing is done for whoever is not proved; an erasure counts as done when every place
was read back; what a legal hold keeps is said in the answer and in the log; a request that was done
and not closed (a crash) is done again and closed, and doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from privity.governance import requests as move
from privity.governance.clocks import received_on
from privity.governance.contact import Contact, read_contact
from privity.governance.desk import PATH, Desk, digest_of, find, whose
from privity.governance.ports import DeskStore, Ticket
from privity.governance.readback import Proven, Step
from privity.governance.requests import Channel, Request, RequestKind
from privity.model.policy import Policy
from privity.model.words import Purpose
from privity.rights.choices import Choice, Method
from privity.rights.controls import Control, Offer, Setting, offered
from privity.rights.ledger import Person, choose
from privity.rights.letters import Fact, LetterKind

FETCH_WITHIN = timedelta(days=14)
"""How long the link works by which people fetch their data."""
OPTIONAL = (Control.TRAIN, Control.REVIEW)
"""What an objection ends even where the policy does not offer it now."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What completing needs besides the desk. `erase` runs the erasure, everywhere.

    `purpose`: what the application that names the person uses data for.
    """

    policy: Policy
    purpose: Purpose
    erase: Callable[[Request], Generator[Step, Any, Proven]]
    clock: Callable[[], datetime]


def complete(desk: Desk, name: str, doing: Doing) -> Generator[Step, Any, Request]:
    """Do what a request asks, step by step, and close it. Each step is run in a transaction.

    1. May it be done? 2. Do it. 3. The entry with its proof, and the letter. Raises RequestUnknown,
    RequestState, NotErased and what the stores raise.
    """
    clock = doing.clock
    request: Request = yield lambda tx: find(tx, name)
    move.completed(request, clock())
    contact: Contact | None = yield lambda tx: _contact(tx, desk, request, clock())
    facts: Mapping[str, str | int] = {}
    match request.asked.kind:
        case RequestKind.ERASURE:
            proven = yield from doing.erase(request)
            facts = _said(proven)
        case (
            RequestKind.RESTRICTION
            | RequestKind.OBJECTION
            | RequestKind.OPT_OUT
            | RequestKind.LIMIT
        ):
            by = (doing.policy, doing.purpose)
            facts = {"controls": (yield lambda tx: object_to_all(tx, request, by, clock()))}
        case RequestKind.ACCESS | RequestKind.PORTABILITY | RequestKind.RECTIFICATION:
            pass  # people fetch what they asked for by the link; staff corrected what was wrong
        case _:
            assert_never(request.asked.kind)
    closed: Request = yield lambda tx: close(tx, desk, (name, contact), facts, clock())
    return closed


def close(
    tx: DeskStore,
    desk: Desk,
    what: tuple[str, Contact | None],
    facts: Mapping[str, str | int],
    now: datetime,
) -> Request:
    """Close what was done: the entry with its proof, and the letter."""
    name, contact = what
    after = desk.close(tx, move.completed(find(tx, name), now), dict(facts), now)
    if contact is not None:
        desk.post_to(tx, after, contact, _answer(tx, desk, after, facts, now), now)
    return after


def object_to_all(
    tx: DeskStore, request: Request, by: tuple[Policy, Purpose], now: datetime
) -> int:
    """Say no to every further use for a person, as they ask; say how many controls there were."""
    asked = request.asked
    policy, purpose = by
    who = Person(asked.subject, asked.app, purpose)
    offers = {o.setting: o for o in offered(policy, purpose) if o.asked is not None}
    offers.pop(Setting(Control.MAIL), None)
    for control in OPTIONAL:
        setting = Setting(control)
        offers.setdefault(setting, Offer(setting, (True, False), default=False, asked=None))
    method = Method.PAGE if asked.channel is Channel.PAGE else Method.OPERATOR
    for setting, offer in sorted(offers.items()):
        choice = Choice(setting, value=False, at=now, method=method, notice=policy.digest)
        choose(tx, who, offer, choice)
    return len(offers)


def _contact(tx: DeskStore, desk: Desk, request: Request, now: datetime) -> Contact | None:
    return read_contact(tx, desk.vault, whose(request), now)


def _answer(
    tx: DeskStore, desk: Desk, request: Request, facts: Mapping[str, str | int], now: datetime
) -> tuple[LetterKind, dict[Fact, str]]:
    """Return the letter that answers; for people's own data, with the link to fetch them."""
    if request.asked.kind in {RequestKind.ACCESS, RequestKind.PORTABILITY}:
        secret, ends = desk.secret_of(request), now + FETCH_WITHIN
        tx.requests.link(request.id, Ticket(digest_of(secret), ends))
        link = desk.links + PATH + secret
        return LetterKind.REQUEST_READY, {Fact.LINK: link, Fact.DATE: f"{received_on(ends):%F}"}
    return LetterKind.REQUEST_HELD if facts.get("held") else LetterKind.REQUEST_DONE, {}


def _said(proven: Proven) -> Mapping[str, str | int]:
    return {
        "erasure": proven.entry,
        "records": proven.records,
        "held": proven.held,
        "places": proven.places,
        "stays": proven.stays,
        "left": 0,
    }
