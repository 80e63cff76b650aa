"""The body of a request to anything but a provider's endpoint: as large and as slow as it may be.

Invariants: from the first look at a body until its end no more than so many seconds pass, however
it trickles in, and no more than so many bytes; what reads it is told by an error and answers in its
own shape; after the end nothing is bounded, as an answer may take long.
"""

from __future__ import annotations

import asyncio

from privity.errors import TooLarge, TooSlow
from privity.gateway.answering import Message, Receive


class Arriving:
    """A `receive` of ASGI within bounds, for one request."""

    __slots__ = ("_deadline", "_done", "_most", "_receive", "_seconds", "_size")

    def __init__(self, receive: Receive, most: int, seconds: float) -> None:
        self._receive = receive
        self._most = most
        self._seconds = seconds
        self._deadline: float | None = None
        self._done = False
        self._size = 0

    async def __call__(self) -> Message:
        """Return the next part. Raises TooSlow, TooLarge."""
        if self._done:
            return await self._receive()
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            detail = f"the body did not arrive within {self._seconds:g} seconds"
            raise TooSlow(detail) from None  # it says nothing more
        self._size += len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._size > self._most:
            detail = f"the body is larger than {self._most} bytes"
            raise TooLarge(detail)
        return message
