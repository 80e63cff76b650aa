"""The pages for people, built from open stores when the first of them is asked for.

Invariant: what the pages need (languages, templates) is loaded with the first request, in a thread,
so that a server that nobody visits does not hold it and no message waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Lazily:
    """An ASGI application that is made when it is first asked."""

    __slots__ = ("_app", "_lock", "_make")

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app: ASGIApp | None = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        async with self._lock:
            if self._app is None:
                self._app = await asyncio.to_thread(self._make)
        await self._app(scope, receive, send)
