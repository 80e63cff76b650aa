"""The one declaration: a policy is practices, a practice is clauses.

Every kind of clause is read in exactly three places: `policy/decide.py` (may this happen?),
`policy/notice.py` (what do we tell people?) and `policy/evidence.py` (how do we prove it?).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from privity.model.words import (
    Category,
    Media,
    PracticeId,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownFields,
)


@dataclass(frozen=True, slots=True)
class Collect:
    """These categories are treated in this way when text is used for this purpose."""

    purpose: Purpose
    categories: frozenset[Category]
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class Keep:
    """Minimized conversations for this purpose are kept sealed, and deleted after this time."""

    purpose: Purpose
    period: timedelta


@dataclass(frozen=True, slots=True)
class Share:
    """This processor may receive minimized text for this purpose."""

    purpose: Purpose
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Reside:
    """What is kept for this purpose is stored in these regions only, each person's in their own.

    `region` is the one of people for whom the application states none; `others` are the further
    ones.
    """

    purpose: Purpose
    region: Region
    others: frozenset[Region] = frozenset()


@dataclass(frozen=True, slots=True)
class AcceptMedia:
    """These kinds of unscannable content may pass; an empty set means that none may."""

    purpose: Purpose
    media: frozenset[Media]


@dataclass(frozen=True, slots=True)
class AcceptUnknown:
    """What happens to fields that privity does not know."""

    purpose: Purpose
    rule: UnknownFields


@dataclass(frozen=True, slots=True)
class NeverUse:
    """Nothing is ever done for these purposes."""

    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class NeverShare:
    """These recipients (by name) never receive anything, whatever else is said."""

    recipients: frozenset[str]


@dataclass(frozen=True, slots=True)
class NeverInfer:
    """No component may derive these categories."""

    categories: frozenset[Category]


Clause: TypeAlias = (
    Collect
    | Keep
    | Share
    | Reside
    | AcceptMedia
    | AcceptUnknown
    | NeverUse
    | NeverShare
    | NeverInfer
)


@dataclass(frozen=True, slots=True)
class Policy:
    """A versioned set of clauses, with who is responsible for them.

    `digest` is the SHA-256 (hex) of the canonical form of everything above it; it stands in
    every audit entry.
    """

    version: str
    controller: str
    contact: str
    clauses: tuple[tuple[PracticeId, Clause], ...]
    digest: str
