"""Whether each part that requests depend on works, found out by using it.

Invariants: the database is asked to make a write durable, and the key custodian to open this home's
own secrets, because a full disk and a replaced key show in nothing less; however often it is asked,
the parts are used once a second at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from privity.adapters.home import Home, read_secrets
from privity.errors import PrivityError
from privity.model.text import Leaf, Raw, Slot

SECONDS = 1.0
_PLACE = b"privity readiness probe"


class Readiness:
    """Says of each part whether it works: `ok` or a code."""

    __slots__ = ("_find", "_found", "_lock", "_stores", "_until")

    def __init__(
        self, stores: Sequence[Home], find: Callable[[Sequence[Leaf]], Awaitable[Any]]
    ) -> None:
        """`stores`: the home's own first, then those of its further regions."""
        self._stores = stores
        self._find = find
        self._lock = asyncio.Lock()
        self._found: Mapping[str, str] = {}
        self._until = 0.0

    async def __call__(self) -> Mapping[str, str]:
        """Use each part, unless that was done a moment ago."""
        async with self._lock:
            if time.monotonic() >= self._until:
                found = {}
                for store in self._stores:
                    where = "" if store.settings.region is None else f".{store.settings.region}"
                    found[f"database{where}"] = await _state(_write(store))
                    found[f"keys{where}"] = await _state(asyncio.to_thread(_unlock, store))
                seen = self._find((Leaf(Raw("a@b.org"), Slot.TEXT, ""),))
                self._found = {**found, "detector": await _state(seen)}
                self._until = time.monotonic() + SECONDS
            return self._found


async def _write(store: Home) -> None:
    await store.journal.write(lambda tx: tx.clock.touch())


def _unlock(store: Home) -> None:
    store.custodian.wrap(bytes(32), _PLACE)  # also makes a custodian in a file read it again
    read_secrets(store.settings.folder, store.custodian)


async def _state(using: Awaitable[Any]) -> str:
    try:
        await using
    except PrivityError as error:
        return error.code
    return "ok"
