"""What the log says, as flat rows that rules can be written about.

Invariants: a row is made of an entry's codes, references and counts and of nothing else, so it
holds no text of a person; entries of a known event always give a row or are counted, never an
error; bytes that are no entry are LogCorrupt and nothing else, so that who follows can go on;
`entry` is the place in the log, so that whoever reads an alert can look there.

Source: OCSF (schema.ocsf.io), whose classes the rows are of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import orjson

from privity.errors import LogCorrupt

NOWHERE = -1
"""The `entry` of a row that was derived from several entries."""
NOBODY = "nobody"
_LATEST = 253_402_300_799_000
"""The end of the year 9999, in milliseconds."""
_MOST_COUNTED = 2**53


class Class(IntEnum):
    """The classes of OCSF that are used."""

    DETECTION_FINDING = 2004
    ACCOUNT_CHANGE = 3001
    AUTHENTICATION = 3002
    API_ACTIVITY = 6003
    DATASTORE_ACTIVITY = 6005


_AUTHENTICATION = frozenset(
    {"staff.signed_in", "staff.proved", "staff.signed_out", "staff.refused", "staff.locked"}
)
_DATASTORE = frozenset(
    {
        "conversation.read",
        "data.exported",
        "pages.opened",
        "records.swept",
        "records.deleted",
        "subject.erased",
        "subject.removed",
        "backup.made",
        "backup.restored",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened. Times in seconds since 1970; None: does not apply.

    `actor_kind` is staff, app, machine or service; `status` success or failure. What an observer
    adds: `hours` (team or off), `known` (1: this actor did it like this before, 0: never, though
    they did it otherwise), `honey` (1: a honey record), `recent` (how many in ten minutes), `usual`
    and `most` (what was expected of a volume, and above what it is unusual).
    """

    entry: int
    at: float
    event: str
    class_uid: int
    actor: str
    actor_kind: str
    status: str
    request: str | None = None
    account: str | None = None
    subject: str | None = None
    conversation: str | None = None
    app: str | None = None
    purpose: str | None = None
    code: str | None = None
    action: str | None = None
    rule: str | None = None
    roles: str | None = None
    factor: str | None = None
    source: str | None = None
    grant_id: str | None = None
    version: str | None = None
    count: int | None = None
    seconds: int | None = None
    hours: str | None = None
    known: int | None = None
    honey: int | None = None
    recent: int | None = None
    usual: int | None = None
    most: int | None = None


COLUMNS = tuple(field.name for field in fields(Row))
"""The fields that a rule may name."""


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as it was read: its place, when it was, and what it says."""

    entry: int
    at: float
    event: str
    said: Mapping[str, Any]
    facts: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """Return a reference or name that the entry holds, or None."""
        value = self.said.get(name)
        return value if isinstance(value, str) else None

    def fact(self, name: str) -> str | None:
        """Return a code among the facts, or None."""
        value = self.facts.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> int | None:
        """Return a count among the facts, or None."""
        value = self.facts.get(name)
        return value if isinstance(value, int) and abs(value) < _MOST_COUNTED else None


def read(entry: int, body: bytes) -> Read:
    """Return the entry at a place in the log, from its canonical bytes. Raises LogCorrupt."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        said = None
    match said:
        case {"at": int(at), "event": str(event)} if 0 <= at <= _LATEST:
            facts = said.get("facts", {})
            if isinstance(facts, dict):
                return Read(entry, at / 1000, event, said, facts)
    message = f"entry {entry} cannot be read"
    raise LogCorrupt(message)


def says_nothing(body: bytes) -> bool:
    """Say whether an entry is the end of an exchange that went well: half of a log, and no row."""
    return b'"event":"exchange.ended"' in body and b'"code":"ok"' in body


def class_of(event: str) -> Class:
    """Return the class of an event."""
    subject = event.partition(".")[0]
    if event in _AUTHENTICATION:
        return Class.AUTHENTICATION
    if subject in {"staff", "factor"}:
        return Class.ACCOUNT_CHANGE
    if event in _DATASTORE:
        return Class.DATASTORE_ACTIVITY
    if subject == "alert":
        return Class.DETECTION_FINDING
    return Class.API_ACTIVITY


def row(of: Read) -> Row:
    """Return an entry as a row."""
    actor, kind = _actor(of)
    return Row(
        of.entry,
        of.at,
        of.event,
        class_of(of.event).value,
        actor,
        kind,
        _status(of),
        of.text("request"),
        of.fact("account"),
        of.text("subject"),
        of.text("conversation"),
        of.text("app"),
        of.text("purpose") or of.fact("purpose"),
        of.fact("code"),
        of.fact("action") or of.fact("act") or of.fact("key"),
        of.fact("rule"),
        of.fact("roles"),
        of.fact("factor"),
        of.fact("source"),
        of.fact("grant"),
        of.fact("version"),
        of.number("count"),
        of.number("step_seconds"),
    )


def _actor(of: Read) -> tuple[str, str]:
    if by := of.fact("by"):
        return by, "staff"
    if machine := of.fact("machine"):
        return machine, "machine"
    if account := of.fact("account"):
        return account, "staff"
    if app := of.text("app"):
        return app, "app"
    return (NOBODY, "staff") if of.event in _AUTHENTICATION else ("service", "service")


def _status(of: Read) -> str:
    last = of.event.rpartition(".")[2]
    code = of.fact("code") or "ok"
    failed = last in {"refused", "denied", "locked", "failed", "given_up"} or code != "ok"
    return "failure" if failed else "success"
