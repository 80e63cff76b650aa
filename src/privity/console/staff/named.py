"""Whom the identity provider named, on the way from its answer to what is done with it.

Invariants: what is sealed opens here only and for ten minutes; each kind of seal has a key of its
own, so that none is taken for another; it is used once, where it opens anything (`Named.random`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from starlette.responses import Response

from privity.access.accounts import Factor, FactorKind
from privity.access.staff import StaffId
from privity.console.people.door import Begun
from privity.console.staff.ports import Colleague
from privity.console.staff.site import Site
from privity.console.staff.visits import keep
from privity.errors import Tampered
from privity.vault.aead import Key, bound
from privity.vault.home_secrets import derive

AWAY = "__Host-privity-console-away"
"""The cookie of somebody who is at the provider."""
SHOWN = "__Host-privity-console-shown"
"""The cookie that holds whom the provider named."""
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a browser takes to the provider: the secrets, in which way, and where it wants to go."""

    begun: Begun
    way: str
    to: str


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the provider named, in what way that was begun, and when; good once, by `random`."""

    way: str
    to: str
    colleague: Colleague
    random: str
    at: datetime


def seal_leaving(site: Site, answer: Response, leaving: Leaving) -> None:
    """Let the browser keep what it began; it comes back from another site."""
    begun = leaving.begun
    secrets = [begun.state, begun.nonce, begun.secret]
    body = [leaving.way, leaving.to, *secrets, _ticks(site.chance.clock())]
    sealed = _key(site, "away").seal(orjson.dumps(body), _PLACE).hex()
    keep(answer, AWAY, sealed, int(LASTS.total_seconds()), strict=False)


def opened_leaving(site: Site, cookies: Mapping[str, str]) -> Leaving | None:
    """Return what a browser began a moment ago, or None."""
    body = _unsealed(site, "away", cookies.get(AWAY, ""))
    if body is None:
        return None
    way, to, state, nonce, secret = map(str, body[:-1])
    return Leaving(Begun(state, nonce, secret), way, to)


def seal_named(site: Site, answer: Response, named: Named) -> None:
    """Let the browser keep whom the provider named, and drop what it took there."""
    who = named.colleague
    since = 0 if who.since is None else _ticks(who.since)
    body = [named.way, named.to, who.id, int(who.second), since, named.random, _ticks(named.at)]
    sealed = _key(site, "shown").seal(orjson.dumps(body), _PLACE).hex()
    keep(answer, SHOWN, sealed, int(LASTS.total_seconds()))
    keep(answer, AWAY, "", 0, strict=False)


def opened_named(site: Site, cookies: Mapping[str, str]) -> Named | None:
    """Return whom the provider named in this browser a moment ago, or None."""
    body = _unsealed(site, "shown", cookies.get(SHOWN, ""))
    if body is None:
        return None
    way, to, name, second, since, random, ticks = body
    known = datetime.fromtimestamp(int(since), UTC) if since else None
    colleague = Colleague(str(name), bool(second), known)
    at = datetime.fromtimestamp(int(ticks), UTC)
    return Named(str(way), str(to), colleague, str(random), at)


def link(named: Named | None, now: datetime) -> tuple[Factor, ...]:
    """Return the provider's account as a factor of who joins; none where nobody came from there."""
    if named is None or named.way != "join":
        return ()
    who = named.colleague
    nobody = StaffId("")
    return (Factor(who.id, nobody, FactorKind.PROVIDER, b"", int(who.second), now),)


def _key(site: Site, word: str) -> Key:
    return Key(derive(site.secret, "provider", word))


def _unsealed(site: Site, word: str, sealed: str) -> list[str | int] | None:
    """Return what was sealed less than ten minutes ago; its time stands at the end."""
    try:
        body: list[str | int] = orjson.loads(_key(site, word).unseal(bytes.fromhex(sealed), _PLACE))
    except (ValueError, Tampered):
        return None  # whatever a hostile browser sent, it is not quoted
    age = site.chance.clock() - datetime.fromtimestamp(int(body[-1]), UTC)
    return body if timedelta(0) <= age < LASTS else None


def _ticks(at: datetime) -> int:
    return int(at.timestamp())


_PLACE = bound("privity staff provider 1")
