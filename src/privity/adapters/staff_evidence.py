"""The logs and the policy over time, as the console of the staff reads them: console.staff.sources.

Invariants: reading takes no lock and holds up no message; a proof is checked before it is given; a
log is checked from end to end before the first byte of its archive is sent, and one at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from privity.adapters import packing
from privity.adapters.home import Home
from privity.adapters.moving import Everywhere
from privity.adapters.publishing import PolicyOverTime
from privity.adapters.sql.read import Snapshot
from privity.adapters.witness.asking import witnesses_of
from privity.audit import tlog_proof
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Event
from privity.audit.proofs import inclusion_proof
from privity.audit.search import Found, Search, search
from privity.audit.signing import Verifier
from privity.audit.stored import read_entry
from privity.audit.tiles import TiledNodes
from privity.audit.tree import leaf_hash
from privity.console.people.published import Checked
from privity.console.staff.sources import Adopted, Bundle, Known, Shown, Sources
from privity.errors import BadInput, LogCorrupt
from privity.policy.versions import Version

T = TypeVar("T")
_MOST_VERSIONS = 500


def sources_of(there: Everywhere) -> Sources:
    """Return what pages about evidence read, over every region of a home."""
    logs = HomeLogs({"": there.home, **_further(there)})
    readers = [store.journal.reader for store in there.every]
    over = PolicyOverTime(there.home.settings.home, there.policy, readers, there.clock)
    return Sources(logs, HomePolicies(over, logs))


def _further(there: Everywhere) -> dict[str, Home]:
    """Return the stores of further regions by their names."""
    return {
        region.value: store for region, store in there.stores.items() if store is not there.home
    }


@dataclass(frozen=True, slots=True)
class HomeLogs:
    """console.staff.sources.Logs."""

    stores: Mapping[str, Home]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def known(self) -> Sequence[Known]:
        """Return every log, the home's own first."""
        verifiers = ((name, store.signer.verifier) for name, store in self.stores.items())
        return tuple(Known(name, each.name, each.vkey) for name, each in verifiers)

    async def find(self, name: str, asked: Search, before: int | None, most: int) -> Found:
        """Return entries of a log below an index (None: the newest)."""

        def work(log: Snapshot) -> Found:
            size = log.head().size
            return search(log, asked, (size if before is None else before, size), most)

        return await self._read(name, work)

    async def show(self, name: str, index: int) -> Shown | None:
        """Return one entry with its proof, or None. Raises LogCorrupt."""
        verifier = self._store(name).signer.verifier
        return await self._read(name, lambda log: _shown(log, verifier, index))

    async def bundle(self, name: str) -> Bundle:
        """Return everything that an outsider needs to check a log. Raises LogCorrupt."""
        async with self.turn:
            return await asyncio.to_thread(self._bundle, self._store(name))

    def _bundle(self, store: Home) -> Bundle:
        verifier = store.signer.verifier
        witnesses = witnesses_of(store.settings, store.journal.reader, verifier)
        with store.journal.reader.snapshot() as log:
            signed = witnesses.signed(log.head().note)
        # Made twice: once to check it and to know its length, and once to send it.
        length = sum(map(len, packing.parts(store.journal.reader, verifier, signed)))
        sent = packing.parts(store.journal.reader, verifier, signed)
        return Bundle(length, signed.checkpoint.size, sent)

    async def _read(self, name: str, work: Callable[[Snapshot], T]) -> T:
        store = self._store(name)

        def reading() -> T:
            with store.journal.reader.snapshot() as log:
                return work(log)

        return await asyncio.to_thread(reading)

    def _store(self, name: str) -> Home:
        if name not in self.stores:
            message = "there is no log of this name"
            raise BadInput(message)
        return self.stores[name]


@dataclass(frozen=True, slots=True)
class HomePolicies:
    """console.staff.sources.Policies; what was adopted is read from the home's own log."""

    over: PolicyOverTime
    logs: HomeLogs

    def versions(self) -> Sequence[Version]:
        """Return every version, oldest first. Raises PolicyInvalid."""
        return self.over.versions()

    async def checked(self) -> Checked:
        """Return the latest results of the evidence. Raises DatabaseUnavailable, LogCorrupt."""
        return await self.over.checked()

    async def adopted(self) -> Mapping[str, Adopted]:
        """Return how each policy came into force, by digest."""
        made: dict[str, Adopted] = {}
        for event in (Event.POLICY_ANNOUNCED, Event.POLICY_ADOPTED):
            found = await self.logs.find("", Search(event), None, _MOST_VERSIONS)
            for line in found.lines:
                if line.entry is None:
                    continue
                before = made.get(line.entry.policy)
                review = str(
                    line.entry.facts.get("review", "" if before is None else before.review)
                )
                made[line.entry.policy] = Adopted(line.entry.at, line.index, review)
        return made


def _shown(log: Snapshot, verifier: Verifier, index: int) -> Shown | None:
    head = log.head()
    found = next(iter(log.entries(index, index + 1)), None) if 0 <= index < head.size else None
    if found is None:
        return None
    body = found[1]
    checkpoint = open_checkpoint(verifier, head.note)
    proof = tlog_proof.prove(log, index, body, (checkpoint, head.note))
    path = inclusion_proof(TiledNodes(log), index, checkpoint.size)
    try:
        entry = read_entry(body)
    except LogCorrupt:
        entry = None
    return Shown(index, body, entry, leaf_hash(body), path, checkpoint, proof)
