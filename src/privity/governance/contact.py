"""How to reach whoever asks: sealed, and gone when the request is closed.

Invariants: it is sealed under the key of the person it is about, so that erasing them destroys it;
it is taken away when the request is closed, and at the latest after `LIFE`; an address is compared,
and never shown to staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from privity.errors import Tampered
from privity.model.reveal import reveal
from privity.model.text import Raw
from privity.model.words import ConversationRef, Language, Purpose, Region, SubjectRef
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place, Store

LIFE = timedelta(days=400)
"""Longer than any request can take with its extension and a pause."""
RECORD = "request"
"""The kind of its record in the vault."""


@dataclass(frozen=True, slots=True)
class Contact:
    """An address for letters (None: there is none), and a language."""

    to: Raw | None
    language: Language


@dataclass(frozen=True, slots=True)
class Whose:
    """Which request of whom."""

    region: Region
    subject: SubjectRef
    request: str

    @property
    def place(self) -> Place:
        """Where the contact is in the vault."""
        return Place(self.region, Purpose.RIGHTS, self.subject, self.request, RECORD)


def keep_contact(tx: Store, vault: Vault, whose: Whose, contact: Contact, now: datetime) -> None:
    """Seal it. Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable."""
    named = {
        "to": None if contact.to is None else reveal(contact.to),
        "language": contact.language.value,
    }
    body = orjson.dumps(named)
    vault.seal(tx, whose.place, ConversationRef(""), body, Lifetime(now, LIFE))


def read_contact(tx: Store, vault: Vault, whose: Whose, now: datetime) -> Contact | None:
    """Return it, or None if it is gone. Raises Tampered, KeyStoreUnavailable."""
    record = tx.records.find(whose.request)
    if record is None or record.place != whose.place:
        return None
    try:
        named = orjson.loads(vault.open(tx, record, now))
        to, language = named["to"], Language(named["language"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        message = "a sealed contact is none"
        raise Tampered(message) from None  # a decoding error may quote the address
    return Contact(None if to is None else Raw(to), language)


def same_address(one: Raw, other: Raw) -> bool:
    """Say whether two addresses are one, but for capital letters and space around them."""
    first, second = (reveal(each).strip().casefold() for each in (one, other))
    return first == second


def drop_contact(tx: Store, whose: Whose) -> None:
    """Take it away at once."""
    tx.records.take(whose.subject, (whose.request,))
