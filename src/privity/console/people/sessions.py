"""Visits: opened by a link that works once, or by the team's identity provider; ended by leaving.

Invariants: each sign-in makes a new session, so that none can be planted beforehand; a session
lasts for `VISIT` at most and ends at once when the person leaves, in every process; what a session
may open follows from the signed pass alone; the entry of the log that says that pages were opened
is in the transaction that spends the link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from privity.audit.entry import Entry, Event
from privity.console.people.ports import PeopleStore, Shelves
from privity.console.people.visitor import Person, Session
from privity.errors import NotSignedIn, PassInvalid
from privity.rights import passes
from privity.rights.passes import Kind, Pass

VISIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PassSessions:
    """Sessions as signed passes. `nonce` gives a new random name; `policy` is the digest in force.

    `key` signs the passes of this home (`rights.passes.pass_key`).
    """

    key: bytes
    shelves: Shelves
    nonce: Callable[[], str]
    policy: str

    async def read(self, given: str, now: datetime) -> Session:
        """Return the session of a cookie or bearer token. Raises NotSignedIn."""
        try:
            found = passes.read(given, Kind.SESSION, self.key, now)
        except PassInvalid:
            raise NotSignedIn(_NONE) from None  # what is wrong with it is nobody's business
        session = _session(found)
        shelf = await self.shelves.of(session.person)
        if await shelf.look(found.subject, lambda seen: seen.spent(found.nonce)):
            raise NotSignedIn(_NONE)
        return session

    def check_link(self, link: str, now: datetime) -> None:
        """Raise PassInvalid unless this is a link that has not ended; it is not used by that."""
        passes.read(link, Kind.LINK, self.key, now)

    async def enter(self, link: str, now: datetime) -> tuple[str, Session]:
        """Use a link and return a new session with its token. Raises PassInvalid."""
        return await self.open(passes.read(link, Kind.LINK, self.key, now), now)

    async def open(self, shown: Pass, now: datetime) -> tuple[str, Session]:
        """Open a session for whoever showed this pass; each opens one. Raises PassInvalid."""
        person = _session(shown).person
        shelf, lives = await self.shelves.of(person), await self.shelves.lives(person)
        ends = now + VISIT
        visit = replace(shown, kind=Kind.SESSION, region=lives, ends=ends, nonce=self.nonce())

        def enter(tx: PeopleStore) -> bool:
            if not tx.used_passes.use(shown.nonce, shown.ends, now):
                return False
            tx.log.append(_opened(shown, now, self.policy))
            return True

        if not await shelf.change(enter):
            msg = "the link was used already"
            raise PassInvalid(msg)
        return passes.issue(visit, self.key, now), _session(visit)

    async def leave(self, session: Session, now: datetime) -> None:
        """End a session at once, everywhere."""
        shelf = await self.shelves.of(session.person)
        await shelf.change(lambda tx: tx.used_passes.use(session.id, session.ends, now))


def _session(found: Pass) -> Session:
    person = Person(found.subject, found.app, found.purpose, found.region)
    return Session(found.nonce, person, found.authenticated_at, found.ends)


def _opened(shown: Pass, now: datetime, policy: str) -> Entry:
    return Entry(
        Event.PAGES_OPENED,
        now,
        policy,
        app=shown.app,
        purpose=shown.purpose,
        subject=shown.subject,
    )


_NONE = "no session, or one that is over"
