"""Signing in with the team's identity provider: OpenID Connect, authorization code with PKCE.

1. What the provider says of itself (OpenID Connect Discovery 1.0), under its own name. 2. The
browser goes there with a digest of a secret that stays here (RFC 7636). 3. It comes back with a
code; code and secret become an ID token, from server to server. 4. The token is checked: signature
by a published key, issuer, client, nonce, times. Only then it names somebody.

Invariants: plain http: reaches this machine only; connections go to the hosts that the settings and
the provider's own document name, and no redirect is followed; what fails looks the same, whatever
failed; no code, token or name is in an error.
"""

from __future__ import annotations

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError

from privity.adapters.egress import guarded, stopped
from privity.adapters.identity.keys import ProviderKeys
from privity.adapters.identity.tokens import ALGORITHMS, LEEWAY, LONGEST
from privity.adapters.upstream.credentials import read_secret
from privity.console.people.door import Begun, Known
from privity.errors import IdentityUnavailable, NotSignedIn
from privity.model.text import Raw
from privity.settings import LOOPBACK, Settings

WELL_KNOWN = "/.well-known/openid-configuration"
BACK = "/privacy/signed-in"
REMEMBERED = timedelta(hours=1)
MOST_BYTES = 262_144
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to a provider: its issuer, our id there, where our secret is, the way back."""

    issuer: str
    client: str
    credential: str
    back: str


@dataclass(frozen=True, slots=True)
class Described:
    """What the provider says of itself, and its keys."""

    authorize: str
    token: str
    keys: ProviderKeys
    at: datetime


class IdentityProvider:
    """console.people.door.Provider: whom it names is who the application's claim says."""

    __slots__ = ("_claim", "_signing")

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        people = settings.people
        back = people.url.rstrip("/") + BACK
        client = Client(people.provider, people.client, people.credential, back)
        self._signing = SigningIn(client, settings, clock)
        self._claim = people.claim

    async def address(self, begun: Begun, *, again: bool) -> str:
        """Return where the browser goes to sign in; `again`: also if it is signed in there.

        Raises IdentityUnavailable.
        """
        return await self._signing.address(begun, again=again)

    async def person(self, code: str, begun: Begun) -> Known:
        """Return who came back with a code. Raises NotSignedIn, IdentityUnavailable."""
        claims = await self._signing.claims(code, begun)
        name = claims.get(self._claim)
        if not isinstance(name, str) or not name.strip():
            raise NotSignedIn(_NONE)
        return Known(Raw(name), since(claims))


def since(claims: Mapping[str, Any]) -> datetime | None:
    """Return since when somebody is signed in at the provider, if it says so."""
    at = claims.get("auth_time")
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int) and 0 <= at < _LATEST else None


class SigningIn:
    """Signing in with one provider: the way there, and what it says of who came back."""

    __slots__ = ("_client", "_clock", "_described", "_lock", "_settings")

    def __init__(self, client: Client, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._described: Described | None = None
        self._lock = asyncio.Lock()

    async def address(self, begun: Begun, *, again: bool) -> str:
        """Return where the browser goes to sign in; `again`: also if it is signed in there.

        Raises IdentityUnavailable.
        """
        digest = hashlib.sha256(begun.secret.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client.client,
            "redirect_uri": self._client.back,
            "scope": "openid",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if again:
            asked |= {"prompt": "login", "max_age": "0"}
        there = (await self._description()).authorize
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    async def claims(self, code: str, begun: Begun) -> Mapping[str, Any]:
        """Return what the provider says of who came back with a code, checked.

        Raises NotSignedIn, IdentityUnavailable.
        """
        described, client = await self._description(), self._client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.back,
            "client_id": client.client,
            "code_verifier": begun.secret,
        }
        headers = {}
        if client.credential:
            secret = read_secret(client.credential, self._settings.home)
            headers["authorization"] = aiohttp.encode_basic_auth(
                quote(client.client, safe=""), quote(secret, safe="")
            )
        answer = await self._ask(described.token, form, headers)
        token = answer.get("id_token")
        if not isinstance(token, str) or len(token) > LONGEST:
            raise NotSignedIn(_NONE)
        kid = _key_named(token)
        key = await (described.keys.find(kid) if kid else described.keys.only())
        if key is None:
            raise NotSignedIn(_NONE)
        try:
            claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
            self._check(claims, begun)
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            raise NotSignedIn(_NONE) from None  # the inner error says what was tried
        return claims

    def _check(self, claims: Mapping[str, Any], begun: Begun) -> None:
        jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._client.issuer},
            aud={"essential": True, "value": self._client.client},
            exp={"essential": True},
            nonce={"essential": True, "value": begun.nonce},
        ).validate(dict(claims))
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != self._client.client:  # OpenID Connect Core 1.0, 3.1.3.7
            raise NotSignedIn(_NONE)

    async def _description(self) -> Described:
        async with self._lock:
            held, now = self._described, self._clock()
            if held is None or now - held.at >= REMEMBERED:
                held = self._described = await self._described_now(now)
            return held

    async def _described_now(self, now: datetime) -> Described:
        issuer = self._client.issuer
        said = await self._ask(issuer.rstrip("/") + WELL_KNOWN, None, {})
        places = [said.get(f"{name}_endpoint") for name in ("authorization", "token")]
        places.append(said.get("jwks_uri"))
        if said.get("issuer") != issuer or not all(_safe(place) for place in places):
            raise IdentityUnavailable(_UNREADABLE)
        authorize, token, keys = map(str, places)

        async def fetch() -> bytes:
            return await self._send(keys, None, {})

        return Described(authorize, token, ProviderKeys(fetch, self._clock), now)

    async def _ask(
        self, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        try:
            read = orjson.loads(await self._send(url, form, headers))
        except orjson.JSONDecodeError:
            read = None  # the error would quote a token
        if not isinstance(read, dict):
            raise IdentityUnavailable(_UNREADABLE)
        return read

    async def _send(
        self, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> bytes:
        connector = guarded(url, self._settings.egress.networks)
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        method = "GET" if form is None else "POST"
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
                session.request(
                    method, url, data=form, headers=headers, allow_redirects=False
                ) as answer,
            ):
                body = await answer.content.read(MOST_BYTES)
                if form is not None and answer.status in _REFUSED:
                    raise NotSignedIn(_NONE)
                if answer.status != HTTPStatus.OK:
                    raise IdentityUnavailable(_UNREADABLE)
                return body
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if refusal := stopped(error):
                raise refusal from None
            raise IdentityUnavailable(_UNREADABLE) from None  # it may quote what was sent


def _key_named(token: str) -> str:
    """Return the id of the key that a token says it was signed with. Raises NotSignedIn."""
    try:
        return str(jws.extract_compact(token.encode()).headers().get("kid", ""))
    except (JoseError, ValueError):
        raise NotSignedIn(_NONE) from None  # the inner error may quote the token


def _safe(place: object) -> bool:
    """Say whether a place is one to send a person or a secret to."""
    if not isinstance(place, str):
        return False
    parts = urlsplit(place)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


_LATEST = 2**33
_REFUSED = frozenset({400, 401, 403})
_NONE = "the identity provider names nobody"
_UNREADABLE = "the identity provider cannot be reached or understood"
