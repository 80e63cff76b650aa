"""One call of the JSON API: from a bearer token and a body to a person's request.

Invariants: no cookie counts, so that no page of another site can use a browser's session; a body
is one JSON object in UTF-8 with members that the call knows; nothing of a body is in an error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from privity.console.people.forms import read_body
from privity.console.people.guard import language_of
from privity.console.people.site import Site
from privity.console.people.visitor import Form, PersonRequest
from privity.errors import BadBody, BadInput, NotSignedIn, SignInAgain, UnknownField

_BEARER = "bearer "
_MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Body:
    """The members of a JSON object that came with a call."""

    members: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return a member that is text; empty if it is missing. Raises BadInput."""
        value = self.members.get(name, "")
        if not isinstance(value, str):
            msg = f"{name} is text"
            raise BadInput(msg)
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a member that is a list of text. Raises BadInput."""
        value = self.members.get(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            msg = f"{name} is a list of text"
            raise BadInput(msg)
        return tuple(value)


Call: TypeAlias = Callable[[PersonRequest, Body], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a call needs: the members that its body may have, and whether a recent sign-in."""

    members: frozenset[str] = frozenset()
    fresh: bool = False


NOTHING = Needs()


def call(site: Site, way: str, answer: Call, needs: Needs = NOTHING) -> Route:
    """Return the route of a call; `way`: its method and path."""
    method, _, path = way.partition(" ")

    async def endpoint(request: Request) -> Response:
        now = site.clock()
        session = await site.sessions.read(bearer(request), now)
        if needs.fresh and not session.fresh(now):
            msg = "the sign-in is older than five minutes"
            raise SignInAgain(msg)
        body = await read_json(request, needs.members)
        asked = PersonRequest(
            session,
            language_of(request),
            now,
            path={name: str(value) for name, value in request.path_params.items()},
            query=request.query_params,
            form=Form(),
            token="",
        )
        return await answer(asked, body)

    return Route(path, endpoint, methods=[method])


def bearer(request: Request) -> str:
    """Return the token of the session. Raises NotSignedIn."""
    given = request.headers.get("authorization", "")
    if given[: len(_BEARER)].lower() != _BEARER:
        msg = "no session came as bearer token"
        raise NotSignedIn(msg)
    return given[len(_BEARER) :].strip()


async def read_json(request: Request, members: frozenset[str]) -> Body:
    """Return the body of a call, which may be empty. Raises BadBody, UnknownField, TooLarge."""
    data = await read_body(request, _MOST_BYTES)
    if not data:
        return Body({})
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        read = orjson.loads(data) if kind == "application/json" else None
    except orjson.JSONDecodeError:
        read = None  # the error would quote the body
    if not isinstance(read, dict):
        msg = "the body is not a JSON object"
        raise BadBody(msg)
    if not read.keys() <= members:
        msg = "the body has a member that this call does not know"
        raise UnknownField(msg)
    if b"\\u0000" in data:  # no database takes a zero byte in a text
        msg = "the body has a zero byte in a text"
        raise BadBody(msg)
    return Body(read)
