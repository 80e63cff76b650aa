"""Sends what the log says to receivers: the log itself is the outbox, so nothing is lost.

Invariants: up to where a receiver got the log is stored after it took what was sent, so each event
is sent at least once, and twice only if the process ends in between; a receiver that is down holds
up no other and loses nothing; an event that a receiver refuses for good holds up no later one, and
the log says which it was; of several processes one sends to a receiver at a time.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from privity.adapters.home import Home, now
from privity.adapters.sql.alerts_stores import followed
from privity.adapters.sql.stores import SqlTransaction
from privity.adapters.upstream.credentials import read_secret
from privity.adapters.watch.receivers import Collector, Receiver, Syslog, To, Webhook
from privity.audit.entry import Entry
from privity.audit.entry import Event as Said
from privity.errors import EventsRefused, LogCorrupt, PrivityError
from privity.gateway.report import Line, Report
from privity.model.policy import Policy
from privity.oversight.events import read
from privity.oversight.ocsf import Event, Source, event
from privity.oversight.ports import Followed

BATCH = 512
"""How many entries are read at once; most are exchanges and are not sent."""
BEFORE = 1000
"""How many entries from before it was set a receiver gets first."""
LEASE = timedelta(minutes=1)
LONGEST_WAIT = 300.0
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def receiver_of(store: Home, kind: str) -> Receiver:
    """Return a receiver that the settings name. Raises CredentialMissing, KeyExposed."""
    settings = store.settings
    watch = settings.watch
    authorities: Path | None = settings.path(watch.authorities) if watch.authorities else None
    to = To(watch.receivers[kind], settings.egress.networks, authorities)
    match kind:
        case "syslog":
            return Syslog(to, socket.gethostname().encode("ascii", "replace").decode()[:255])
        case "otlp":
            return Collector(to, version("privity"))
        case _:
            return Webhook(to, read_secret(watch.webhook_secret, settings.home))


@dataclass(frozen=True, slots=True)
class Sent:
    """What was done: entries read, events handed over, how many of them are never taken."""

    entries: int = 0
    events: int = 0
    refused: int = 0

    @property
    def is_refusal(self) -> bool:
        """Nothing was taken."""
        return 0 < self.events == self.refused


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends the log of one store to one receiver; `holder` names this process."""

    store: Home
    policy: str
    kind: str
    receiver: Receiver
    holder: str

    @property
    def name(self) -> str:
        """What its place in the log is stored under."""
        return f"to {self.kind}"

    async def send_waiting(self) -> Sent:
        """Send the next piece of the log, or what the receiver takes of it at once.

        Without entries: there is nothing new, or another process sends. Raises
        ReceiverUnavailable, EgressRefused, DatabaseUnavailable.
        """
        at = await self._claimed()
        if at is None:
            return Sent()
        events, position = await asyncio.to_thread(self._waiting, at.position)
        try:
            done, refused = await self._handed_over(events)
        except BaseException:
            await self._settled(replace(at, until=now()))
            raise
        if done < len(events):
            position = _place(events[done])
        there = replace(at, position=position, at=now(), until=now())
        await self._settled(
            there, {"count": refused, "entry": _place(events[0])} if refused else {}
        )
        return Sent(position - at.position, done, refused)

    async def _handed_over(self, events: Sequence[Event]) -> tuple[int, int]:
        """Hand the first events over and return of how many this settles, and how many are refused.

        A piece that is refused as a whole is halved, until the rest is taken or is one event.
        """
        part = events
        while part:
            try:
                return len(part), await self.receiver.send(part, now())
            except EventsRefused:
                if len(part) == 1:
                    return 1, 1
                part = part[: len(part) // 2]
        return 0, 0

    async def _claimed(self) -> Followed | None:
        """Return the place to go on from, if there is something and this process may."""
        stored, size = await asyncio.to_thread(self._stored)
        if stored is not None and (stored.position >= size or self._is_held(stored)):
            return None

        def claim(tx: SqlTransaction) -> Followed | None:
            held = tx.followers.get(self.name)
            if held is not None and self._is_held(held):
                return None
            first = Followed(max(0, size - BEFORE), b"", _NEVER, "", _NEVER)
            begins = first if held is None else held
            mine = replace(begins, holder=self.holder, until=now() + LEASE)
            tx.followers.put(self.name, mine)
            return mine

        return await self.store.journal.write(claim)

    async def _settled(self, at: Followed, refused: Mapping[str, int] | None = None) -> None:
        """Store up to where the receiver is; `refused`: how many it never takes, from which on."""

        def settle(tx: SqlTransaction) -> None:
            tx.followers.put(self.name, at)
            if refused:
                facts = {"receiver": self.kind, "code": EventsRefused.code} | dict(refused)
                tx.log.append(Entry(Said.WATCH_UNTAKEN, now(), self.policy, facts=facts))

        await self.store.journal.write(settle)

    def _is_held(self, by: Followed) -> bool:
        return by.holder != self.holder and by.until > now()

    def _stored(self) -> tuple[Followed | None, int]:
        with self.store.journal.reader.snapshot() as snapshot:
            return followed(snapshot.connection, self.name), snapshot.head().size

    def _waiting(self, start: int) -> tuple[list[Event], int]:
        source = Source(self.store.settings.storage.origin, version("privity"))
        found: list[Event] = []
        with self.store.journal.reader.snapshot() as snapshot:
            stop = min(start + BATCH, snapshot.head().size)
            for number, body in snapshot.entries(start, stop):
                with suppress(LogCorrupt):  # an alert says so, and comes after it
                    made = event(read(number, body), source)
                    if made is not None:
                        found.append(made)
        return found, max(start, stop)


def _place(of: Event) -> int:
    """Return which entry of the log an event is of."""
    metadata: Any = of["metadata"]
    return int(metadata["sequence"])


async def sending(store: Home, policy: Policy, kind: str, report: Report) -> None:
    """Send to a receiver for as long as this runs; one that is down is tried more and more rarely.

    So is one that refuses whatever it gets: it loses an event at a time. Nothing that a receiver
    does ends the server.
    """
    wait = seconds = float(store.settings.watch.seconds)
    while True:
        await asyncio.sleep(wait)
        try:
            receiver, holder = receiver_of(store, kind), os.urandom(8).hex()
            refuses = await _emptied(Sender(store, policy.digest, kind, receiver, holder), report)
            wait = min(wait * 2, LONGEST_WAIT) if refuses else seconds
        except Exception as error:  # noqa: BLE001 - said by code; the others go on
            code = error.code if isinstance(error, PrivityError) else PrivityError.code
            report(Line.SENDING_FAILED, {"code": code, "where": kind})
            wait = min(wait * 2, LONGEST_WAIT)


async def _emptied(sender: Sender, report: Report) -> bool:
    """Send what waits, and say whether the receiver refuses even a single event."""
    total = 0
    while (sent := await sender.send_waiting()).entries:
        total += sent.entries
        if sent.refused:
            report(Line.EVENTS_REFUSED, {"count": sent.refused, "where": sender.kind})
        if sent.is_refusal:
            break
    if total:
        report(Line.EVENTS_SENT, {"count": total, "where": sender.kind})
    return sent.is_refusal
