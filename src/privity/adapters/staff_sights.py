"""What the console's pages see of a serving home: console.staff.sights.Sights.

Invariants: what takes long is looked at by one request at a time and used again for a while;
nothing that is returned holds a key, a secret or a person's text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from privity.adapters.moving import Everywhere
from privity.adapters.publishing import PolicyOverTime
from privity.adapters.sql.series_stores import series_since
from privity.console.people.published import Checked
from privity.console.series import Bucket, Span
from privity.console.staff.sights import Looked
from privity.console.view import StatusView

SET_UP_FRESH = timedelta(minutes=10)


class HomeSights:
    """The sights of one home; made once."""

    __slots__ = ("_clock", "_looked", "_published", "_reader", "_turn", "_view")

    def __init__(self, there: Everywhere, view: StatusView, clock: Callable[[], datetime]) -> None:
        readers = [store.journal.reader for store in there.every]
        folder = there.home.settings.home
        self._published = PolicyOverTime(folder, there.policy, readers, clock)
        self._reader = there.home.journal.reader
        self._view = view
        self._clock = clock
        self._looked: Looked | None = None
        self._turn = asyncio.Lock()

    async def setup(self, *, again: bool) -> Looked:
        """Return what the checks of the installation found, at most some minutes ago."""
        async with self._turn:
            last, now = self._looked, self._clock()
            if last is None or again or now - last.at > SET_UP_FRESH:
                last = self._looked = Looked(now, await self._view.setup())
            return last

    async def evidence(self) -> Checked:
        """Return the latest result of every query. Raises DatabaseUnavailable, LogCorrupt."""
        return await self._published.checked()

    async def series(self, span: Span, since: datetime) -> tuple[Bucket, ...]:
        """Return what was counted, by all processes. Raises DatabaseUnavailable."""
        await self._view.noted()
        return await asyncio.to_thread(self._series, span, since)

    def _series(self, span: Span, since: datetime) -> tuple[Bucket, ...]:
        with self._reader.snapshot() as snapshot:
            return series_since(snapshot.connection, span, since)
