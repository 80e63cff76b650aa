"""The console of the staff on the stores of a home: console.staff.ports.

Invariants: accounts, sessions and grants are in the home's own store; a conversation is read where
its person lives, and the log there says so before anything is opened. Loading this loads the rules
(Cedar) and the pages; what verifies factors is loaded with their first use.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import or_, select
from starlette.types import ASGIApp

from privity.access.accounts import Account, Factor, FactorKind
from privity.access.authorize import Authorizer
from privity.access.desk import About, Occasion, write
from privity.access.grants import Request
from privity.access.reading import Found
from privity.access.staff import StaffId
from privity.adapters.access_rules import own_rules
from privity.adapters.announcing import tell_who_was_read
from privity.adapters.courses import curriculum
from privity.adapters.desks import Desks
from privity.adapters.home import Home
from privity.adapters.moving import Everywhere
from privity.adapters.people import StoreShelf, StoreShelves
from privity.adapters.sql.person import PersonSnapshot
from privity.adapters.sql.rows import listed, sealed
from privity.adapters.sql.schema import record
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.entry import Event
from privity.console.people.seeing import Looking, conversation
from privity.console.staff.build import build_console
from privity.console.staff.ports import Challenge, Provider, Provisioned
from privity.console.staff.rendering import Rendering
from privity.console.staff.site import Chance, Means, Site
from privity.console.view import StatusView
from privity.errors import RecordUnknown
from privity.model.words import ConversationRef, SubjectRef
from privity.rights.view import Conversation
from privity.settings import Settings
from privity.vault.aead import Key
from privity.vault.home_secrets import derive

if TYPE_CHECKING:
    from privity.adapters.factors.passkeys import Site as Known

from privity.adapters.staff import origin
from privity.adapters.staff_cases import HomeCases
from privity.adapters.staff_evidence import sources_of
from privity.adapters.staff_sights import HomeSights

T = TypeVar("T")


def open_console(
    shelves: StoreShelves, view: StatusView, tell: Callable[[Exception], None]
) -> ASGIApp:
    """Return the console over the stores of a home. Raises AccessRulesInvalid."""
    home, there = shelves.own.store, shelves.there
    secret = derive(home.secrets.references, "staff")
    at = origin(home.settings)
    means = Means(
        HomeCodes(Key(derive(secret, "totp"))),
        HomePasskeys(urlsplit(at).hostname or "localhost", at),
        StoreArchive(there, tuple(shelves.places.values()) or (shelves.own,)),
        _provider(home.settings, there.clock),
    )
    site = Site(
        rendering=Rendering(there.policy.controller),
        office=StoreOffice(home),
        rules=Authorizer.load(own_rules(home.settings.home)),
        means=means,
        view=view,
        secret=secret,
        origin=at,
        chance=Chance(there.clock, os.urandom),
        sights=HomeSights(there, view, there.clock),
        cases=HomeCases(Desks(there), shelves.directory),
        curriculum=curriculum(home.settings),
        sources=sources_of(there),
        regions=tuple(sorted(there.stores)),
    )
    return build_console(site, tell)


def _provider(settings: Settings, clock: Callable[[], datetime]) -> Provider | None:
    """Return the identity provider that the settings name, or None."""
    if not settings.staff.provider:
        return None
    from privity.adapters.identity.colleagues import StaffProvider  # noqa: PLC0415 - if it is used

    return StaffProvider(settings, clock)


@dataclass(frozen=True, slots=True)
class StoreOffice:
    """console.staff.ports.Office: the home's own store."""

    home: Home

    async def change(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run work in a transaction; return once it is durable. Raises what a journal does."""
        return await self.home.journal.write(work)


@dataclass(frozen=True, slots=True)
class StoreArchive:
    """console.staff.ports.Archive: the stores in which people are kept."""

    there: Everywhere
    shelves: tuple[StoreShelf, ...]

    async def find(self, name: str) -> Found | None:
        """Return the conversation of this reference, or with a record of this id, or None."""
        found = await asyncio.to_thread(self._find, name)
        return None if found is None else found[1]

    async def told(self, found: Found, request: Request, at: Occasion) -> None:
        """Write that it is read where its person lives, if that is elsewhere, and tell them."""
        shelf = await self._shelf(found)
        await self._written(shelf, found, request, at)
        await tell_who_was_read(shelf.store, self.there.policy, found.subject)

    async def _written(
        self, shelf: StoreShelf, found: Found, request: Request, at: Occasion
    ) -> None:
        if shelf.store is self.there.home:
            return
        facts = {
            "by": request.reader,
            "approver": str(request.approver),
            "grant": request.id,
            "purpose": request.purpose.value,
            "ticket": request.ticket,
        }
        about = About(found.subject, found.ref)
        await shelf.change(lambda tx: write(tx, Event.CONVERSATION_READ, at, facts, about))

    async def opened(self, found: Found, now: datetime) -> Conversation:
        """Return a conversation as it is kept. Raises RecordUnknown, Tampered."""
        shelf = await self._shelf(found)

        def work(seen: PersonSnapshot) -> Conversation:
            return conversation(Looking(shelf, seen, now), found.ref)

        return await shelf.look(found.subject, work)

    async def _shelf(self, found: Found) -> StoreShelf:
        again = await asyncio.to_thread(self._find, found.ref)
        if again is None or again[1] != found:
            message = "there is no such conversation any more, or it has moved"
            raise RecordUnknown(message)
        return again[0]

    def _find(self, name: str) -> tuple[StoreShelf, Found] | None:
        named = or_(record.c.conversation == name, record.c.id == name)
        which = named & (record.c.conversation != "")  # other records are no conversation
        query = select(record).where(which, listed()).limit(1)
        for shelf in self.shelves:
            with shelf.store.journal.reader.snapshot() as snapshot:
                row = snapshot.connection.execute(query).mappings().first()
            if row is not None:
                kept = sealed(row)
                ref, subject = ConversationRef(kept.conversation), SubjectRef(kept.place.subject)
                return shelf, Found(ref, subject, kept.place.region)
        return None


@dataclass(frozen=True, slots=True)
class HomeCodes:
    """console.staff.ports.Codes; `key` seals the seeds of authenticator apps."""

    key: Key

    def hashed(self, password: str) -> bytes:
        """Return what is stored of a password. Raises BadInput."""
        from privity.adapters.factors import passwords  # noqa: PLC0415 - loaded with the console

        return passwords.hashed(password)

    def is_right(self, stored: bytes | None, password: str) -> bool:
        """Say whether this is the password."""
        from privity.adapters.factors import passwords  # noqa: PLC0415

        return passwords.is_right(stored, password)

    def sealed_seed(self, account: StaffId, random: bytes) -> bytes:
        """Return a seed, sealed for its account."""
        from privity.adapters.factors import totp  # noqa: PLC0415

        return totp.sealed_seed(self.key, account, random)

    def provisioned(self, account: Account, sealed: bytes) -> Provisioned:
        """Return what an authenticator app reads."""
        import pyotp  # noqa: PLC0415
        import segno  # noqa: PLC0415

        from privity.adapters.factors import totp  # noqa: PLC0415

        uri = totp.provisioning_uri(self.key, account.id, sealed, account.mail)
        drawn = segno.make(uri, micro=False).svg_data_uri(scale=5, border=4, light="#fff")
        parsed = pyotp.parse_uri(uri)
        return Provisioned(drawn, parsed.secret)

    def used_step(self, account: StaffId, sealed: bytes, code: str, now: datetime) -> int | None:
        """Return the time step that a code is of, or None."""
        from privity.adapters.factors import totp  # noqa: PLC0415

        return totp.used_step(self.key, account, sealed, code, now)


@dataclass(frozen=True, slots=True)
class HomePasskeys:
    """console.staff.ports.Passkeys; `host` and `origin`: this server as browsers know it."""

    host: str
    origin: str

    def registration(
        self, account: Account, challenge: Challenge, known: tuple[Factor, ...]
    ) -> str:
        """Return what a browser needs to make a passkey."""
        from privity.adapters.factors import passkeys  # noqa: PLC0415 - loaded with the console

        made = passkeys.Challenge(challenge.random, challenge.made_at)
        return passkeys.registration(self._site, account, made, known)

    def registered(self, challenge: Challenge, answer: str, now: datetime) -> Factor:
        """Return the passkey that a browser made. Raises AccessDenied."""
        from privity.adapters.factors import passkeys  # noqa: PLC0415

        made = passkeys.Challenge(challenge.random, challenge.made_at)
        new = passkeys.registered(self._site, made, answer, now)
        nobody = StaffId("")
        return Factor(new.id, nobody, FactorKind.PASSKEY, new.public_key, new.counter, now)

    def sign_in(self, challenge: Challenge, known: tuple[Factor, ...]) -> str:
        """Return what a browser needs to show a passkey."""
        from privity.adapters.factors import passkeys  # noqa: PLC0415

        made = passkeys.Challenge(challenge.random, challenge.made_at)
        return passkeys.sign_in(self._site, made, known)

    def shown(self, answer: str) -> tuple[str, StaffId]:
        """Return which passkey an answer claims to be of, and whose."""
        from webauthn import base64url_to_bytes  # noqa: PLC0415

        try:
            read = json.loads(answer)
            owner = base64url_to_bytes(str(read["response"]["userHandle"])).decode()
            return str(read["id"]), StaffId(owner)
        except (ValueError, KeyError, TypeError, RecursionError):
            return "", StaffId("")  # whatever a hostile browser sent, nothing of it is quoted

    def counted(self, challenge: Challenge, factor: Factor, answer: str, now: datetime) -> int:
        """Return the counter of a passkey that proved itself. Raises AccessDenied."""
        from privity.adapters.factors import passkeys  # noqa: PLC0415

        made = passkeys.Challenge(challenge.random, challenge.made_at)
        return passkeys.counted(self._site, made, factor, answer, now)

    @property
    def _site(self) -> Known:
        from privity.adapters.factors.passkeys import Site  # noqa: PLC0415

        return Site(self.host, self.origin)
