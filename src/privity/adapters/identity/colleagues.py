"""Whom the identity provider of the staff names: console.staff.ports.Provider.

Invariants: somebody is known by a digest of the issuer and their subject there, which no other
provider's subject has; that they showed a second factor is what the provider says of this sign-in
(`amr`, RFC 8176, or `acr`), in one of the words that the settings take for it, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from privity.adapters.identity.sign_in import Client, SigningIn, since
from privity.adapters.staff import origin
from privity.console.people.door import Begun
from privity.console.staff.ports import Colleague
from privity.errors import NotSignedIn
from privity.settings import Settings

BACK = "/console/signed-in"
_LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2


class StaffProvider:
    """Signs staff in with the provider that the settings name."""

    __slots__ = ("_issuer", "_signing", "_words", "name")

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        staff = settings.staff
        back = origin(settings) + BACK
        client = Client(staff.provider, staff.client, staff.credential, back)
        self._signing = SigningIn(client, settings, clock)
        self._issuer = staff.provider
        self._words = frozenset(staff.second_factor.split())
        self.name = urlsplit(staff.provider).hostname or staff.provider

    async def address(self, begun: Begun, *, again: bool) -> str:
        """Return where the browser goes; `again`: to sign in anew. Raises IdentityUnavailable."""
        return await self._signing.address(begun, again=again)

    async def colleague(self, code: str, begun: Begun) -> Colleague:
        """Return who came back with a code. Raises NotSignedIn, IdentityUnavailable."""
        claims = await self._signing.claims(code, begun)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            message = "the identity provider names nobody"
            raise NotSignedIn(message)
        named = f"{self._issuer}\0{subject}".encode("utf-8", "surrogatepass")
        known = f"provider-{hashlib.sha256(named).hexdigest()}"
        return Colleague(known, bool(_said(claims) & self._words), since(claims))


def _said(claims: Mapping[str, Any]) -> set[str]:
    """Return what the provider says of how somebody signed in."""
    methods, level = claims.get("amr"), claims.get("acr")
    said = [*methods, level] if isinstance(methods, list) else [level]
    return {each for each in said if isinstance(each, str)}
