"""The name of an exchange: when it began, and enough chance that no other has it.

Invariant: the time in a name says where in the log to look, and nothing else is read from it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from privity.model.words import RequestId

RANDOM_BYTES = 8
_NAME = re.compile(r"pvr_([0-9a-f]{12})[0-9a-f]{16}")


def request_id(at: datetime, random: bytes) -> RequestId:
    """Return a name from a time and 8 random bytes."""
    return RequestId(f"pvr_{round(at.timestamp() * 1000):012x}{random.hex()}")


def began(request: str) -> datetime | None:
    """Return when an exchange of this name began, to the millisecond; None if it is no name."""
    found = _NAME.fullmatch(request)
    if found is None:
        return None
    try:
        return datetime.fromtimestamp(int(found[1], 16) / 1000, UTC)
    except (OverflowError, ValueError):
        return None
