"""Write to everyone who left an address, once a change was announced.

Invariants: each person is one transaction, so a stop in the middle goes on where it ended; where no
mail server is named, letters wait like all others.
"""

from __future__ import annotations

import asyncio
from functools import partial
from secrets import token_hex

from sqlalchemy import select

from privity.adapters.home import Home, now
from privity.adapters.sql.schema import record
from privity.adapters.versions import announced, counting
from privity.errors import PrivityError
from privity.gateway.report import Line, Report
from privity.model.policy import Policy
from privity.model.words import SubjectRef
from privity.policy.versions import Version
from privity.rights.announcing import ADDRESS, Announced, Pages, tell, tell_of_reading
from privity.rights.letters import PostOffice
from privity.vault.keep import Vault

SECONDS = 600.0
PAGE = "/privacy/notice/versions"
HISTORY = "/privacy/history"
ENDING = "/privacy/mail/end?link="


async def announcing(store: Home, policy: Policy, report: Report) -> None:
    """Tell people by mail of what is announced; now and every ten minutes."""
    while True:
        try:
            ahead = announced(store.settings.home, now())
            if ahead is not None:
                await announce(store, policy, ahead)
        except PrivityError as error:
            report(Line.GOVERNING_FAILED, {"code": error.code})
        await asyncio.sleep(SECONDS)


async def tell_who_was_read(store: Home, policy: Policy, subject: SubjectRef) -> bool:
    """Write to a person that staff read a conversation of theirs; say whether it was posted."""
    settings = store.settings
    address = settings.people.url.rstrip("/") or settings.links
    counts = counting(settings.home, policy)
    pages = Pages(address + HISTORY, address + ENDING, counts)
    office = PostOffice(Vault(store.custodian), policy.digest, lambda: token_hex(16))
    told = partial(tell_of_reading, office=office, about=(subject, pages), policy=policy, now=now())
    return await store.journal.write(told)


async def announce(store: Home, policy: Policy, ahead: Version) -> int:
    """Tell everyone of one store who was not told yet; return how many letters were posted."""
    address = store.settings.people.url.rstrip("/") or store.settings.links
    counts = counting(store.settings.home, policy)
    change = Announced(ahead.policy, ahead.since or now(), address + PAGE, address + ENDING, counts)
    office, posted = PostOffice(Vault(store.custodian), policy.digest, lambda: token_hex(16)), 0
    for subject in await asyncio.to_thread(_with_address, store):
        posted += await store.journal.write(
            partial(tell, office=office, about=(subject, change), policy=policy, now=now())
        )
    return posted


def _with_address(store: Home) -> list[SubjectRef]:
    with store.journal.reader.snapshot() as snapshot:
        query = select(record.c.subject).where(record.c.kind == ADDRESS).distinct()
        return [SubjectRef(name) for name in snapshot.connection.execute(query).scalars()]
