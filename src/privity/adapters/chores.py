"""What a serving process does beside requests goes on, whatever goes wrong in it.

Invariants: a chore that fails in a way that it does not expect is reported, by the code of a known
error or by the place of a defect and never by its message, and begins again after a pause; one that
is done is not begun again; the others do not notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from privity.errors import PrivityError
from privity.gateway.report import Line, Report, where

PAUSE_SECONDS = 60.0
Chore: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
"""What begins a chore."""


async def kept_up(chore: Chore, report: Report, pause: float = PAUSE_SECONDS) -> None:
    """Do a chore until it is done or cancelled. `pause`: seconds after each failure."""
    while True:
        try:
            await chore()
        except Exception as error:  # noqa: BLE001 - said by place; the chore goes on
            report(Line.CHORE_FAILED, failure(error))
        else:
            return
        await asyncio.sleep(pause)


def failure(error: Exception) -> dict[str, str]:
    """Return what is said of a failure: its code, and its place if it is a defect."""
    if isinstance(error, PrivityError):
        return {"code": error.code}
    return {"code": PrivityError.code, "where": where(error)}
