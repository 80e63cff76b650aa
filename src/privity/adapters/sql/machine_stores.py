"""Tokens of machines inside one transaction: access.tokens.Machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, insert, select, true, update

from privity.access.staff import MachineId, Scope, StaffId
from privity.access.tokens import Token
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.machine_tables import machine
from privity.adapters.sql.pending import Pending


class SqlMachines:
    """access.tokens.Machines."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def put(self, token: Token) -> None:
        """Store a token."""
        values = _row(token)
        change = update(machine).where(machine.c.id == token.id)
        if not self._pending.direct().execute(change.values(**values)).rowcount:
            self._pending.direct().execute(insert(machine).values(**values))

    def get(self, name: MachineId) -> Token | None:
        """Return a token, or None."""
        return next(iter(self._some(machine.c.id == name)), None)

    def by_digest(self, digest: str) -> Token | None:
        """Return the token of this digest, or None."""
        return next(iter(self._some(machine.c.digest == digest)), None)

    def all(self) -> tuple[Token, ...]:
        """Return every token, oldest first."""
        return self._some(true())

    def _some(self, which: ColumnElement[bool]) -> tuple[Token, ...]:
        query = select(machine).where(which).order_by(machine.c.made_at, machine.c.id)
        return tuple(map(_token, self._pending.direct().execute(query).mappings()))


def _row(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": " ".join(sorted(token.scopes)),
        "digest": token.digest,
        "made_by": token.made_by,
        "made_at": to_ticks(token.made_at),
        "ends_at": to_ticks(token.ends_at),
        "revoked_at": _maybe(token.revoked_at),
        "used_at": _maybe(token.used_at),
    }


def _maybe(at: datetime | None) -> int | None:
    return None if at is None else to_ticks(at)


def _token(row: RowMapping) -> Token:
    revoked, used = row["revoked_at"], row["used_at"]
    return Token(
        MachineId(row["id"]),
        row["name"],
        frozenset(map(Scope, row["scopes"].split())),
        row["digest"],
        StaffId(row["made_by"]),
        from_ticks(row["made_at"]),
        from_ticks(row["ends_at"]),
        None if revoked is None else from_ticks(revoked),
        None if used is None else from_ticks(used),
    )
