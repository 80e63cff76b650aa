"""Keep minimized text sealed, with an end date.

Invariants: a record is stored together with the key that opens it, in one transaction; it is
sealed under its person's own key and bound to its place, so that it opens nowhere else and never
again once that key is destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from privity.model.words import ConversationRef
from privity.vault.aead import record_place
from privity.vault.ports import Custodian, OpeningStore, Place, Sealed, Store
from privity.vault.subject_keys import KeyCache, KeyRing

MAX_KEYS = 8192
KEY_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From when, and for how long, a record is kept, and what else may be done with it."""

    begins: datetime
    period: timedelta
    train: bool = False
    review: bool = False

    @property
    def ends(self) -> datetime:
        """When the record must be gone."""
        return self.begins + self.period


class Vault:
    """Seals and opens records. It holds no record and, for a short time, a few thousand keys."""

    def __init__(
        self, custodian: Custodian, max_keys: int = MAX_KEYS, key_lifetime: timedelta = KEY_LIFETIME
    ) -> None:
        self._ring = KeyRing(custodian, KeyCache(max_keys, key_lifetime))

    def seal(
        self, tx: Store, place: Place, conversation: ConversationRef, body: bytes, life: Lifetime
    ) -> None:
        """Seal a body and store it; create the person's key when there is none.

        Raises KeyStoreUnavailable, Tampered (a stored key does not open), DatabaseUnavailable.
        """
        subject = self._ring.newest(tx, place, life.begins)
        sealed = subject.key.seal(body, record_place(place, subject.version))
        tx.records.put(
            Sealed(
                place,
                conversation,
                subject.version,
                sealed,
                life.begins,
                life.ends,
                life.train,
                life.review,
            )
        )

    def admit(self, tx: Store, record: Sealed, body: bytes, now: datetime) -> None:
        """Store a record that comes from another region, sealed under its person's key here.

        Raises KeyStoreUnavailable, Tampered, PersonMoved, DatabaseUnavailable.
        """
        subject = self._ring.newest(tx, record.place, now)
        sealed = subject.key.seal(body, record_place(record.place, subject.version))
        tx.records.put(replace(record, key_version=subject.version, body=sealed))

    def prepare(self, tx: Store, place: Place, now: datetime) -> None:
        """See to it that a record of this person could be sealed now.

        Whoever promises to keep something asks first, so that nothing leaves while keys are out of
        reach. Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable.
        """
        self._ring.newest(tx, place, now)

    def open(self, tx: OpeningStore, sealed: Sealed, now: datetime) -> bytes:
        """Return the body of a record.

        Raises Tampered if it was altered or moved or its key was destroyed, KeyStoreUnavailable,
        DatabaseUnavailable.
        """
        key = self._ring.of_version(tx, sealed.place, sealed.key_version, now)
        return key.unseal(sealed.body, record_place(sealed.place, sealed.key_version))

    def reseal(self, tx: Store, record: Sealed, body: bytes, now: datetime) -> None:
        """Seal a stored record's body again, under its person's newest key; it is due from now on.

        Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable.
        """
        subject = self._ring.newest(tx, record.place, now)
        sealed = subject.key.seal(body, record_place(record.place, subject.version))
        due = min(record.delete_at, now)
        tx.records.replace(replace(record, key_version=subject.version, body=sealed, delete_at=due))
