"""The canonical form of a policy, and its digest.

Invariants: two files that mean the same give the same bytes, whatever their comments, spaces and
order; two policies that differ in anything a person could notice give different bytes. What is at
its default is left out, so that a policy from before it could be said keeps its digest. The form is
RFC 8785 in what it uses: sorted keys, no spaces, UTF-8, only strings, integers and lists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from enum import Enum

import orjson

from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Announce,
    Clause,
    Collect,
    Keep,
    Minors,
    NeverInfer,
    NeverShare,
    NeverUse,
    Policy,
    Reside,
    Rotate,
    Sample,
    Share,
    Train,
)
from privity.model.words import PracticeId, Purpose, Recipient, Treatment

_KINDS = (
    Collect,
    Keep,
    Reside,
    Share,
    AcceptMedia,
    AcceptUnknown,
    NeverUse,
    NeverShare,
    NeverInfer,
    Train,
    Sample,
    Announce,
    Minors,
    Rotate,
)


@dataclass(frozen=True, slots=True)
class Title:
    """Which version of whose promises this is, and where to write to."""

    version: str
    controller: str
    contact: str


def compose(title: Title, clauses: Iterable[tuple[PracticeId, Clause]]) -> Policy:
    """Make a policy of its parts: clauses in canonical order, and the digest of it all."""
    ordered = tuple(sorted(set(clauses), key=_place))
    digest = hashlib.sha256(canonical(title, ordered)).hexdigest()
    return Policy(title.version, title.controller, title.contact, ordered, digest)


def canonical(title: Title | Policy, clauses: Iterable[tuple[PracticeId, Clause]]) -> bytes:
    """Return the bytes that the digest is made of: JSON."""
    body = {
        "version": title.version,
        "controller": title.controller,
        "contact": title.contact,
        "clauses": [
            {"practice": practice, "clause": type(clause).__name__, **_parts(clause)}
            for practice, clause in clauses
        ],
    }
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def _place(placed: tuple[PracticeId, Clause]) -> tuple[int, str, int, bytes]:
    """Order by purpose, practice, kind of clause, and content."""
    practice, clause = placed
    purpose = getattr(clause, "purpose", None)
    treatment = getattr(clause, "treatment", None)
    first = list(Purpose).index(purpose) if isinstance(purpose, Purpose) else len(Purpose)
    kind = _KINDS.index(type(clause)) * len(Treatment)
    if isinstance(treatment, Treatment):
        kind += list(Treatment).index(treatment)
    return first, practice, kind, orjson.dumps(_parts(clause), option=orjson.OPT_SORT_KEYS)


def _parts(value: Clause | Recipient) -> dict[str, object]:
    return {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if field.default is MISSING or getattr(value, field.name) != field.default
    }


def _plain(value: object) -> object:
    match value:
        case Enum():
            return str(value.value)
        case str():
            return value
        case int():
            return int(value)
        case timedelta():
            return value // timedelta(microseconds=1)
        case frozenset():
            return sorted(str(_plain(member)) for member in value)
        case Recipient():
            return _parts(value)
        case _:
            msg = f"a clause holds a {type(value).__name__}, which has no canonical form"
            raise TypeError(msg)
