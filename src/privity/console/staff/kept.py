"""What somebody typed, while they show their second factor again.

Invariants: it travels in the confirming form and is kept nowhere else: sealed, so that a page, a
proxy or another tab can neither read nor change it, and bound to the session that sent it, for a
quarter of an hour; secrets that were typed (passwords, codes) are not among it; coming back does
nothing by itself: who typed it sees it, and sends it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from privity.access.sessions import Session
from privity.access.staff import Role
from privity.console.people.forms import TOKEN
from privity.console.people.visitor import Form
from privity.errors import FormRefused, Tampered
from privity.model.words import Purpose, Region
from privity.vault.aead import Key, bound
from privity.vault.home_secrets import derive

FIELD = "kept"
LASTS = timedelta(minutes=15)
MOST_BYTES = 65_536
_SECRETS = frozenset({TOKEN, FIELD, "password", "current", "code", "answer"})
_LINE = 60
_CHOSEN = frozenset(each.value for kind in (Role, Region, Purpose) for each in kind)
"""What is chosen from lists, and shown so."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that waits: where it was sent to, and what was typed into it."""

    action: str
    fields: Mapping[str, Sequence[str]]

    @property
    def typed(self) -> tuple[tuple[str, Sequence[str], str], ...]:
        """Return each field: its name, its values, and what shows them: boxes, an area, a line."""
        return tuple((name, values, _shown(values)) for name, values in self.fields.items())


def _shown(values: Sequence[str]) -> str:
    if len(values) != 1 or values[0] in _CHOSEN:
        return "boxes"
    return "area" if len(values[0]) > _LINE or "\n" in values[0] else "line"


def of(action: str, sent: Form) -> Kept:
    """Return what is worth keeping of a form."""
    fields = {name: values for name, values in sent.fields.items() if name not in _SECRETS}
    return Kept(action, fields)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Seals and opens such forms. `secret`: from which the key is derived."""

    secret: bytes

    @property
    def _key(self) -> Key:
        return Key(derive(self.secret, "kept"))

    def sealed(self, session: Session, kept: Kept, now: datetime) -> str:
        """Return what the confirming form carries; empty where nothing was typed, or too much."""
        said = {"action": kept.action, "fields": dict(kept.fields), "at": int(now.timestamp())}
        body = orjson.dumps(said)
        if not kept.fields or len(body) > MOST_BYTES:
            return ""
        return urlsafe_b64encode(self._key.seal(body, _place(session))).decode()

    def opened(self, session: Session, sealed: str, now: datetime) -> Kept | None:
        """Return what a confirming form carried, or None if nothing. Raises FormRefused."""
        if not sealed:
            return None
        try:
            said = orjson.loads(self._key.unseal(urlsafe_b64decode(sealed), _place(session)))
        except (ValueError, Tampered):
            raise FormRefused(_NONE) from None  # whatever a hostile browser sent, it is not quoted
        if not timedelta(0) <= now - datetime.fromtimestamp(said["at"], now.tzinfo) < LASTS:
            raise FormRefused(_NONE)
        return Kept(said["action"], said["fields"])


_NONE = "what was typed before is too old, or not of this session; open the page again"


def _place(session: Session) -> bytes:
    return bound("privity staff kept 1", session.digest)
