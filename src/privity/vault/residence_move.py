"""Move a person to another region: their records go there, sealed anew, and nothing stays.

    begin -> copy -> carry -> arrive -> switch -> leave

Each step is a transaction of its own and can be run again; whoever is interrupted begins again at
the first. `begin` writes that the person leaves, in the old region. `copy` takes their records
along, a batch at a time, under the locks of both regions, so that an erasure of the person comes
before or after a batch and never in between. `carry` takes along what else is stored of them: what
they chose, asked, and how old they are. `arrive` writes it in the new region, `switch` in the
directory; from then on the person is kept there. `leave` erases them in the old region, in the
transaction that finds nothing left behind.

Invariants: at every moment every record that is due to be kept opens in one of the two regions;
when the move is done it opens in the new one alone, with the deadline it always had. Records under
a legal hold, and the holds, move only if whoever moves them says so. An erasure meanwhile ends the
move.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.errors import BadInput
from privity.model.words import Purpose, Region, SubjectRef
from privity.vault import hold as holding
from privity.vault.erase import Erased, ErasingStore, erase
from privity.vault.keep import Vault
from privity.vault.ports import Hold, Sealed
from privity.vault.residence import AllBelongings, Belongings, Departure, Directory
from privity.vault.rotation_ports import Rotation

BATCH = 200
"""How many records one transaction takes along, so that others can write in between."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")


class MovingStore(ErasingStore, Protocol):
    """A transaction over everything that a move touches in one region."""

    @property
    def rotation(self) -> Rotation:
        """All keys."""
        ...

    @property
    def belongings(self) -> AllBelongings:
        """What is stored of people besides records and keys."""
        ...


@dataclass(frozen=True, slots=True)
class Move:
    """Who moves where, why (a code, no names), and whether legal holds go along.

    `policy` is the digest of the policy in force.
    """

    subject: SubjectRef
    to: Region
    reason: str
    with_holds: bool
    policy: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two regions of a move, inside a transaction."""

    region: Region
    tx: MovingStore
    vault: Vault


def begin(source: Side, move: Move, served: Callable[[Purpose], bool], now: datetime) -> None:
    """Write that a person leaves, unless they are leaving already.

    `served`: whether a purpose serves people of the new region. Raises BadInput.
    """
    tx, subject = source.tx, move.subject
    if not _CODE.fullmatch(move.reason):
        msg = "the reason is a code: up to 64 letters, digits, dots, slashes, hyphens"
        raise BadInput(msg)
    there = tx.departures.get(subject)
    if there is not None and not there.done and there.to is not move.to:
        msg = f"the person is on the way to {there.to}; finish that move first"
        raise BadInput(msg)
    for purpose in {key.purpose for key in tx.rotation.of(subject)}:
        if not served(purpose):
            msg = f"the policy serves nobody of {move.to} for the purpose {purpose}"
            raise BadInput(msg)
    _check_holds(source, move)
    if there is None or there.done:
        leaving = Departure(subject, move.to, move.reason, move.with_holds, done=False, at=now)
        tx.departures.put(leaving)
        _write(tx, Event.PERSON_LEAVING, move, now)
    elif there.with_holds is not move.with_holds:
        tx.departures.put(replace(there, with_holds=move.with_holds))


def copy(source: Side, target: Side, move: Move, after: str, now: datetime) -> str | None:
    """Take the next records along; return after which to go on, or None at the end.

    Raises BadInput if the move was ended by an erasure, Tampered, KeyStoreUnavailable.
    """
    _check_under_way(source, move)
    if not after:
        target.tx.departures.remove(move.subject)
        _copy_holds(source, target, move, now)
    records = source.tx.departures.records(move.subject, after, BATCH, now)
    for record in records:
        body = source.vault.open(source.tx, record, now)
        target.vault.admit(target.tx, _in(record, target.region), body, now)
    return records[-1].place.record if len(records) == BATCH else None


def carry(source: Side, target: Side, move: Move, before: Belongings | None) -> Belongings:
    """Take along what else is stored of the person, unless it is as it was `before`; return it.

    Raises BadInput if the move was ended by an erasure.
    """
    _check_under_way(source, move)
    belongings = source.tx.belongings.of(move.subject)
    if belongings != before:
        target.tx.belongings.put(move.subject, belongings, target.region)
    return belongings


def arrive(target: Side, move: Move, before: Region, now: datetime) -> None:
    """Write in the new region that a person came."""
    _write(target.tx, Event.PERSON_ARRIVED, move, now, {"from": before.value})


def switch(tx: Directory, move: Move, now: datetime) -> None:
    """Set the person's region in the directory, unless it is set so already."""
    if tx.residences.get(move.subject) is not move.to:
        tx.residences.put(move.subject, move.to, now)
        _write(tx, Event.PERSON_MOVED, move, now)


@dataclass(frozen=True, slots=True)
class There:
    """What is in the new region: asks for the ids of the person's records; what was carried."""

    records: Callable[[], frozenset[str]]
    belongings: Belongings


def leave(source: Side, move: Move, there: There, now: datetime) -> Erased | None:
    """Erase the person in the old region; None if something is not in the new one yet.

    Raises BadInput for a hold
    that was added meanwhile, or if the move was ended by an erasure; and what `erase` raises.
    """
    tx, subject = source.tx, move.subject
    leaving = _check_under_way(source, move)
    if tx.departures.ids(subject, now) - there.records():
        return None
    if tx.belongings.of(subject) != there.belongings:
        return None
    _check_holds(source, move)
    for hold in _holds_of(tx, subject):
        tx.holds.remove(hold.id)
        facts = {"hold": hold.id, "record": hold.record, "to": move.to.value}
        tx.log.append(Entry(Event.HOLD_MOVED, now, move.policy, facts=facts))
    tx.belongings.remove(subject)
    tx.departures.put(replace(leaving, done=True, at=now))
    _write(tx, Event.PERSON_LEFT, move, now)
    return erase(tx, source.vault, subject, now, move.policy)


def _check_under_way(source: Side, move: Move) -> Departure:
    leaving = source.tx.departures.get(move.subject)
    if leaving is None or leaving.done or leaving.to is not move.to:
        msg = "the move was ended meanwhile, by an erasure or by somebody else who finished it"
        raise BadInput(msg)
    return leaving


def _check_holds(source: Side, move: Move) -> None:
    if not move.with_holds and source.tx.holds.records_of(move.subject):
        msg = "a legal hold is on records of this person; say --with-holds if it moves with them"
        raise BadInput(msg)


def _copy_holds(source: Side, target: Side, move: Move, now: datetime) -> None:
    known = {hold.id for hold in target.tx.holds.all()}
    for hold in _holds_of(source.tx, move.subject):
        if hold.id not in known:
            target.tx.holds.add(hold)
            target.tx.log.append(holding.added(hold, now, move.policy))


def _holds_of(tx: MovingStore, subject: SubjectRef) -> tuple[Hold, ...]:
    mine = {record.place.record for record in tx.holds.records_of(subject)}
    return tuple(hold for hold in tx.holds.all() if hold.record in mine)


def _in(record: Sealed, region: Region) -> Sealed:
    return replace(record, place=replace(record.place, region=region))


def _write(
    tx: MovingStore | Directory,
    event: Event,
    move: Move,
    now: datetime,
    more: dict[str, str] | None = None,
) -> None:
    facts: dict[str, str | int] = {"to": move.to.value, "reason": move.reason}
    facts |= {"with_holds": int(move.with_holds), **(more or {})}
    tx.log.append(Entry(event, now, move.policy, subject=move.subject, facts=facts))
