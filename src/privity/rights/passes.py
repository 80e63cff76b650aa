"""Links and sessions of a person's pages, as signed tokens (JWT, RFC 7519).

Invariants: a token names one person of one application and opens nothing else; a link is no
session and a session no link (the audience says which); a token that was altered, signed with
another key or algorithm, or has ended opens nothing, and all of these look the same to whoever
tries; a link opens once (`ports.UsedPasses`). A token holds references and times, no name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from privity.errors import PassInvalid
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.vault.home_secrets import derive

ALGORITHM = "HS256"
ISSUER = "privity"
MOST = {"link": timedelta(minutes=15), "session": timedelta(hours=12)}
"""The longest life of each kind."""
_LONGEST = 4096


class Kind(StrEnum):
    """What a token is for: its audience."""

    LINK = "link"  # opens a session, once
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Pass:
    """A person as one application knows them, and since when they are known to be it.

    `nonce` is random; `region` is None where no region is set yet.
    """

    kind: Kind
    subject: SubjectRef
    app: AppId
    purpose: Purpose
    region: Region | None
    authenticated_at: datetime
    ends: datetime
    nonce: str


def pass_key(secret: bytes) -> bytes:
    """Return the key of all tokens of a home, from a secret of `HomeSecrets` (`references`)."""
    return derive(secret, "passes")


def issue(given: Pass, key: bytes, now: datetime) -> str:
    """Return the token of a pass; its life is cut to what its kind may have."""
    ends = min(given.ends, now + MOST[given.kind.value])
    claims = {
        "iss": ISSUER,
        "aud": given.kind.value,
        "sub": given.subject,
        "app": given.app,
        "purpose": given.purpose.value,
        "region": "" if given.region is None else given.region.value,
        "auth_time": _seconds(given.authenticated_at),
        "iat": _seconds(now),
        "exp": _seconds(ends),
        "jti": given.nonce,
    }
    return jwt.encode({"alg": ALGORITHM}, claims, OctKey.import_key(key), algorithms=[ALGORITHM])


def read(token: str, kind: Kind, key: bytes, now: datetime) -> Pass:
    """Return the pass of a token. Raises PassInvalid, whatever is wrong with it."""
    if len(token) > _LONGEST:
        raise PassInvalid(_NONE)
    try:
        opened = jwt.decode(token, OctKey.import_key(key), algorithms=[ALGORITHM])
        _checks(kind, now).validate(opened.claims)
        return _read(kind, opened.claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise PassInvalid(_NONE) from None  # the inner error says what was tried


def _checks(kind: Kind, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=_seconds(now),
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": kind.value},
        exp={"essential": True},
        iat={"essential": True},
        jti={"essential": True},
        sub={"essential": True},
    )


def _read(kind: Kind, claims: Mapping[str, Any]) -> Pass:
    region = claims["region"]
    return Pass(
        kind,
        SubjectRef(str(claims["sub"])),
        AppId(str(claims["app"])),
        Purpose(claims["purpose"]),
        Region(region) if region else None,
        _time(claims["auth_time"]),
        _time(claims["exp"]),
        str(claims["jti"]),
    )


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


_NONE = "this opens nothing"
