"""What the console sees of a serving process: console.view.StatusView."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from privity.adapters.counters import SharedCounters
from privity.adapters.gauging import ready
from privity.adapters.measures import Labels
from privity.adapters.metrics import exposition
from privity.adapters.noting import Noting
from privity.adapters.sql.read import Kept, Reader
from privity.audit.checkpoint import open_checkpoint
from privity.audit.signing import Verifier
from privity.console.view import KeptCount, LogState, Status, Stored
from privity.errors import PrivityError
from privity.governance.checks import Finding
from privity.model.policy import Policy
from privity.model.words import Purpose


@dataclass(frozen=True, slots=True)
class Watching:
    """Where the console looks: the counts, the checks and the database of one process.

    `further`: the databases of further regions; what is kept is counted over all.
    """

    policy: Policy
    since: datetime
    version: str
    counters: SharedCounters
    reader: Reader
    verifier: Verifier
    clock: Callable[[], datetime]
    check: Callable[[], Awaitable[Mapping[str, str]]]
    home: Path
    levels: Callable[[], Mapping[tuple[str, Labels], float]]
    noting: Noting
    further: tuple[Reader, ...] = ()

    async def status(self) -> Status:
        """Return the state now; a part that is down is said to be down."""
        at = self.clock()
        checks = dict(await self.check())
        stored: Stored | None = None
        try:
            stored = await asyncio.to_thread(self._stored, at)
        except PrivityError as error:
            checks["log"] = error.code
        return Status(at, self.since, self.version, checks, self.counters.seen(), stored)

    async def setup(self) -> tuple[Finding, ...]:
        """Return what `privity doctor` says of this home; it takes seconds and asks others."""
        from privity.adapters.examine import examine  # noqa: PLC0415 - when it is asked for

        return await asyncio.to_thread(examine, self.home)

    async def noted(self) -> None:
        """Write down what this process counted up to now. Raises as `Noting.note` does."""
        await self.noting.note()

    async def metrics(self) -> tuple[bytes, str]:
        """Return the counts in Prometheus form, and their content type."""
        levels = await asyncio.to_thread(self.levels)
        return exposition(self.counters, {**levels, **ready(await self.check())})

    def _stored(self, at: datetime) -> Stored:
        kept: dict[Purpose, KeptCount] = {}
        overdue = 0
        for reader in (self.reader, *self.further):
            with reader.snapshot() as snapshot:
                overdue += snapshot.overdue(at)
                for each in snapshot.kept():
                    kept[each.purpose] = _with(each, kept.get(each.purpose))
        with self.reader.snapshot() as snapshot:
            head = snapshot.head()
        checkpoint = open_checkpoint(self.verifier, head.note)
        root = b64encode(checkpoint.root).decode()
        return Stored(LogState(head.origin, checkpoint.size, root), tuple(kept.values()), overdue)


def _with(here: Kept, before: KeptCount | None) -> KeptCount:
    """Return what is kept here and elsewhere together."""
    if before is None:
        return KeptCount(here.purpose, here.records, here.next_end)
    ends = min(here.next_end, before.next_end)
    return KeptCount(here.purpose, before.records + here.records, ends)
