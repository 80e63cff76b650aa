"""Erase a person in every region of a home, and forget where they lived.

Invariants: a region that the person is leaving comes first, so that no move carries anything on; an
erasure that was interrupted finds what is left when it is run again.
"""

from __future__ import annotations

from dataclasses import dataclass

from privity.adapters.home import Home
from privity.adapters.moving import Everywhere, region_of
from privity.governance.readback import forget_rest
from privity.model.words import SubjectRef
from privity.vault.erase import Erased, erase, remove
from privity.vault.keep import Vault
from privity.vault.residence import end_departure, forget


@dataclass(frozen=True, slots=True)
class ErasedThere:
    """What was erased in one store of a home."""

    store: Home
    erased: Erased


def erase_person(there: Everywhere, subject: SubjectRef) -> tuple[ErasedThere, ...]:
    """Destroy what is kept of a person, wherever it is; the last is where they live.

    1. Keys, with the entry, in each region that has any. 2. The records. 3. Where they lived,
    unless they objected to something or a record is on hold: then it is needed to find that again.
    Raises what `vault.erase` does; it can be run again then.
    """
    policy = there.policy.digest
    done, stays = [], False
    for store in _stores_of(there, subject):
        with store.journal.transaction() as tx:
            erased = erase(tx, Vault(store.custodian), subject, there.clock(), policy)
            forget_rest(tx, subject)
            end_departure(tx, subject, there.clock(), policy)
            objects = any(table == "choices" for table, _ in tx.belongings.of(subject))
            stays |= objects or erased.held > 0
        done.append(ErasedThere(store, erased))
    for each in done:
        _remove(there, each)
    for store in there.every:
        with store.journal.transaction() as tx:
            (end_departure if stays else forget)(tx, subject, there.clock(), policy)
    return tuple(done)


def _stores_of(there: Everywhere, subject: SubjectRef) -> tuple[Home, ...]:
    """Return the stores that hold anything of a person; first that which they leave."""
    leaving, others = [], []
    home = region_of(there, subject)
    for region, store in there.stores.items():
        with store.journal.transaction() as tx:
            departure = tx.departures.get(subject)
            keys = tx.keys.versions(subject)[0]
        if departure is not None and not departure.done:
            leaving.append(store)
        elif keys and region is not home:
            others.append(store)
    last = there.home if home is None else there.stores.get(home, there.home)
    return (*leaving, *others, *([] if last in leaving else [last]))


def _remove(there: Everywhere, each: ErasedThere) -> None:
    while True:
        with each.store.journal.transaction() as tx:
            remove(tx, each.erased.entry, there.clock(), there.policy.digest)
            if tx.erasures.get(each.erased.entry) is None:
                return
