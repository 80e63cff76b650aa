"""Finds the entries of an exchange in the log and makes its receipt; nothing is stored for that.

The log is in order of time, and the id of an exchange says when it began: the place is found by
halving, then read on from there. Entries of several processes are in order up to the difference of
their clocks, which `SLACK` allows for. A search ends where an entry could not be any more; the
end of an exchange may be as far away as exchanges are long, so that search is bounded by a number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from privity.adapters.sql.read import Reader, Snapshot
from privity.adapters.witness.asking import Witnesses
from privity.audit.entry import Entry, Event
from privity.audit.receipt import BEGINNINGS, issue
from privity.audit.stored import read_entry
from privity.errors import LogCorrupt
from privity.gateway.receipts import Find
from privity.model.request import began
from privity.model.words import AppId, RequestId, SubjectRef

SLACK = timedelta(seconds=10)
BEGIN_WITHIN = timedelta(minutes=5)
"""How long after its id was given an exchange may be written: longer than a body may take."""
AT_MOST = 500_000
"""How many entries are searched for the end of an exchange."""
_STEP = 20_000
Found: TypeAlias = list[tuple[int, bytes]]


class LoggedReceipts:
    """Makes receipts from one log: a home's own, or that of a region in it."""

    def __init__(self, reader: Reader, witnesses: Witnesses) -> None:
        self._reader = reader
        self._witnesses = witnesses

    async def find(self, request: RequestId, app: AppId) -> bytes | None:
        """Return the receipt of an exchange that this application had, or None.

        Raises DatabaseUnavailable, LogCorrupt.
        """
        return await asyncio.to_thread(self._find, request, app)

    def _find(self, request: RequestId, app: AppId) -> bytes | None:
        with self._reader.snapshot() as log:
            found = near(log, request)
            if not found or read_entry(found[0][1]).app != app:
                return None
            return receipt(log, found, self._witnesses)

    async def find_of(self, request: RequestId, subject: SubjectRef) -> bytes | None:
        """Return the receipt of an exchange that this person had, or None.

        Raises DatabaseUnavailable, LogCorrupt.
        """
        return await asyncio.to_thread(self._find_of, request, subject)

    def _find_of(self, request: RequestId, subject: SubjectRef) -> bytes | None:
        with self._reader.snapshot() as log:
            found = near(log, request)
            if not found or read_entry(found[0][1]).subject != subject:
                return None
            return receipt(log, found, self._witnesses)


def find_in(logs: Sequence[LoggedReceipts]) -> Find:
    """Return what finds the receipt of an exchange in the first of several logs that has it."""

    async def find(request: RequestId, app: AppId) -> bytes | None:
        for log in logs:
            found = await log.find(request, app)
            if found is not None:
                return found
        return None

    return find


def receipt(log: Snapshot, found: Found, witnesses: Witnesses) -> bytes:
    """Return the receipt over the entries of an exchange, under a cosigned checkpoint if it can.

    Raises LogCorrupt.
    """
    signed = witnesses.cosigned(found[-1][0]) or witnesses.signed(log.head().note)
    return issue(log, found, (signed.checkpoint, signed.note))


def near(log: Snapshot, request: RequestId) -> Found:
    """Return the entries of an exchange, searched for near the time that its id names."""
    at = began(request)
    if at is None:
        return []
    size = log.head().size
    start = _first_from(log, at - SLACK, size)

    def too_late(position: int) -> bool:
        seen = _at(log, position)
        return seen is not None and seen > at + BEGIN_WITHIN + SLACK

    begun = _first(_searched(log, request, (start, size), too_late), BEGINNINGS)
    if begun is None:
        return []
    rest = (begun[0] + 1, min(size, begun[0] + AT_MOST))
    ended = _first(_searched(log, request, rest, lambda _: False), {Event.EXCHANGE_ENDED})
    return [begun] if ended is None else [begun, ended]


def anywhere(log: Snapshot, request: RequestId) -> Found:
    """Return the entries of an exchange, searched for in the whole log."""
    whole = (0, log.head().size)
    every = list(_searched(log, request, whole, lambda _: False))
    begun = _first(iter(every), BEGINNINGS)
    ended = _first(iter(every), {Event.EXCHANGE_ENDED})
    return [each for each in (begun, ended) if each is not None] if begun else []


def _searched(
    log: Snapshot,
    request: RequestId,
    between: tuple[int, int],
    enough: Callable[[int], bool],
) -> Iterator[tuple[int, bytes]]:
    """Yield the entries that name the exchange, until `enough` says so of a position."""
    start, end = between
    part = f'"request":"{request}"'.encode("ascii")
    while start < end:
        stop = min(start + _STEP, end)
        yield from log.containing(part, start, stop)
        if enough(stop - 1):
            return
        start = stop


def _first(
    found: Iterator[tuple[int, bytes]], events: set[Event] | frozenset[Event]
) -> tuple[int, bytes] | None:
    """Return the first that is about one of these events."""
    return next((each for each in found if read_entry(each[1]).event in events), None)


def _first_from(log: Snapshot, at: datetime, size: int) -> int:
    """Return the first position whose entry is not older than `at`, by halving."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        seen = _at(log, middle)
        if seen is not None and seen < at:
            low = middle + 1
        else:
            high = middle
    return low


def _at(log: Snapshot, position: int) -> datetime | None:
    """Return the time of an entry; None if there is none that can be read."""
    entry: Entry | None = None
    for _, body in log.entries(position, position + 1):
        try:
            entry = read_entry(body)
        except LogCorrupt:
            return None
    return None if entry is None else entry.at
