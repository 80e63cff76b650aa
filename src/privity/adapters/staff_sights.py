"""What the console's pages see of a serving home: console.staff.sights.Sights.

Invariants: what takes long is looked at by one request at a time and used again for a while;
nothing that is returned holds a key, a secret or a person's text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from privity.adapters.home import Home
from privity.adapters.moving import Everywhere
from privity.adapters.publishing import PolicyOverTime
from privity.adapters.rotating import ages
from privity.adapters.sql.series_stores import series_since
from privity.adapters.standing import LEVELS, KeyState, key_states
from privity.console.people.published import Checked
from privity.console.series import Bucket, Span
from privity.console.staff.sights import KeyRing, KeyVersion, Looked, Store
from privity.console.view import StatusView
from privity.model.words import Region
from privity.policy.offers import rotation

SET_UP_FRESH = timedelta(minutes=10)
NOT_AGAIN = timedelta(seconds=10)
"""Who asks to look again so soon gets what was found: looking asks providers and custodians."""
_CUSTODIANS = {
    "file": "a file",
    "pkcs11": "a hardware module (PKCS #11)",
    "awskms": "AWS KMS",
    "vault": "Vault or OpenBao",
}
"""What holds a root key, by how its URI begins; nothing else of a URI is shown."""


class HomeSights:
    """The sights of one home; made once."""

    __slots__ = ("_clock", "_looked", "_published", "_reader", "_there", "_turn", "_view")

    def __init__(self, there: Everywhere, view: StatusView, clock: Callable[[], datetime]) -> None:
        readers = [store.journal.reader for store in there.every]
        folder = there.home.settings.home
        self._published = PolicyOverTime(folder, there.policy, readers, clock)
        self._reader = there.home.journal.reader
        self._there = there
        self._view = view
        self._clock = clock
        self._looked: Looked | None = None
        self._turn = asyncio.Lock()

    async def setup(self, *, again: bool) -> Looked:
        """Return what the checks of the installation found, at most some minutes ago."""
        async with self._turn:
            last, now = self._looked, self._clock()
            if last is None or now - last.at > (NOT_AGAIN if again else SET_UP_FRESH):
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

    async def keys(self) -> KeyRing:
        """Return how old every key is, and where people are kept. Raises KeyStoreUnavailable."""
        return await asyncio.to_thread(self._keys)

    def _keys(self) -> KeyRing:
        there = self._there
        regions = {id(store): region for region, store in there.stores.items()}
        stores = tuple(self._store(each, regions.get(id(each))) for each in there.every)
        due = ages(there.home.settings.keys, there.policy)
        return KeyRing(stores, rotation(there.policy), due)

    def _store(self, store: Home, region: Region | None) -> Store:
        with store.journal.reader.snapshot() as snapshot:
            kept = {each.purpose: each.records for each in snapshot.kept()}
            entries = snapshot.head().size
        scheme = store.settings.keys.root.partition(":")[0]
        sqlite = store.settings.storage.database.startswith("sqlite")
        return Store(
            region=region,
            own=store is self._there.home,
            custodian=_CUSTODIANS.get(scheme, _CUSTODIANS["file"]),
            database="SQLite" if sqlite else "PostgreSQL",
            log=store.settings.storage.origin,
            entries=entries,
            kept=kept,
            keys=tuple(map(_version, key_states(store, self._clock()))),
        )


def _version(found: KeyState) -> KeyVersion:
    level = LEVELS[found.kind]
    times = found.made_at, found.due_at
    return KeyVersion(level, found.name, found.version, *times, found.uses, found.state)
