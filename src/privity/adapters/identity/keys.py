"""The public keys of an identity provider (JWKS, RFC 7517), remembered and asked for again.

Invariants: only public keys of signatures count, so that nobody can sign with what is published; a
key that the provider took back is forgotten within `OLDEST`; tokens with keys nobody knows make
this ask again once in `PAUSE` at most, however many come; an answer is bounded in size and time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TypeAlias

import aiohttp
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from privity.adapters.egress import guarded, stopped
from privity.errors import IdentityUnavailable
from privity.settings import Settings

OLDEST = timedelta(hours=1)
PAUSE = timedelta(seconds=30)
MOST_BYTES = 262_144
SECONDS = 10.0
LEAST_BITS = 2048
PublicKey: TypeAlias = RSAKey | ECKey | OKPKey
Fetch: TypeAlias = Callable[[], Awaitable[bytes]]
_NONE = "the identity provider's keys cannot be read"


class ProviderKeys:
    """The keys by their id. `fetch` gets the document; `clock` says what time it is."""

    __slots__ = ("_asked", "_asking", "_clock", "_fetch", "_fetched", "_keys")

    def __init__(self, fetch: Fetch, clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Mapping[str, PublicKey] = {}
        self._asked: datetime | None = None
        self._fetched: datetime | None = None
        self._asking = asyncio.Lock()

    async def find(self, kid: str) -> PublicKey | None:
        """Return the key of this id, or None. Raises IdentityUnavailable."""
        if self._stale() or kid not in self._keys:
            async with self._asking:
                if self._stale() or (kid not in self._keys and self._may_ask()):
                    await self._ask()
        return self._keys.get(kid)

    async def only(self) -> PublicKey | None:
        """Return the key where there is one alone, so that tokens need not name it, or None.

        Raises IdentityUnavailable. OpenID Connect Core 1.0, 10.1.
        """
        async with self._asking:
            if self._stale():
                await self._ask()
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    def _stale(self) -> bool:
        return self._fetched is None or self._clock() - self._fetched >= OLDEST

    def _may_ask(self) -> bool:
        return self._asked is None or self._clock() - self._asked >= PAUSE

    async def _ask(self) -> None:
        """Ask for the keys again; old ones do not outlive their time if nobody answers."""
        if self._stale():
            self._keys = {}
        if not self._may_ask():
            raise IdentityUnavailable(_NONE)
        self._asked = self._clock()
        self._keys = read_keys(await self._fetch())
        self._fetched = self._asked


def read_keys(document: bytes) -> Mapping[str, PublicKey]:
    """Return the public keys of a JWKS by their id. Raises IdentityUnavailable."""
    try:
        keys = KeySet.import_key_set(orjson.loads(document)).keys
        public = [each for key in keys if (each := _public(key)) is not None]
        return {key.kid: key for key in public if key.kid}
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise IdentityUnavailable(_NONE) from error


def _public(key: object) -> PublicKey | None:
    """Return a key that checks signatures and can do nothing else; None for any other."""
    if not isinstance(key, RSAKey | ECKey | OKPKey) or key.is_private:
        return None
    weak = isinstance(key, RSAKey) and key.public_key.key_size < LEAST_BITS
    return None if weak or key.get("use") not in {None, "sig"} else key


def fetching(settings: Settings) -> Fetch:
    """Return what gets the document that the settings name: a file, or an https: URL."""
    where = settings.identity.keys
    if not where.startswith(("https:", "http:")):
        return _from_file(settings.path(where))
    return _from_url(settings, where)


def _from_file(path: Path) -> Fetch:
    async def read() -> bytes:
        try:
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise IdentityUnavailable(_NONE) from error

    return read


def _from_url(settings: Settings, url: str) -> Fetch:
    async def get() -> bytes:
        connector = guarded(url, settings.egress.networks)
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
                session.get(url, allow_redirects=False) as answer,
            ):
                if answer.status != HTTPStatus.OK:
                    raise IdentityUnavailable(_NONE)
                return await _bounded(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if refusal := stopped(error):
                raise refusal from None
            raise IdentityUnavailable(_NONE) from error

    return get


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    document = await answer.content.read(MOST_BYTES)
    if not answer.content.at_eof() and await answer.content.read(1):
        raise IdentityUnavailable(_NONE)
    return document
