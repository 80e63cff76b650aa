"""How keys stand: their age, when they are due, and what needs them.

Invariant: looking changes nothing and shows no key, wrapped or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from privity.adapters.home import IN_FORCE, Home, read_policy
from privity.adapters.rotating import SecretsFile, ages
from privity.adapters.sql.rotation import KeyCounts
from privity.model.words import KeyLevel
from privity.vault.home_secrets import wrapped_parts

REPLACED = "replaced"
LEVELS = {"root": KeyLevel.ROOT, "partition": KeyLevel.PARTITION, "people": KeyLevel.PERSON}


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
    policy = read_policy(home.settings.home, IN_FORCE)
    due = Due(ages(home.settings.keys, policy), now)
    return (*_roots(home, counts, due), *_partitions(counts, due), _people(counts, due))


def oldest_keys(home: Home, now: datetime) -> Mapping[KeyLevel, timedelta]:
    """Return the age of the oldest key in use at each level, where it is known.

    Raises as key_states does.
    """
    found: dict[KeyLevel, timedelta] = {}
    for state in key_states(home, now):
        if state.state != REPLACED and state.made_at is not None:
            level = LEVELS[state.kind]
            found[level] = max(now - state.made_at, found.get(level, timedelta()))
    return found


@dataclass(frozen=True, slots=True)
class Due:
    """At which age keys of each level are due, seen at a time."""

    ages: Mapping[KeyLevel, timedelta]
    now: datetime

    def at(self, level: KeyLevel, made_at: datetime | None) -> datetime | None:
        """Return when a key is due; None: never, or nobody knows how old it is."""
        age = self.ages.get(level)
        return None if made_at is None or age is None else made_at + age

    def state(self, due: datetime | None) -> str:
        """Return the state of a key that is not replaced."""
        return "due" if due is not None and due <= self.now else "in use"


def _people(counts: KeyCounts, due: Due) -> KeyState:
    """Return the state of the oldest of people's keys."""
    at = due.at(KeyLevel.PERSON, counts.oldest)
    return KeyState("people", "all", "-", counts.oldest, at, counts.sealed, due.state(at))


def _roots(home: Home, counts: KeyCounts, due: Due) -> list[KeyState]:
    custodian = home.custodian
    wrapped = [key.wrapped for key in counts.partitions]
    wrapped += wrapped_parts(SecretsFile(home.settings.folder).read())
    under = [custodian.version_of(each) for each in wrapped]
    versions = custodian.versions()
    states = []
    for version in versions:
        newest = version is versions[-1]
        at = due.at(KeyLevel.ROOT, version.made_at) if newest else None
        state = due.state(at) if newest else REPLACED
        uses = under.count(version.name)
        states.append(KeyState("root", "-", version.name, version.made_at, at, uses, state))
    return states


def _partitions(counts: KeyCounts, due: Due) -> list[KeyState]:
    newest = {(key.region, key.purpose): key.version for key in counts.partitions}
    states = []
    for key in counts.partitions:
        latest = newest[key.region, key.purpose] == key.version
        at = due.at(KeyLevel.PARTITION, key.made_at) if latest else None
        uses = counts.wrapped.get((key.region, key.purpose, key.version), 0)
        name = f"{key.region.value}/{key.purpose.value}"
        state = due.state(at) if latest else REPLACED
        made = KeyState("partition", name, str(key.version), key.made_at, at, uses, state)
        states.append(made)
    return states
