"""Letters to people: what may stand in one, and the outbox in which it waits to be sent.

Invariants: a letter holds an address, codes, dates and links, and nothing that anybody wrote; what
it may and must hold follows from its kind, and neither address nor fact can hold a line break, so
that no header can be put in; until it is sent it is sealed under the key of the person it is for,
so that erasing them destroys it, and it is deleted after `LIFE` whatever happens. Only the outbox's
row, which names no address, says that it waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol, Self
from urllib.parse import urlsplit

import orjson

from privity.audit.entry import Entry, Event
from privity.audit.ports import Log
from privity.errors import BadInput, Tampered
from privity.model.reveal import reveal
from privity.model.text import Raw
from privity.model.words import ConversationRef, Language, Purpose, Region, SubjectRef
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place, Store

LetterId = NewType("LetterId", str)
"""A random id of one letter, the same however often it is tried."""
LIFE = timedelta(days=5)
"""How long a letter is tried and kept (RFC 5321, 4.5.4.1: at least four to five days)."""
RECORD = "letter"
"""The kind of a letter's record in the vault."""


class Fact(StrEnum):
    """What a letter can say besides its own words."""

    LINK = "link"  # a page of ours, https, or http on this machine
    UNSUBSCRIBE = "unsubscribe"  # a page of ours that ends such letters
    DATE = "date"  # a day, ISO 8601
    REFERENCE = "reference"  # what to quote when asking
    ABOUT = "about"  # the code of what is asked
    REASON = "reason"  # the code of a reason


class LetterKind(StrEnum):
    """Why a letter is sent. `facts` are what it says, all of them and no others."""

    facts: frozenset[Fact]

    def __new__(cls, value: str, *facts: Fact) -> Self:
        """Make a member whose value names its templates."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.facts = frozenset(facts)
        return member

    TEST = ("test",)
    SIGN_IN = ("sign_in", Fact.LINK)
    REQUEST_CONFIRM = ("request_confirm", Fact.LINK, Fact.ABOUT, Fact.REFERENCE, Fact.DATE)
    REQUEST_RECEIVED = ("request_received", Fact.ABOUT, Fact.REFERENCE, Fact.DATE)
    REQUEST_WAITING = ("request_waiting", Fact.ABOUT, Fact.REFERENCE, Fact.REASON)
    REQUEST_EXTENDED = (
        "request_extended",
        Fact.ABOUT,
        Fact.REFERENCE,
        Fact.DATE,
        Fact.REASON,
    )
    REQUEST_DONE = ("request_done", Fact.ABOUT, Fact.REFERENCE)
    REQUEST_HELD = ("request_held", Fact.ABOUT, Fact.REFERENCE)
    REQUEST_READY = ("request_ready", Fact.ABOUT, Fact.REFERENCE, Fact.LINK, Fact.DATE)
    REQUEST_REFUSED = ("request_refused", Fact.ABOUT, Fact.REFERENCE, Fact.REASON)
    NOTICE_CHANGED = ("notice_changed", Fact.LINK, Fact.DATE, Fact.UNSUBSCRIBE)
    PARENT_ASKED = ("parent_asked", Fact.LINK, Fact.DATE)
    PARENT_SECOND = ("parent_second", Fact.LINK, Fact.DATE)
    PARENT_CONFIRMED = ("parent_confirmed", Fact.LINK)
    PARENT_ENDING = ("parent_ending", Fact.LINK, Fact.DATE)
    PARENT_ENDED = ("parent_ended", Fact.REASON)
    CONVERSATION_READ = ("conversation_read", Fact.LINK, Fact.DATE, Fact.UNSUBSCRIBE)
    STAFF_APPROVED = ("staff_approved", Fact.LINK)
    STAFF_READ = ("staff_read", Fact.LINK)
    STAFF_TRAINING = ("staff_training", Fact.LINK, Fact.DATE)
    STAFF_ADMITTED = ("staff_admitted", Fact.LINK)

    @property
    def announcement(self) -> bool:
        """Whether nobody asked for it, so that it must say how to end such letters."""
        return Fact.UNSUBSCRIBE in self.facts


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one address. Raises BadInput for an address or a fact that no letter can have."""

    kind: LetterKind
    to: Raw
    language: Language
    facts: Mapping[Fact, str]

    def __post_init__(self) -> None:
        if not is_address(self.to):
            message = "this is no mail address that a letter can go to"
            raise BadInput(message)
        if self.facts.keys() != self.kind.facts:
            message = f"a letter of the kind {self.kind} needs {', '.join(sorted(self.kind.facts))}"
            raise BadInput(message)
        wrong = sorted(fact for fact, value in self.facts.items() if not _holds(fact, value))
        if wrong:
            message = f"this cannot stand in a letter: {', '.join(wrong)}"
            raise BadInput(message)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose key a letter is sealed under. `agreed`: what they agreed to when it was posted."""

    region: Region
    subject: SubjectRef
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter in the outbox. `due`: when it is tried next. `attempts`: how often it was tried."""

    id: LetterId
    kind: LetterKind
    addressee: Addressee
    made_at: datetime
    due: datetime
    attempts: int


class Outbox(Protocol):
    """The letters that wait, inside one transaction."""

    def add(self, waiting: Waiting) -> None:
        """Store one."""
        ...

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Waiting, ...]:
        """Return those that are due, oldest first, each with one attempt more.

        Nobody else gets them before `until`.
        """
        ...

    def put_off(self, letter: LetterId, due: datetime) -> None:
        """Try one again, not before this time; if it is still there."""
        ...

    def remove(self, letter: LetterId) -> bool:
        """Remove one and say whether it was there."""
        ...

    def of(self, subject: SubjectRef) -> tuple[Waiting, ...]:
        """Return those for one person, oldest first."""
        ...

    def all(self) -> tuple[Waiting, ...]:
        """Return all, oldest first."""
        ...


class PostalStore(Store, Protocol):
    """What posting needs of a transaction."""

    @property
    def log(self) -> Log:
        """The audit log."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The letters that wait."""
        ...


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Takes letters. `policy`: the digest of the one in force; `new_id`: 128 random bits, hex."""

    vault: Vault
    policy: str
    new_id: Callable[[], str]

    def post(self, tx: PostalStore, to: Addressee, letter: Letter, now: datetime) -> LetterId:
        """Seal a letter and put it into the outbox; it is sent once the transaction is durable.

        Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable.
        """
        name = LetterId(self.new_id())
        life = Lifetime(now, LIFE)
        self.vault.seal(tx, _place(to, name), ConversationRef(""), _packed(letter), life)
        tx.outbox.add(Waiting(name, letter.kind, to, now, now, 0))
        facts = {"letter": name, "kind": letter.kind.value}
        if to.agreed:
            facts["agreed"] = ",".join(to.agreed)
        tx.log.append(Entry(Event.MAIL_POSTED, now, self.policy, subject=to.subject, facts=facts))
        return name

    def take(self, tx: PostalStore, waiting: Waiting, now: datetime) -> Letter | None:
        """Return a letter that waits, or None if it, or the key of who it is for, is gone.

        Raises Tampered, KeyStoreUnavailable.
        """
        record = tx.records.find(waiting.id)
        if record is None or record.place != _place(waiting.addressee, waiting.id):
            return None
        return _unpacked(self.vault.open(tx, record, now))


def is_address(raw: Raw) -> bool:
    """Say whether a letter can go there: one address, in ASCII, as short as RFC 5321 wants it."""
    text = reveal(raw)
    local = text.rpartition("@")[0]
    short = len(text) <= _LONGEST_ADDRESS and len(local) <= _LONGEST_LOCAL
    return short and _ADDRESS.fullmatch(text) is not None


def address_bytes(to: Raw) -> bytes:
    """Return an address as it is sealed; `Raw(body.decode())` is the way back."""
    return reveal(to).encode("ascii", "strict")


_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the brackets
_LONGEST_LOCAL = 64
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"  # RFC 5322, 3.2.3
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PLAIN = re.compile(r"[!-~]{1,2048}")  # visible ASCII: no space, no line break
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _holds(fact: Fact, value: str) -> bool:
    if fact in {Fact.LINK, Fact.UNSUBSCRIBE}:
        return _PLAIN.fullmatch(value) is not None and _leads_to_us(value)
    if fact is Fact.DATE:
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return _CODE.fullmatch(value) is not None


def _leads_to_us(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    near = parts.scheme == "http" and parts.hostname in _LOOPBACK
    clean = not set(link) & set("<>\"'\\^`{|}") and not parts.username
    return bool(parts.hostname) and clean and (parts.scheme == "https" or near)


def _place(to: Addressee, letter: LetterId) -> Place:
    return Place(to.region, Purpose.RIGHTS, to.subject, letter, RECORD)


def _packed(letter: Letter) -> bytes:
    facts = {fact.value: value for fact, value in letter.facts.items()}
    named = {"to": reveal(letter.to), "kind": letter.kind.value, "language": letter.language.value}
    return orjson.dumps({**named, "facts": facts})


def _unpacked(body: bytes) -> Letter:
    try:
        named = orjson.loads(body)
        facts = {Fact(fact): str(value) for fact, value in named["facts"].items()}
        kind, language = LetterKind(named["kind"]), Language(named["language"])
        return Letter(kind, Raw(named["to"]), language, facts)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        message = "a letter that was sealed is none"
        raise Tampered(message) from None  # a decoding error may quote the address
