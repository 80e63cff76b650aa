"""What a token of a machine is, and where tokens are kept.

Invariants: a token has scopes from the closed list and an end within a year; it is kept as a keyed
digest, so that what is stored lets nobody in. Loading this loads no rules: the stores load it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from privity.access.staff import Machine, MachineId, Scope, StaffId
from privity.errors import BadInput
from privity.vault.home_secrets import derive

LONGEST = timedelta(days=365)
PREFIX = "privity_machine_"
"""What a token begins with, so that tools that look for leaked secrets know it."""
OPERATOR = StaffId("")
"""Who works on the command line of the home."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}")


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `digest`: keyed, of its secret; `made_by` is empty for the command line."""

    id: MachineId
    name: str
    scopes: frozenset[Scope]
    digest: str
    made_by: StaffId
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    def machine(self, now: datetime) -> Machine:
        """Return the token as the rules of access see it."""
        return Machine(self.id, self.scopes, self.holds(now))

    def holds(self, now: datetime) -> bool:
        """Say whether it is good for anything now."""
        return self.revoked_at is None and self.made_at <= now < self.ends_at


class Machines(Protocol):
    """Tokens, inside one transaction."""

    def put(self, token: Token) -> None:
        """Store a token, in the place of the one with its id if there is one."""
        ...

    def get(self, name: MachineId) -> Token | None:
        """Return a token, or None."""
        ...

    def by_digest(self, digest: str) -> Token | None:
        """Return the token of this digest, or None."""
        ...

    def all(self) -> tuple[Token, ...]:
        """Return every token, oldest first."""
        ...


def digest_of(secret: bytes, token: str) -> str:
    """Return what is stored of a token. `secret` is the one of the staff's console."""
    return derive(secret, "machine", token[:200]).hex()


def checked(token: Token) -> Token:
    """Return a token as it may be stored. Raises BadInput."""
    wrong = [
        said
        for said, right in (
            ("name it in up to 60 letters, digits, spaces and . _ -", _is_name(token.name)),
            ("say what it is good for", bool(token.scopes)),
            ("end it within a year", timedelta(0) < token.ends_at - token.made_at <= LONGEST),
        )
        if not right
    ]
    if wrong:
        raise BadInput("; ".join(wrong))
    return token


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None
