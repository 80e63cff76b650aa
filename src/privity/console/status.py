"""The addresses of the console: `/` (status), `/notice`, `/metrics`.

Invariants: nothing can be changed here; no page is stored by a browser or a proxy; who may see it
is decided before, by the gateway.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from privity.console.pages import Pages
from privity.console.view import StatusView


def build_console(view: StatusView) -> Starlette:
    """Return the console over what `view` sees."""
    pages = Pages()
    headers = {
        "content-security-policy": pages.security(),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }

    async def status(_: Request) -> Response:
        shown = pages.status(await view.status(), view.policy)
        return HTMLResponse(shown, headers=headers)

    async def notice(_: Request) -> Response:
        return HTMLResponse(pages.notice(view.policy), headers=headers)

    async def metrics(_: Request) -> Response:
        body, kind = await view.metrics()
        return Response(body, headers={**headers, "content-type": kind})

    return Starlette(
        routes=[
            Route("/", status, methods=["GET"]),
            Route("/notice", notice, methods=["GET"]),
            Route("/metrics", metrics, methods=["GET"]),
        ]
    )
