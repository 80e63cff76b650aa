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
from privity.console.people.published import Checked
from privity.console.staff.sights import Looked
from privity.console.view import StatusView

SET_UP_FRESH = timedelta(minutes=10)


class HomeSights:
    """The sights of one home; made once."""

    __slots__ = ("_clock", "_looked", "_published", "_turn", "_view")

    def __init__(self, there: Everywhere, view: StatusView, clock: Callable[[], datetime]) -> None:
        readers = [store.journal.reader for store in there.every]
        folder = there.home.settings.home
        self._published = PolicyOverTime(folder, there.policy, readers, clock)
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
