"""The applications that hold keys, as the database has them.

Invariants: a look-up waits for nothing; what it answers is at most a few seconds old; when the
database could not be read for longer than that, nobody comes in (DatabaseUnavailable).
"""

from __future__ import annotations

import asyncio
import time

from privity.access.app_keys import App, Apps
from privity.adapters.sql.read import Reader
from privity.errors import DatabaseUnavailable

EVERY_SECONDS = 2.0
STALE_SECONDS = 30.0


class KnownApps:
    """The applications, read again every two seconds."""

    __slots__ = ("_apps", "_read_at", "_reader")

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._apps = Apps(())
        self._read_at = -STALE_SECONDS

    def holder(self, key: str) -> App | None:
        """Return who holds this key, or None. Raises DatabaseUnavailable."""
        if time.monotonic() - self._read_at > STALE_SECONDS:
            message = "the applications could not be read for a while"
            raise DatabaseUnavailable(message)
        return self._apps.holder(key)

    async def refresh(self) -> None:
        """Read the applications. Raises DatabaseUnavailable."""
        self._apps = Apps(await asyncio.to_thread(self._read))
        self._read_at = time.monotonic()

    async def follow(self) -> None:
        """Read again and again, until cancelled; a failure only makes the answers older."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.refresh()
            except DatabaseUnavailable:
                continue

    def _read(self) -> tuple[App, ...]:
        with self._reader.snapshot() as snapshot:
            return snapshot.apps()
