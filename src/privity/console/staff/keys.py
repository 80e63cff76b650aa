"""Keys and regions: how old each key is, who holds the root keys, where people are kept.

Invariant: no key, no secret and no address of a custodian or a database is on this page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Acting, Refusal, Wish
from privity.access.staff import Action, Kind, Thing
from privity.console.staff.navigation import Group, Section, to
from privity.console.staff.rendering import ROOT
from privity.console.staff.sights import KeyRing, KeyVersion, Store
from privity.console.staff.site import Site, StaffRequest, page
from privity.model.words import KeyLevel, Purpose

PATH = f"{ROOT}/keys"
KEYS = Wish(Action.SEE_KEYS, Thing(Kind.KEYS, "all"), Purpose.SECURITY)
SECTIONS = (
    Section(
        PATH,
        "Keys and regions",
        Group.PROMISES,
        to(KEYS),
        "How old each key is, who holds the root keys, where people are kept.",
        "rotation rotate custodian hsm kms encryption partition storage residency",
    ),
)
_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Row:
    """A key as it is shown: `share` (0 to 100) of its time is left, `tone`: how that looks.

    `rotated`: it took the place of an earlier version.
    """

    key: KeyVersion
    label: str
    rotated: bool
    age: str
    left: str
    share: int
    tone: str


def routes(site: Site) -> list[Route]:
    """Return the page."""

    async def shown(asked: StaffRequest) -> Response:
        def allowed(acting: Acting) -> Refusal | bool:
            return acting.refused(KEYS) or True

        await site.act(asked, allowed)
        ring = await site.sights.keys()
        values = {
            "stores": [(store, rows(store, asked.now)) for store in ring.stores],
            "levels": [(_words(level), *_ages(ring, level)) for level in KeyLevel],
        }
        return await site.page("keys.html", asked, values)

    return [page(site, PATH, shown)]


def rows(store: Store, now: datetime) -> tuple[Row, ...]:
    """Return the keys of a store, from the root down."""
    replaced = {(key.level, key.name) for key in store.keys if key.state == "replaced"}
    return tuple(_row(key, now, rotated=_was_rotated(key, replaced)) for key in store.keys)


def _was_rotated(key: KeyVersion, replaced: set[tuple[KeyLevel, str]]) -> bool:
    """Say whether a key took the place of another: of that one, or by its number."""
    later = key.level is KeyLevel.PARTITION and key.version != "1"
    return key.state != "replaced" and (later or (key.level, key.name) in replaced)


def _row(key: KeyVersion, now: datetime, *, rotated: bool) -> Row:
    age = "no key yet" if key.made_at is None else _days(now - key.made_at)
    label = f"Key of {key.name}" if key.level is KeyLevel.PARTITION else _words(key.level)
    if key.due_at is None or key.made_at is None:
        return Row(key, label, rotated, age, key.state, 0, "still")
    whole, rest = key.due_at - key.made_at, key.due_at - now
    if rest <= timedelta(0):
        return Row(key, label, rotated, age, f"due since {_days(-rest)}", 100, "bad")
    share = int(100 * rest / whole)
    return Row(key, label, rotated, age, f"{_days(rest)} left", share, _tone(rest))


def _tone(rest: timedelta) -> str:
    return "warn" if rest <= _SOON else ""


def _ages(ring: KeyRing, level: KeyLevel) -> tuple[str, str]:
    """Return after which time keys of a level are replaced: promised, and here."""
    promised, due = ring.promised.get(level), ring.due.get(level)
    return (
        "nothing is promised" if promised is None else f"after {_days(promised)}",
        "by command only" if due is None else f"after {_days(due)}",
    )


def _days(length: timedelta) -> str:
    days = length.days
    return "less than a day" if days < 1 else "1 day" if days == 1 else f"{days} days"


def _words(level: KeyLevel) -> str:
    match level:
        case KeyLevel.ROOT:
            return "Root key"
        case KeyLevel.PARTITION:
            return "Keys of a region and purpose"
        case KeyLevel.PERSON:
            return "Keys of people"
        case _:
            assert_never(level)
