"""The JSON API below `/privacy/api/v1`: what the pages serve, for programs that speak for a person.

A link becomes a session, which comes back as a bearer token with each call.

Invariants: as on the pages, the person comes from the session alone, and what cannot be undone
needs a recent sign-in; errors have the form of the gateway's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from privity.console.people import api_acts, api_sights
from privity.console.people.calling import read_json
from privity.console.people.said import moment
from privity.console.people.site import Site
from privity.console.people.visitor import FRESH_FOR

ROOT = "/privacy/api/v1"


def routes(site: Site) -> list[BaseRoute]:
    """Return every address of the API."""
    known = [
        Route("/openapi.json", _described, methods=["GET"]),
        Route("/session", _enter(site), methods=["POST"]),
        *api_sights.routes(site),
        *api_acts.routes(site),
    ]
    return [Mount(ROOT, routes=known)]


async def _described(_: Request) -> Response:
    text = files(__package__).joinpath("openapi.json").read_bytes()
    return Response(text, media_type="application/json")


def _enter(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def enter(request: Request) -> Response:
        body = await read_json(request, frozenset({"link"}))
        token, session = await site.sessions.enter(body.text("link"), site.clock())
        return JSONResponse(
            {
                "session": token,
                "ends": moment(session.ends),
                "fresh_until": moment(session.authenticated_at + FRESH_FOR),
            },
            201,
        )

    return enter
