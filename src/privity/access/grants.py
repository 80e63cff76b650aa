"""Break-glass: reading one conversation, for a reason, with another's consent, for minutes.

Invariants: who asks and who approves are two people in two sessions; a grant is for one reader and
one conversation, lasts 15 to 60 minutes from its approval and never longer; what was refused, ended
or over stays so. Nothing is read before the log says that it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from privity.access.staff import Granted, GrantId, StaffId
from privity.errors import AccessDenied, BadInput
from privity.model.words import ConversationRef, Purpose, Region

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(minutes=60)
WAITS = timedelta(hours=24)
"""How long a request waits for somebody to decide."""
MOST_WORDS = 500
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._#/-]{0,39}")
PURPOSES = frozenset({Purpose.RIGHTS, Purpose.REVIEW, Purpose.SECURITY})


class Stage(StrEnum):
    """How far a request for access is."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


class Standing(StrEnum):
    """How a request stands at a moment, as people speak of it."""

    WAITING = "waiting"
    OPEN = "open"
    OVER = "over"
    LAPSED = "lapsed"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Request:
    """A request for access, and what became of it.

    `reason` is what the reader says to the approver: sealed where it is stored, and not in the log,
    which has `ticket`. `session` is the digest of the session in which it was asked.
    """

    id: GrantId
    reader: StaffId
    session: str
    conversation: ConversationRef
    region: Region
    purpose: Purpose
    ticket: str
    reason: str
    lasts: timedelta
    asked_at: datetime
    stage: Stage = Stage.ASKED
    approver: StaffId | None = None
    decided_at: datetime | None = None


def checked(request: Request) -> Request:
    """Return a request as it may be stored. Raises BadInput with what to mend."""
    wrong = [
        said
        for said, right in (
            ("say why, in up to 500 characters", 0 < len(request.reason.strip()) <= MOST_WORDS),
            ("name the ticket as a code, up to 40 letters and digits", _is_code(request.ticket)),
            ("ask for 15 to 60 minutes", SHORTEST <= request.lasts <= LONGEST),
            ("name a purpose of reading", request.purpose in PURPOSES),
        )
        if not right
    ]
    if wrong:
        raise BadInput("; ".join(wrong))
    return request


def approve(request: Request, by: StaffId, session: str, now: datetime) -> Request:
    """Return the request, granted from now on. Raises AccessDenied, or BadInput if decided."""
    if by == request.reader or session == request.session:
        message = "somebody else approves it, in a session of their own"
        raise AccessDenied(message)
    waiting = _waiting(request, now)
    return replace(waiting, stage=Stage.APPROVED, approver=by, decided_at=now)


def refuse(request: Request, by: StaffId, now: datetime) -> Request:
    """Return the request, refused. Raises BadInput if it is decided."""
    return replace(_waiting(request, now), stage=Stage.REFUSED, approver=by, decided_at=now)


def end(request: Request) -> Request:
    """Return the request, ended before its time; again changes nothing. Raises BadInput."""
    if request.stage is Stage.REFUSED:
        message = "this request was refused"
        raise BadInput(message)
    return replace(request, stage=Stage.ENDED)


def granted(request: Request, now: datetime) -> Granted | None:
    """Return the grant as the rules of access see it, or None when there is none now."""
    if (
        request.stage is not Stage.APPROVED
        or request.approver is None
        or request.decided_at is None
    ):
        return None
    left = request.decided_at + request.lasts - now
    if not timedelta(0) < left <= request.lasts:
        return None
    return Granted(
        request.id,
        request.reader,
        request.approver,
        request.conversation,
        request.region,
        int(left.total_seconds()),
    )


def standing(request: Request, now: datetime) -> tuple[Standing, datetime | None]:
    """Return how a request stands now, and until when that holds where it ends by itself."""
    match request.stage:
        case Stage.ASKED:
            until = request.asked_at + WAITS
            waits = timedelta(0) <= now - request.asked_at < WAITS
            return (Standing.WAITING if waits else Standing.LAPSED), until
        case Stage.APPROVED:
            since = request.decided_at or request.asked_at
            is_open = granted(request, now) is not None
            return (Standing.OPEN if is_open else Standing.OVER), since + request.lasts
        case Stage.REFUSED:
            return Standing.REFUSED, None
        case Stage.ENDED:
            return Standing.ENDED, None
        case _:
            assert_never(request.stage)


def _is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text))


def _waiting(request: Request, now: datetime) -> Request:
    if request.stage is not Stage.ASKED or not timedelta(0) <= now - request.asked_at < WAITS:
        message = "this request is decided, or too old; ask anew"
        raise BadInput(message)
    return request
