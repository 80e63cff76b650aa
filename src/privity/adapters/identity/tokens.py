"""A person's token: a JWT (RFC 7519) that the team's identity provider signed for this service.

1. The algorithm is one of `ALGORITHMS`, and the key the provider's of the id that the token names.
2. The issuer and the audience are those of the settings. 3. It has not ended, and has begun.
4. It names somebody.

Invariants: a token that fails a step opens nothing, and all failures look the same; what it says of
the person besides their name is not read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol

from privity.adapters.identity.keys import ProviderKeys, PublicKey, fetching
from privity.errors import PersonUnproven
from privity.model.text import Raw
from privity.model.words import AppId
from privity.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")
"""Signatures with a public key, as RFC 8725 advises; never a shared secret, never none."""
LEEWAY = 30
"""Seconds by which clocks may differ."""
LONGEST = 8192
_NONE = "the token proves nobody"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose tokens count, for whom they must be, and which claim names the person."""

    issuer: str
    audience: str
    claim: str


class PersonTokens:
    """gateway.ports.Tokens."""

    __slots__ = ("_clock", "_issuer", "_keys")

    def __init__(self, issuer: Issuer, keys: ProviderKeys, clock: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._keys = keys
        self._clock = clock

    async def person(self, token: str) -> Raw:
        """Return whom a token names. Raises PersonUnproven, IdentityUnavailable."""
        if len(token) > LONGEST:
            raise PersonUnproven(_NONE)
        named: list[str] = []
        known: dict[str, PublicKey] = {}

        def find(header: GuestProtocol) -> PublicKey:
            kid = header.headers().get("kid")
            if not isinstance(kid, str) or kid not in known:
                named.append(kid if isinstance(kid, str) else "")
                raise PersonUnproven(_NONE)
            return known[kid]

        try:
            return self._read(token, find)
        except PersonUnproven:
            key = await self._keys.find(named[0]) if named and named[0] else None
            if key is None:
                raise
            known[named[0]] = key
        return self._read(token, find)

    def _read(self, token: str, find: Callable[[GuestProtocol], PublicKey]) -> Raw:
        try:
            opened = jwt.decode(token, find, algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                now=int(self._clock().timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self._issuer.issuer},
                aud={"essential": True, "value": self._issuer.audience},
                exp={"essential": True},
            ).validate(opened.claims)
            name = opened.claims[self._issuer.claim]
        except (JoseError, ValueError, KeyError, TypeError):
            raise PersonUnproven(_NONE) from None  # the inner error says what was tried
        if not isinstance(name, str) or not name.strip():
            raise PersonUnproven(_NONE)
        return Raw(name)


def required_apps(settings: Settings) -> frozenset[AppId]:
    """Return the applications that have to prove who speaks."""
    return frozenset(map(AppId, settings.identity.required.split()))


def person_tokens(settings: Settings, clock: Callable[[], datetime]) -> PersonTokens | None:
    """Return what reads tokens of people, or None where the settings name no issuer."""
    asked = settings.identity
    if not asked.issuer:
        return None
    issuer = Issuer(asked.issuer, asked.audience, asked.claim)
    return PersonTokens(issuer, ProviderKeys(fetching(settings), clock), clock)
