"""Telling people by mail of a change, or that staff read: those who left an address for it.

An address is a sealed record under the person's key, with the language to write in and a random
word that ends such letters; the record is named for that word's digest, so that the link in a
letter finds it without naming anybody.

Invariants: nobody is written to whose word does not let it; nobody is told of one change twice; an
address that was taken back is deleted in the transaction that takes it back; the entry of the log
says what the person had agreed to, and no address.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import orjson

from privity.errors import BadInput, Tampered
from privity.model.policy import Policy
from privity.model.text import Raw
from privity.model.words import ConversationRef, Language, Purpose, SubjectRef
from privity.policy.offers import telling_of_reading
from privity.rights.ages import Standing
from privity.rights.effective import effective
from privity.rights.letters import (
    Addressee,
    Fact,
    Letter,
    LetterKind,
    PostalStore,
    PostOffice,
    address_bytes,
    is_address,
)
from privity.rights.ports import ChoiceStore
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place, Sealed

ADDRESS = "address"
"""The kind of the record that holds an address for announcements."""
TOLD = "told"
"""The kind of the record that says that a person was told of a change."""
KEPT = timedelta(days=730)
"""How long an address is kept since it was last left."""


class AnnouncingStore(PostalStore, Protocol):
    """What announcing needs of a transaction."""

    @property
    def choices(self) -> ChoiceStore:
        """What people chose."""
        ...


@dataclass(frozen=True, slots=True)
class Left:
    """An address that a person left. `word` is random; whoever has it can end the letters."""

    to: Raw
    language: Language
    word: str


@dataclass(frozen=True, slots=True)
class Announced:
    """A policy that will hold, from when, and where it is compared with the one that does.

    `ending`: the address that a person's word is put behind; `counting`: digests of notices under
    which an agreement to such letters still counts.
    """

    policy: Policy
    since: datetime
    page: str
    ending: str
    counting: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a letter of a reading leads; `ending` and `counting` as in `Announced`."""

    page: str
    ending: str
    counting: frozenset[str]


def leave(
    tx: AnnouncingStore, office: PostOffice, who: Addressee, left: Left, now: datetime
) -> None:
    """Keep an address, in the place of an earlier one. Raises BadInput for what is none."""
    if not is_address(left.to):
        message = "this is no mail address that a letter can go to"
        raise BadInput(message)
    withdraw(tx, who.subject)
    body = orjson.dumps(
        {
            "to": address_bytes(left.to).decode(),
            "language": left.language.value,
            "word": left.word,
        }
    )
    place = Place(who.region, Purpose.RIGHTS, who.subject, _name(left.word), ADDRESS)
    office.vault.seal(tx, place, ConversationRef(""), body, Lifetime(now, KEPT))


def withdraw(tx: AnnouncingStore, subject: SubjectRef) -> bool:
    """Delete the address that a person left, and say whether there was one."""
    names = [record.place.record for record in _addresses(tx, subject)]
    return bool(names and tx.records.take(subject, names))


def whose(tx: AnnouncingStore, word: str) -> SubjectRef | None:
    """Return whose letters a word from a letter ends, or None."""
    record = tx.records.find(_name(word))
    return None if record is None or record.place.kind != ADDRESS else record.place.subject


def has_left(tx: AnnouncingStore, subject: SubjectRef) -> bool:
    """Say whether a person left an address."""
    return bool(_addresses(tx, subject))


def left_by(
    tx: AnnouncingStore, vault: Vault, subject: SubjectRef, now: datetime
) -> tuple[Raw, ...]:
    """Return the addresses that a person left. Raises KeyStoreUnavailable, Tampered."""
    return tuple(_opened(vault.open(tx, each, now)).to for each in _addresses(tx, subject))


def tell(
    tx: AnnouncingStore,
    office: PostOffice,
    about: tuple[SubjectRef, Announced],
    policy: Policy,
    now: datetime,
) -> bool:
    """Write to one person of a change, unless they were, and say whether a letter was posted.

    `policy` is the one in force. Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable.
    """
    subject, change = about
    choices = tx.choices.of(subject)
    held = effective(policy, Purpose.ASSIST, choices, Standing.ADULT, change.counting)
    mark = f"{subject}.{change.policy.digest[:16]}.{TOLD}"
    record = next(iter(_addresses(tx, subject)), None)
    if record is None or not held.mail or tx.records.find(mark) is not None:
        return False
    left = _opened(office.vault.open(tx, record, now))
    facts = {
        Fact.LINK: change.page,
        Fact.DATE: change.since.date().isoformat(),
        Fact.UNSUBSCRIBE: f"{change.ending}{left.word}",
    }
    letter = Letter(LetterKind.NOTICE_CHANGED, left.to, left.language, facts)
    to = Addressee(record.place.region, subject, held.agreed)
    office.post(tx, to, letter, now)
    place = replace(record.place, record=mark, kind=TOLD)
    life = Lifetime(now, max(change.since - now, timedelta()) + timedelta(days=1))
    office.vault.seal(tx, place, ConversationRef(""), b"", life)
    return True


def tell_of_reading(
    tx: AnnouncingStore,
    office: PostOffice,
    about: tuple[SubjectRef, Pages],
    policy: Policy,
    now: datetime,
) -> bool:
    """Write to one person that staff read a conversation of theirs, and say whether it was posted.

    Nobody is told whom the policy, or their own word, does not let us write to. Raises
    KeyStoreUnavailable, Tampered, DatabaseUnavailable.
    """
    subject, pages = about
    held = effective(policy, Purpose.ASSIST, tx.choices.of(subject), Standing.ADULT, pages.counting)
    record = next(iter(_addresses(tx, subject)), None)
    if record is None or not held.mail or not telling_of_reading(policy):
        return False
    left = _opened(office.vault.open(tx, record, now))
    facts = {
        Fact.LINK: pages.page,
        Fact.DATE: now.date().isoformat(),
        Fact.UNSUBSCRIBE: f"{pages.ending}{left.word}",
    }
    letter = Letter(LetterKind.CONVERSATION_READ, left.to, left.language, facts)
    office.post(tx, Addressee(record.place.region, subject, held.agreed), letter, now)
    return True


def _addresses(tx: AnnouncingStore, subject: SubjectRef) -> list[Sealed]:
    return [record for record in tx.records.of(subject) if record.place.kind == ADDRESS]


def _name(word: str) -> str:
    return f"{hashlib.sha256(word.encode()).hexdigest()}.{ADDRESS}"


def _opened(body: bytes) -> Left:
    try:
        read = orjson.loads(body)
        return Left(Raw(read["to"]), Language(read["language"]), str(read["word"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        message = "an address that was sealed is none"
        raise Tampered(message) from None  # a decoding error may quote the address
