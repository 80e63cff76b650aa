"""The floor: the least that a gateway in this language does. Raw ASGI in, aiohttp out, no thought.

Run as `uvicorn bench.floor:app`; the upstream's address is in `FLOOR_UPSTREAM`.
"""

import os
from typing import Any

import aiohttp

PASS = (b"content-type", b"authorization", b"x-api-key", b"anthropic-version")


class Floor:
    """An ASGI program that passes bytes on."""

    def __init__(self) -> None:
        """Remember where to send them; connect on the first request."""
        self.upstream = os.environ.get("FLOOR_UPSTREAM", "")
        self.session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass one request on, and its answer back."""
        if scope["type"] != "http":
            return
        if scope["path"] == "/readyz":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if self.session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self.session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        headers = {k.decode(): v.decode() for k, v in scope["headers"] if k in PASS}
        url = self.upstream + scope["path"]
        async with self.session.request(scope["method"], url, data=body, headers=headers) as answer:
            kind = answer.headers.get("content-type", "application/json").encode()
            head = [(b"content-type", kind)]
            await send({"type": "http.response.start", "status": answer.status, "headers": head})
            async for part in answer.content.iter_any():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


app = Floor()
