"""The way in with the team's identity provider, as the pages see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.model.text import Raw
from privity.model.words import AppId, Purpose


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: three random texts, which the provider has to give back or match.

    `state` comes back with the browser, `nonce` in the token, and `secret` proves whose code it is.
    """

    state: str
    nonce: str
    secret: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider names, and since when they are signed in there, if it says so."""

    name: Raw
    since: datetime | None


class Provider(Protocol):
    """The team's identity provider."""

    async def address(self, begun: Begun, *, again: bool) -> str:
        """Return where the browser goes to sign in. Raises IdentityUnavailable."""
        ...

    async def person(self, code: str, begun: Begun) -> Known:
        """Return who came back with a code. Raises NotSignedIn, IdentityUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """The way in with a provider: whose people it names, and the key of references to them."""

    provider: Provider
    app: AppId
    purpose: Purpose
    secret: bytes
