"""Move people between the regions of a home, and find where somebody is.

Invariants: each step is a transaction and can be run again; a move that was interrupted at any
point is finished by running it again, or by the server; where two regions are written at once their
locks are taken in one order, so that two moves do not wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from privity.adapters.home import Home
from privity.adapters.regions import by_region
from privity.adapters.sql.stores import SqlTransaction
from privity.errors import BadInput, PrivityError
from privity.model.policy import Policy
from privity.model.words import Purpose, Region, SubjectRef
from privity.policy.decide import residences
from privity.vault.erase import Erased, remove_next
from privity.vault.keep import Vault
from privity.vault.residence import Departure, lives_in
from privity.vault.residence_move import (
    Move,
    Side,
    There,
    arrive,
    begin,
    carry,
    copy,
    leave,
    switch,
)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """The stores of a home by region, what the policy says, and the time."""

    home: Home
    stores: Mapping[Region, Home]
    policy: Policy
    clock: Callable[[], datetime]

    @property
    def every(self) -> tuple[Home, ...]:
        """The stores: the home's own, whether it keeps people or not, and the others."""
        return (self.home, *(each for each in self.stores.values() if each is not self.home))

    @property
    def own(self) -> Region | None:
        """The region of the home's own store."""
        return next((region for region, store in self.stores.items() if store is self.home), None)


def everywhere(stores: Sequence[Home], policy: Policy, clock: Callable[[], datetime]) -> Everywhere:
    """Return the stores of a home by region; the first of `stores` is its own.

    Raises SettingsInvalid.
    """
    return Everywhere(stores[0], by_region(stores, policy), policy, clock)


def region_of(there: Everywhere, subject: SubjectRef) -> Region | None:
    """Return where a person lives, or None if nothing is known of them.

    Who is in no directory, as conversations without a person are, lives where keys of theirs are.
    """
    with there.home.journal.transaction() as tx:
        found = lives_in(tx, subject, there.own)
    if found is not None:
        return found
    for region, store in there.stores.items():
        with store.journal.transaction() as tx:
            if tx.keys.versions(subject)[0]:
                return region
    return None


@dataclass(frozen=True, slots=True)
class Moved:
    """From where a person moved, and where the log of that region says that they were erased."""

    before: Region
    entry: int


def move_person(there: Everywhere, move: Move) -> Moved:
    """Move a person, or finish a move that was interrupted.

    Raises BadInput (nobody known, lives there already, a hold, no such region), and what the steps
    raise; then it can be run again.
    """
    before = _from(there, move)
    source = there.stores[before]

    def served(purpose: Purpose) -> bool:
        return move.to in residences(there.policy, purpose)

    with source.journal.transaction() as tx:
        begin(_side(before, source, tx), move, served, there.clock())
    _finish_removing(there.stores[move.to], there)
    erased = _take_along(there, move, before)
    _finish_removing(source, there)
    return Moved(before, erased.entry)


def _take_along(there: Everywhere, move: Move, before: Region) -> Erased:
    """Take everything along, until the old region has nothing that the new one lacks."""
    source, target = there.stores[before], there.stores[move.to]
    with there.home.journal.transaction() as tx:
        switched = tx.residences.get(move.subject) is move.to
    with source.journal.transaction() as tx:
        # What was carried before an interruption may have been changed in the new region since.
        carried = tx.belongings.of(move.subject) if switched else None
    erased = None
    while erased is None:
        _copy(there, move, before)
        with _both(there, before, move.to) as (here, new):
            carried = carry(here, new, move, carried)
        if not switched:
            with target.journal.transaction() as tx:
                arrive(_side(move.to, target, tx), move, before, there.clock())
            with there.home.journal.transaction() as tx:
                switch(tx, move, there.clock())
            switched = True
        with source.journal.transaction() as tx:
            known = There(lambda: _ids(target, move.subject), carried)
            erased = leave(_side(before, source, tx), move, known, there.clock())
    return erased


def finish_moves(there: Everywhere) -> int:
    """Finish every move that was interrupted; return how many.

    One that cannot be finished does not stop the others; then this raises what `move_person` does.
    """
    begun: list[Departure] = []
    for store in there.stores.values():
        with store.journal.transaction() as tx:
            begun += tx.departures.unfinished()
    failed: PrivityError | None = None
    for each in begun:
        policy = there.policy.digest
        try:
            move_person(there, Move(each.subject, each.to, each.reason, each.with_holds, policy))
        except PrivityError as error:
            failed = error
    if failed is not None:
        raise failed
    return len(begun)


def _from(there: Everywhere, move: Move) -> Region:
    """Return the region that a person leaves. Raises BadInput if the move leads nowhere."""
    before = _leaving(there, move.subject) or region_of(there, move.subject)
    if before is None:
        message = "nothing is known of this person"
        raise BadInput(message)
    if move.to not in there.stores:
        message = f"this home keeps nobody of {move.to}"
        raise BadInput(message)
    if before is move.to:
        message = f"the person lives in {move.to} already"
        raise BadInput(message)
    return before


def _leaving(there: Everywhere, subject: SubjectRef) -> Region | None:
    """Return the region that a person is leaving, if a move of theirs was interrupted."""
    for region, store in there.stores.items():
        with store.journal.transaction() as tx:
            leaving = tx.departures.get(subject)
        if leaving is not None and not leaving.done:
            return region
    return None


def _copy(there: Everywhere, move: Move, before: Region) -> None:
    after: str | None = ""
    while after is not None:
        with _both(there, before, move.to) as (source, target):
            after = copy(source, target, move, after, there.clock())


@contextmanager
def _both(there: Everywhere, before: Region, to: Region) -> Iterator[tuple[Side, Side]]:
    """Give a transaction in each of two regions, locked in the order of their names.

    What is written in them must not depend on which of the two commits first.
    """
    first, second = sorted((before, to))
    one, other = there.stores[first], there.stores[second]
    with one.journal.transaction() as tx, other.journal.transaction() as second_tx:
        sides = {first: _side(first, one, tx), second: _side(second, other, second_tx)}
        yield sides[before], sides[to]


def _side(region: Region, store: Home, tx: SqlTransaction) -> Side:
    return Side(region, tx, Vault(store.custodian))


def _ids(store: Home, subject: SubjectRef) -> frozenset[str]:
    with store.journal.reader.snapshot() as snapshot:
        return snapshot.record_ids(subject)


def _finish_removing(store: Home, there: Everywhere) -> None:
    """Remove what erasures left, so that no record stands in the way of one of the same id."""
    left = True
    while left:
        with store.journal.transaction() as tx:
            left = remove_next(tx, there.clock(), there.policy.digest)
