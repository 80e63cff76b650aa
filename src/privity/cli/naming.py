"""How a command names a person: as their application does, or by their reference in the log."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from privity.access.app_keys import LOCAL, app_name
from privity.adapters.home import Home
from privity.errors import BadInput
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import AppId, SubjectRef


@dataclass(frozen=True, slots=True, repr=False)
class Named:
    """What was given: a person (`-`: read from stdin) and their application, or a reference."""

    person: str
    app: str
    subject: str


def subject_named(home: Home, given: Named) -> SubjectRef:
    """Return the reference of a person. Raises BadInput unless one of the two ways was used."""
    if bool(given.person) == bool(given.subject):
        message = "name a person and their application, or give their reference with --subject"
        raise BadInput(message)
    if given.subject:
        return SubjectRef(given.subject)
    where = AppId(given.app) if given.app == LOCAL else app_name(given.app)
    read = given.person == "-"
    named = typer.get_text_stream("stdin").read().strip("\n") if read else given.person
    return SubjectRef(reference(home.secrets.references, "person", where, Raw(named)))
