"""People under the policy's age: what is known of them, and what that stops and deletes.

Invariants: an age counts from the moment it is told; somebody who turns out to be too young, and
has no proven consent, has nothing kept any more when the transaction that learned of it ends; what
the log says is a band and its source, never an age, a birthday or a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.model.policy import Minors, Policy
from privity.model.words import AppId, Language, Purpose, Region, SubjectRef, UnknownAge
from privity.policy.offers import minors
from privity.rights.ages import KnownAge, KnownAges, Standing, standing, told
from privity.rights.parental import Consent, ConsentId, State, is_proven
from privity.rights.ports import People
from privity.vault.discard import AT_ONCE, discard
from privity.vault.retain import LoggedStore

KEPT = "transcript"
"""The kind of record that a conversation is kept as."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A child, as one application knows it and for what, and the region in which its data lives."""

    subject: SubjectRef
    app: AppId
    purpose: Purpose
    region: Region


@dataclass(frozen=True, slots=True)
class ParentalRequest:
    """A request for a parent's consent, and the child it is for.

    `notice` is the digest of the policy that the parent was shown; `link` the digest of the link
    that the parent's last letter holds, or None where none works; `reminded`: the letter that the
    consent ends soon was posted.
    """

    consent: Consent
    ward: Ward
    language: Language
    notice: str
    link: str | None
    reminded: bool = False


class Ages(Protocol):
    """What is known of people's ages, inside one transaction."""

    def get(self, subject: SubjectRef) -> KnownAges:
        """Return what is known of a person; nothing, if nobody said anything."""
        ...

    def put(self, subject: SubjectRef, ages: KnownAges) -> None:
        """Store what is known of a person in the place of what was."""
        ...

    def forget(self, subject: SubjectRef) -> None:
        """Remove what is known of a person."""
        ...


class Consents(Protocol):
    """The requests for parents' consent, inside one transaction."""

    def add(self, request: ParentalRequest) -> None:
        """Store a new request."""
        ...

    def put(self, request: ParentalRequest) -> None:
        """Store a request in the place of the one with its id."""
        ...

    def find(self, name: ConsentId) -> ParentalRequest | None:
        """Return a request by its id, or None."""
        ...

    def by_link(self, digest: str) -> ParentalRequest | None:
        """Return the request whose last letter holds the link of this digest, or None."""
        ...

    def of(self, subject: SubjectRef) -> tuple[ParentalRequest, ...]:
        """Return the requests for a child, oldest first."""
        ...

    def in_state(self, *states: State) -> tuple[ParentalRequest, ...]:
        """Return the requests whose stored state is one of these, oldest first."""
        ...

    def forget(self, subject: SubjectRef) -> None:
        """Remove the requests for a child."""
        ...


class MinorsStore(LoggedStore, Protocol):
    """What learning an age needs of a transaction."""

    @property
    def ages(self) -> Ages:
        """What is known of people's ages."""
        ...

    @property
    def people(self) -> People:
        """The state of people, which every process asks for."""
        ...

    @property
    def parental(self) -> Consents:
        """The requests for parents' consent."""
        ...


def tell(
    tx: MinorsStore, subject: SubjectRef, known: KnownAge, policy: Policy, now: datetime
) -> Standing:
    """Note what a source says of a person's age; delete what was kept if they are too young.

    1. What is known now. 2. The entry, if that is new. 3. What was kept under the wrong
    assumption, with its entry. Raises DatabaseUnavailable.
    """
    before = tx.ages.get(subject)
    ages = told(before, known, now)
    if ages != before:
        tx.ages.put(subject, ages)
        tx.people.changed(subject)
        facts = {"source": known.source.value, "band": known.band.value}
        tx.log.append(Entry(Event.AGE_TOLD, now, policy.digest, subject=subject, facts=facts))
    stands = stands_now(tx, subject, policy, now)
    rule = minors(policy)
    if rule is not None and not may_be_kept(stands, rule):
        clear(tx, subject, policy, now)
    return stands


def stands_now(tx: MinorsStore, subject: SubjectRef, policy: Policy, now: datetime) -> Standing:
    """Return how a person stands to the policy's rule for minors; an adult where there is none."""
    rule = minors(policy)
    if rule is None:
        return Standing.ADULT
    return standing(tx.ages.get(subject), rule.age, consent=proven(tx, subject, now), now=now)


def proven(tx: MinorsStore, subject: SubjectRef, now: datetime) -> bool:
    """Say whether a parent's consent for this child is proven and has not ended."""
    return any(is_proven(request.consent, now) for request in tx.parental.of(subject))


def may_be_kept(stands: Standing, rule: Minors) -> bool:
    """Say whether anything of a person in this standing may be kept or used further."""
    if stands is Standing.UNKNOWN:
        return rule.unknown is UnknownAge.ADULT
    return stands is not Standing.MINOR_WITHOUT_CONSENT


def clear(tx: MinorsStore, subject: SubjectRef, policy: Policy, now: datetime) -> int:
    """Delete the conversations that were kept of a person, and say how many; none writes nothing.

    What is under a legal hold stays until the hold ends. Raises DatabaseUnavailable.
    """
    names = [each.place.record for each in tx.records.of(subject) if each.place.kind == KEPT]
    gone = 0
    for start in range(0, len(names), AT_ONCE):
        discarded = discard(tx, subject, names[start : start + AT_ONCE], now, policy.digest)
        gone += len(discarded.records) if discarded is not None else 0
    return gone
