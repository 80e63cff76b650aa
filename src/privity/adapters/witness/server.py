"""The witness's two addresses over HTTP: `POST /add-checkpoint` and `GET /healthz`.

Invariants: a request is bounded; what cannot be stored is not answered with a cosignature. Nothing
here is secret or about a person: checkpoints and cosignatures are signed, and meant to be shown.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from privity.adapters.witness.book import Book

MAX_BYTES = 65_536


def application(book: Book, clock: Callable[[], datetime]) -> Starlette:
    """Return the ASGI application of a witness."""

    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MAX_BYTES:
                return PlainTextResponse("the request is too large\n", 413)
        try:
            reply = await asyncio.to_thread(book.add, body, clock())
        except OSError:
            return PlainTextResponse("the checkpoint could not be stored\n", 503)
        return Response(reply.body, reply.status, media_type=reply.kind)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/healthz", healthz, methods=["GET"]),
        ]
    )


def serve(app: Starlette, opened: socket.socket, context: ssl.SSLContext | None) -> None:
    """Serve until a signal says to stop."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="none",
        limit_concurrency=256,
        timeout_graceful_shutdown=5,
        ssl_context_factory=None if context is None else lambda _, __: context,
    )
    uvicorn.Server(config).run([opened])
