"""Who lives where, as the directory in the home's database says: gateway.residence.Directory.

Invariants: at most `MOST` people are remembered; everything is dropped within seconds of any
person's region being changed or forgotten, in whatever process. An answer that is older than that
keeps nothing in the wrong place: the database of a region lets nobody be kept there who left it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from privity.adapters.sql.journal import SqlJournal
from privity.errors import DatabaseUnavailable
from privity.model.words import Region, SubjectRef
from privity.vault import residence
from privity.vault.residence import Settling, known_region

MOST = 65_536
EVERY_SECONDS = 2.0


class KnownResidences:
    """The directory, with a memory. `own`: the region of the home's own store."""

    __slots__ = ("_clock", "_epoch", "_journal", "_known", "_own", "_policy")

    def __init__(
        self, journal: SqlJournal, own: Region | None, policy: str, clock: Callable[[], datetime]
    ) -> None:
        self._journal = journal
        self._own = own
        self._policy = policy
        self._clock = clock
        self._known: dict[SubjectRef, Region] = {}
        self._epoch = -1

    async def region_of(self, subject: SubjectRef) -> Region | None:
        """Return a person's region, or None if none was set. Raises DatabaseUnavailable."""
        held = self._known.get(subject)
        if held is not None:
            return held
        epoch, own, now, policy = self._epoch, self._own, self._clock(), self._policy
        found = await self._journal.write(lambda tx: known_region(tx, subject, own, now, policy))
        return self._remember(subject, found, epoch)

    async def settle(self, subject: SubjectRef, region: Region) -> Region:
        """Set a person's region unless one is set, durably; return the one that stands.

        Raises DatabaseUnavailable and the like.
        """
        epoch, asked = self._epoch, Settling(subject, region, self._own)
        now, policy = self._clock(), self._policy
        stands = await self._journal.write(lambda tx: residence.settle(tx, asked, now, policy))
        self._remember(subject, stands, epoch)
        return stands

    def forget(self, subject: SubjectRef) -> None:
        """Remember nothing of a person any more."""
        self._known.pop(subject, None)

    async def follow(self) -> None:
        """Look again and again whether anybody's region was changed, until cancelled.

        While the database cannot be read, nothing is remembered.
        """
        while True:
            try:
                epoch = await asyncio.to_thread(self._read)
            except DatabaseUnavailable:
                epoch = -1
            if epoch != self._epoch or epoch < 0:
                self._known.clear()
                self._epoch = epoch
            await asyncio.sleep(EVERY_SECONDS)

    def _read(self) -> int:
        with self._journal.reader.snapshot() as snapshot:
            return snapshot.keys_epoch()

    def _remember(self, subject: SubjectRef, region: Region | None, epoch: int) -> Region | None:
        if region is not None and epoch == self._epoch:
            while len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[subject] = region
        return region
