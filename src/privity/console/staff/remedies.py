"""What somebody can do in the console about a page that was refused.

Invariant: where the console has a remedy of its own, no command line is named; what remains says
who can help.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from starlette.requests import Request

from privity.access.desk import TRAINING_OWED
from privity.console.staff import joining, training
from privity.errors import (
    AccessDenied,
    BadInput,
    PrivityError,
    RateLimited,
    RequestState,
    RequestUnknown,
)

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, and a page that helps (empty: none) with what its link says."""

    says: str
    path: str = ""
    label: str = ""


def remedy(error: PrivityError, request: Request) -> Remedy:
    """Return what to do about an error that answers a request."""
    if isinstance(error, AccessDenied):
        return _denied(error, request)
    if isinstance(error, RateLimited) and error.again_in:
        minutes = ceil(error.again_in / _MINUTE)
        return Remedy(f"Wait {minutes} minute{'s' if minutes != 1 else ''}; then try again.")
    if isinstance(error, BadInput):
        sent = request.method == "POST"
        return Remedy(
            "Go back, mend what you sent, and send it again." if sent else "Check the address."
        )
    if isinstance(error, RequestUnknown):
        return Remedy("Check the id; the inbox lists the requests that are open.")
    if isinstance(error, RequestState):
        return Remedy("Look at it again in the inbox; a closed request stays closed.")
    return Remedy(error.remedy)


def _denied(error: AccessDenied, request: Request) -> Remedy:
    if request.url.path.startswith(joining.PATH):
        return Remedy("Ask who invited you for a new link.")
    if error.detail == TRAINING_OWED:
        return Remedy("They open as soon as you have taken them.", training.PATH, "To your courses")
    return Remedy("Ask an administrator if your work needs it.")
