"""The keys of applications: made once, shown once, kept only as a hash.

Invariants: a key holds 256 random bits, so a plain SHA-256 of it cannot be searched for; what is
stored cannot be used to come in. Looking a key up compares hashes in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from privity.errors import BadInput
from privity.model.words import AppId, Purpose, Region

PREFIX = "pvt_"
KEY_BYTES = 32
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
LOCAL = AppId("local")


@dataclass(frozen=True, slots=True)
class App:
    """An application that holds a key. `key_hash` is the SHA-256 of the key, in hex.

    `region`: of people for whom it states none; None: the policy's default.
    """

    name: AppId
    purpose: Purpose
    key_hash: str
    made_at: datetime
    region: Region | None = None


def new_key(random: bytes) -> str:
    """Return a key made from 32 random bytes."""
    if len(random) != KEY_BYTES:
        message = f"a key is made from {KEY_BYTES} random bytes"
        raise ValueError(message)
    return PREFIX + urlsafe_b64encode(random).rstrip(b"=").decode()


def hash_key(key: str) -> str:
    """Return what is stored of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def app_name(given: str) -> AppId:
    """Return a name for an application. Raises BadInput."""
    if not _NAME.fullmatch(given) or given == LOCAL:
        message = "a name has up to 40 lower-case letters, digits and hyphens, and is not `local`"
        raise BadInput(message)
    return AppId(given)


class Apps:
    """The applications known, found by key."""

    __slots__ = ("_by_hash",)

    def __init__(self, apps: Iterable[App]) -> None:
        self._by_hash = {app.key_hash: app for app in apps}

    def holder(self, key: str) -> App | None:
        """Return the application that holds this key, or None."""
        if not key.startswith(PREFIX):
            return None
        digest = hash_key(key)
        app = self._by_hash.get(digest)
        return app if app is not None and hmac.compare_digest(app.key_hash, digest) else None
