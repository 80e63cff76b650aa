"""Send what waits in the outbox: claim, send, settle; again later what did not go out.

Invariants: a letter is claimed in a transaction before it is sent and settled in another one after
the server has taken it, so it is sent at least once, and twice only if the process or the
connection ends in between; a claim ends by itself after `LEASE`; several workers never send the
same letter at the same time. What is sent, or given up, is gone from outbox and vault in the
transaction that writes the entry about it. Failing is never silent: it is counted in the row,
reported by code, and after `LIFE` it is an entry of the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from privity.adapters.mail.compose import Composer
from privity.adapters.mail.smtp import Later, Line, Never, Outcome, Sent, Server, connected
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.entry import Entry, Event
from privity.errors import PrivityError
from privity.gateway.report import Line as Said
from privity.gateway.report import Report
from privity.rights.letters import LIFE, Letter, PostOffice, Waiting

T = TypeVar("T")
LEASE = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
BATCH = 20
SECONDS = 5.0
"""How often the outbox is looked at."""


class Writing(Protocol):
    """A journal."""

    def write(self, work: Callable[[SqlTransaction], T]) -> Awaitable[T]:
        """Run work in a transaction; return once it is durable."""
        ...


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends the letters of one journal through one server."""

    journal: Writing
    office: PostOffice
    server: Server
    composer: Composer
    clock: Callable[[], datetime]

    async def send_waiting(self) -> int:
        """Try what is due once, and return how many letters went out.

        Raises MailUnavailable when the server cannot be used, CredentialMissing, KeyExposed, and
        what the journal raises; what was claimed is then put off.
        """
        until = self.clock() + LEASE
        claimed = await self.journal.write(lambda tx: tx.outbox.claim(self.clock(), until, BATCH))
        if not claimed:
            return 0
        left = list(claimed)
        sent = 0
        try:
            async with connected(self.server) as line:
                while left:
                    sent += await self._send(line, left[0])
                    left.pop(0)
        finally:
            for waiting in left:
                await self._settle(waiting, Later("connection"))
        return sent

    async def _send(self, line: Line, waiting: Waiting) -> int:
        letter = await self.journal.write(
            lambda tx: self.office.take(tx, waiting, self.clock()),
        )
        if letter is None:  # erased or too old
            await self._settle(waiting, Never("gone"))
            return 0
        outcome = await self._handed_over(line, waiting, letter)
        await self._settle(waiting, outcome)
        return int(isinstance(outcome, Sent))

    async def _handed_over(self, line: Line, waiting: Waiting, letter: Letter) -> Outcome:
        message = self.composer.message(waiting.id, letter, waiting.made_at)
        return await line.send(message)

    async def _settle(self, waiting: Waiting, outcome: Outcome) -> None:
        policy = self.office.policy
        await self.journal.write(lambda tx: settle(tx, waiting, outcome, self.clock(), policy))


def settle(
    tx: SqlTransaction, waiting: Waiting, outcome: Outcome, at: datetime, policy: str
) -> None:
    """Write how a try ended. `policy`: the digest of the one in force."""
    given_up = isinstance(outcome, Never) or at + wait(waiting.attempts) - waiting.made_at > LIFE
    if isinstance(outcome, Later) and not given_up:
        tx.outbox.put_off(waiting.id, at + wait(waiting.attempts))
        return
    if not tx.outbox.remove(waiting.id):
        return  # another worker has settled it, after this one's claim had ended
    tx.records.take(waiting.addressee.subject, (waiting.id,))
    facts: dict[str, str | int] = {
        "letter": waiting.id,
        "kind": waiting.kind.value,
        "attempts": waiting.attempts,
    }
    event = Event.MAIL_SENT
    if not isinstance(outcome, Sent):
        event, facts["code"] = Event.MAIL_GIVEN_UP, outcome.code
    subject = waiting.addressee.subject
    tx.log.append(Entry(event, at, policy, subject=subject, facts=facts))


def wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, up to a limit."""
    doublings = min(max(attempts, 1) - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


class Sending(Protocol):
    """Who sends what waits."""

    async def send_waiting(self) -> int:
        """Try what is due once, and return how many letters went out."""
        ...


async def keep_sending(mailer: Sending, report: Report) -> None:
    """Send what waits, now and every few seconds."""
    while True:
        sent = 0
        try:
            sent = await mailer.send_waiting()
            if sent:
                report(Said.MAIL_SENT, {"count": sent})
        except PrivityError as error:
            report(Said.MAIL_FAILED, {"code": error.code})
        if not sent:
            await asyncio.sleep(SECONDS)
