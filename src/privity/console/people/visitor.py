"""Who asks: the person behind a session, and one request of theirs, parsed once.

Invariants: the person comes from the session and from nowhere else; a `PersonRequest` of a form
exists only after its token was checked (`forms.read_form`); `fresh` is true only for a few minutes
after the person showed who they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from privity.model.words import AppId, Language, Purpose, Region, SubjectRef

FRESH_FOR = timedelta(minutes=5)
"""For how long after a sign-in a person may delete and download."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as one application names them, and what that application uses data for.

    `region` is the one that their application states, where it states one.
    """

    subject: SubjectRef
    app: AppId
    purpose: Purpose
    region: Region | None


@dataclass(frozen=True, slots=True)
class Session:
    """A person's visit: who, since when they are known to be it, and until when it lasts.

    `id` is random and never shown; a form's token is derived from it.
    """

    id: str
    person: Person
    authenticated_at: datetime
    ends: datetime

    def fresh(self, now: datetime) -> bool:
        """Say whether the person showed who they are within the last minutes."""
        return timedelta() <= now - self.authenticated_at < FRESH_FOR


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent: each field's values, in the order of the form."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return the only value of a field; empty if there is none or more than one."""
        values = self.fields.get(name, ())
        return values[0].strip() if len(values) == 1 else ""

    def exact(self, name: str) -> str:
        """Return the only value of a field to the letter, as a password is typed; else empty."""
        values = self.fields.get(name, ())
        return values[0] if len(values) == 1 else ""

    def all(self, name: str) -> Sequence[str]:
        """Return every value of a field."""
        return self.fields.get(name, ())


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """One request of a person who is signed in.

    `path` holds the parts of the address that a route names, `query` the rest; `form` what was
    sent with its token; `token` is what their next form must carry.
    """

    session: Session
    language: Language
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Form
    token: str

    @property
    def who(self) -> Person:
        """The person."""
        return self.session.person

    @property
    def fresh(self) -> bool:
        """Whether the person showed who they are within the last minutes."""
        return self.session.fresh(self.now)
