"""The one declaration: a policy is practices, a practice is clauses.

Every kind of clause is read in exactly three places: `policy/decide.py` (may this happen?),
`policy/notice.py` (what do we tell people?) and `policy/evidence.py` (how do we prove it?).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

from privity.model.words import (
    Category,
    Consent,
    Media,
    PracticeId,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownAge,
    UnknownFields,
)

PolicyAge: TypeAlias = Literal[13, 16, 18]
"""The ages a policy can name: 16 CFR 312.2 (COPPA), GDPR article 8(1), full age."""


@dataclass(frozen=True, slots=True)
class Collect:
    """These categories are treated in this way when text is used for this purpose."""

    purpose: Purpose
    categories: frozenset[Category]
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class Keep:
    """Minimized conversations for this purpose are kept sealed, and deleted after this time.

    `offered` are shorter times that a person may choose; that nothing is kept, they always may.
    """

    purpose: Purpose
    period: timedelta
    offered: frozenset[timedelta] = frozenset()


@dataclass(frozen=True, slots=True)
class Share:
    """This processor may receive minimized text for this purpose.

    `asked`: only as each person has decided; None: it is needed to serve anyone.
    """

    purpose: Purpose
    recipient: Recipient
    asked: Consent | None = None


@dataclass(frozen=True, slots=True)
class Train:
    """What is kept for this purpose may also make the assistant better, as each person decides."""

    purpose: Purpose
    asked: Consent


@dataclass(frozen=True, slots=True)
class Sample:
    """Staff may read samples of what is kept for this purpose, as each person decides."""

    purpose: Purpose
    asked: Consent


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
class Announce:
    """People who left an address hear of changes by mail, as each decides.

    `reading`: and when staff read a conversation of theirs.
    """

    asked: Consent
    reading: bool = False


@dataclass(frozen=True, slots=True)
class Minors:
    """Of people under this age nothing is kept or used further without a parent's proven consent.

    `unknown` says how people of unknown age are treated; `refuse`: minors are not served at all.
    """

    age: PolicyAge
    unknown: UnknownAge
    refuse: bool


@dataclass(frozen=True, slots=True)
class Rotate:
    """Keys are replaced at these ages: the root key, those of a region and purpose, a person's."""

    root: timedelta
    partition: timedelta
    person: timedelta


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
    | Train
    | Sample
    | Announce
    | Minors
    | Rotate
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
