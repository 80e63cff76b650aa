"""`GET /privity/receipts/{id}`: the receipt of an exchange, for the application that had it.

Invariants: nobody learns of another application's exchange, not even that there was one; nothing is
looked up for a caller that is not known.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from privity.errors import ReceiptUnknown
from privity.gateway.headers import Headers
from privity.gateway.identify import AppKeys, caller
from privity.model.request import began
from privity.model.words import AppId, RequestId

PATH = "/privity/receipts/"
HEADER = "x-privity-receipt"
Find: TypeAlias = Callable[[RequestId, AppId], Awaitable[bytes | None]]


class Receipts:
    """Answers with receipts. `find` gives the one of an exchange that this application had."""

    __slots__ = ("_apps", "_find", "_local")

    def __init__(self, apps: AppKeys, find: Find, *, local: bool) -> None:
        self._apps = apps
        self._find = find
        self._local = local

    async def __call__(self, headers: Headers, name: str) -> bytes:
        """Return a receipt. Raises Unauthenticated, ReceiptUnknown, OperatorErrors."""
        who = caller(headers, self._apps, local=self._local)
        found = None if began(name) is None else await self._find(RequestId(name), who.app)
        if found is None:
            message = "the log has no exchange of this id for this application"
            raise ReceiptUnknown(message)
        return found


def asked(headers: Headers) -> bool:
    """Say whether a request asks for the address of its receipt."""
    return headers.get(HEADER) == "1"
