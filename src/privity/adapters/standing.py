"""How keys stand: their age, when they are due, and what needs them.

Invariant: looking changes nothing and shows no key, wrapped or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from privity.adapters.home import Home
from privity.adapters.rotating import SecretsFile
from privity.adapters.sql.rotation import KeyCounts
from privity.vault.home_secrets import wrapped_parts


@dataclass(frozen=True, slots=True)
class KeyState:
    """One version of a key; for people, the oldest of all their keys, none of them named.

    `uses`: how many keys it wraps; for people, the most records under one of their keys. `state`:
    `in use`, `due`, or `replaced` (what is under it moves to the newest, then it is destroyed).
    """

    kind: str
    name: str
    version: str
    made_at: datetime | None
    due_at: datetime | None
    uses: int
    state: str


def key_states(home: Home, now: datetime) -> tuple[KeyState, ...]:
    """Return how the keys of a home stand. Raises KeyStoreUnavailable, DatabaseUnavailable."""
    with home.journal.reader.snapshot() as snapshot:
        counts = snapshot.keys()
    return (*_roots(home, counts, now), *_partitions(home, counts, now), _people(home, counts, now))


def _people(home: Home, counts: KeyCounts, now: datetime) -> KeyState:
    """Return the state of the oldest of people's keys."""
    due = _due(counts.oldest, home.settings.keys.person_days)
    state = _state(due, now, newest=True)
    return KeyState("people", "all", "-", counts.oldest, due, counts.sealed, state)


def _roots(home: Home, counts: KeyCounts, now: datetime) -> list[KeyState]:
    custodian = home.custodian
    wrapped = [key.wrapped for key in counts.partitions]
    wrapped += wrapped_parts(SecretsFile(home.settings.folder).read())
    under = [custodian.version_of(each) for each in wrapped]
    versions = custodian.versions()
    states = []
    for version in versions:
        newest = version is versions[-1]
        due = _due(version.made_at, home.settings.keys.root_days) if newest else None
        state = _state(due, now, newest=newest)
        uses = under.count(version.name)
        states.append(KeyState("root", "-", version.name, version.made_at, due, uses, state))
    return states


def _partitions(home: Home, counts: KeyCounts, now: datetime) -> list[KeyState]:
    newest = {(key.region, key.purpose): key.version for key in counts.partitions}
    states = []
    for key in counts.partitions:
        latest = newest[key.region, key.purpose] == key.version
        due = _due(key.made_at, home.settings.keys.partition_days) if latest else None
        uses = counts.wrapped.get((key.region, key.purpose, key.version), 0)
        name = f"{key.region.value}/{key.purpose.value}"
        state = _state(due, now, newest=latest)
        made = KeyState("partition", name, str(key.version), key.made_at, due, uses, state)
        states.append(made)
    return states


def _due(made_at: datetime | None, days: int) -> datetime | None:
    return None if made_at is None or not days else made_at + timedelta(days=days)


def _state(due: datetime | None, now: datetime, *, newest: bool) -> str:
    if not newest:
        return "replaced"
    return "due" if due is not None and due <= now else "in use"
