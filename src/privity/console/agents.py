"""What agents of people call: the endpoints of the Data Rights Protocol below `/drp`.

Invariants: an agent sees its own requests and no others; a message that does not count changes
nothing and is answered like every other one that does not; a body is bounded; a message is taken
once, in the transaction that does what it says.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex, token_urlsafe

import orjson
from starlette.applications import Starlette
from starlette.requests import Request as Call
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from privity.console.people.forms import read_body
from privity.console.people.ports import PeopleStore, Shelf, Shelves
from privity.console.people.visitor import Person
from privity.errors import AgentRefused, PrivityError
from privity.governance import drp
from privity.governance.clocks import regime_of
from privity.governance.completing import close, object_to_all
from privity.governance.contact import Contact
from privity.governance.desk import Desk
from privity.governance.drp import Agent, Exercise, Message, Network
from privity.governance.requests import (
    HARMLESS,
    Asked,
    Channel,
    Proof,
    Reason,
    Request,
    RequestRef,
)
from privity.minimize.reference import reference
from privity.model.policy import Policy
from privity.model.words import AppId, Language, Purpose, Region, SubjectRef
from privity.rights.letters import PostOffice

ROOT = "/drp/v1"
_REQUESTS = f"{ROOT}/data-rights-request"
Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Counter:
    """Where agents are heard. `secret` keys the references to people, `links` as in `Desk`.

    `lives` says in which region a person is kept.
    """

    network: Network
    shelves: Shelves
    policy: Policy
    secret: bytes
    links: str
    lives: Callable[[SubjectRef], Awaitable[Region]]
    clock: Callable[[], datetime]

    async def set_up(self, call: Call) -> Response:
        """Give an agent its token (2.05)."""
        agent = self.network.named(call.path_params["agent"])
        message = drp.opened(self.network, agent, await _body(call), self.clock())
        shelf = await self.shelves.of(_nobody(None))
        await shelf.change(lambda tx: _once(tx, message, self.clock()))
        return _answer({"agent-id": agent.id, "token": self.network.token(agent)})

    async def known(self, call: Call) -> Response:
        """Say that a token is valid (2.06)."""
        agent = self.network.bearer(call.headers.get("authorization", ""))
        if agent.id != call.path_params["agent"]:
            raise AgentRefused(_NOT_YOURS)
        return _answer({})

    async def exercise(self, call: Call) -> Response:
        """Take what an agent asks for a person (2.01)."""
        agent = self.network.bearer(call.headers.get("authorization", ""))
        message = drp.opened(self.network, agent, await _body(call), self.clock())
        asked = drp.exercise(message)
        subject = SubjectRef(reference(self.secret, "person", agent.app, asked.address))
        region = await self.lives(subject)
        shelf = await self.shelves.of(_nobody(region))
        law = asked.regime or regime_of(region)
        what = Asked(asked.kind, law, Channel.AGENT, region, subject, agent.app, agent=agent.id)
        taken = await shelf.change(
            lambda tx: self._take(tx, self._desk(shelf), what, (message, asked))
        )
        return _answer(taken)

    async def stands(self, call: Call) -> Response:
        """Say how a request stands (2.02)."""
        agent = self.network.bearer(call.headers.get("authorization", ""))
        shelf = await self._shelf(call)
        return _answer(await shelf.change(lambda tx: self._stands(tx, agent, call)))

    async def revoke(self, call: Call) -> Response:
        """Close a request that the person does not want any more (2.04)."""
        agent = self.network.bearer(call.headers.get("authorization", ""))
        drp.opened_reason(agent, await _body(call))
        shelf = await self._shelf(call)

        def withdraw(tx: PeopleStore) -> Mapping[str, str]:
            request = _own(tx, agent, call)
            after = self._desk(shelf).withdraw(tx, request, self.clock())
            return _said(tx, after, tx.requests.named(after.id))

        return _answer(await shelf.change(withdraw))

    def _take(
        self,
        tx: PeopleStore,
        desk: Desk,
        asked: Asked,
        sent: tuple[Message, Exercise],
    ) -> Mapping[str, str]:
        """Open a request, and at once do or deny what needs nobody else.

        Whoever we do not know gets no letter from us: the agent has their answer.
        """
        (message, what), now = sent, self.clock()
        _once(tx, message, now)
        known = _known(tx, asked.subject)
        contact = Contact(what.address if known else None, Language.EN)
        opened = desk.open(tx, asked, Proof.AGENT, contact, now)
        tx.requests.name(opened.request.id, what.named)
        request = opened.request
        if opened.first is None and what.kind in HARMLESS:
            facts = {"controls": object_to_all(tx, request, (self.policy, Purpose.ASSIST), now)}
            request = close(tx, desk, (request.id, contact), facts, now)
        elif opened.first is None and not known:
            request = desk.reject(tx, request, Reason.NO_DATA, now)
        return _said(tx, request, what.named)

    def _stands(self, tx: PeopleStore, agent: Agent, call: Call) -> Mapping[str, str]:
        request = _own(tx, agent, call)
        return _said(tx, request, tx.requests.named(request.id))

    async def _shelf(self, call: Call) -> Shelf:
        region = str(call.path_params["name"]).partition(".")[0]
        if region not in set(Region):
            raise AgentRefused(_NOT_YOURS)
        return await self.shelves.of(_nobody(Region(region)))

    def _desk(self, shelf: Shelf) -> Desk:
        office = PostOffice(shelf.vault, self.policy.digest, lambda: token_hex(16))
        made = (lambda: token_hex(16)), (lambda: token_urlsafe(32))
        return Desk(shelf.vault, office, self.policy.digest, self.links, *made)


def build_agents(counter: Counter) -> ASGIApp:
    """Return the application below `/drp`."""
    own, one = f"{ROOT}/agent/{{agent}}", f"{_REQUESTS}/{{name}}"
    routes = [
        Route(own, counter.set_up, methods=["POST"]),
        Route(own, counter.known, methods=["GET"]),
        Route(_REQUESTS, counter.exercise, methods=["POST"]),
        Route(f"{_REQUESTS}/", counter.exercise, methods=["POST"]),
        Route(one, counter.stands, methods=["GET"]),
        Route(one, counter.revoke, methods=["DELETE"]),
    ]
    app = Starlette(routes=routes, exception_handlers={PrivityError: _refused})
    app.router.redirect_slashes = False
    return app


async def _body(call: Call) -> bytes:
    """Return a body, as text/plain or as nothing in particular. Raises TooLarge, TooSlow."""
    return (await read_body(call, drp.MOST_BYTES)).strip()


def _once(tx: PeopleStore, message: Message, now: datetime) -> None:
    if not tx.used_passes.use(f"drp:{message.digest}", message.ends, now):
        replayed = "the message does not count"
        raise AgentRefused(replayed)


def _own(tx: PeopleStore, agent: Agent, call: Call) -> Request:
    """Return the request that is asked about, if it is this agent's. Raises AgentRefused."""
    name = str(call.path_params["name"]).partition(".")[2]
    found = tx.requests.find(RequestRef(name))
    if found is None or found.asked.agent != agent.id or found.asked.channel is not Channel.AGENT:
        raise AgentRefused(_NOT_YOURS)
    return found


def _said(tx: PeopleStore, request: Request, named: str) -> Mapping[str, str]:
    """Return the status of a request; of a duplicate, how the first one stands."""
    first = tx.requests.find(request.into) if request.into is not None else None
    stands = request if first is None else replace(first, received=request.received)
    return drp.status(stands, named, f"{request.asked.region.value}.{request.id}")


def _known(tx: PeopleStore, subject: SubjectRef) -> bool:
    """Whether anything but what this request brought along is kept of a person."""
    return any(record.place.purpose is not Purpose.RIGHTS for record in tx.records.of(subject))


def _nobody(region: Region | None) -> Person:
    return Person(SubjectRef(""), AppId(""), Purpose.RIGHTS, region)


def _answer(said: Mapping[str, str], status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(dict(said)), status, headers, "application/json")


async def _refused(call: Call, error: Exception) -> Response:
    """Answer an error as 3.06 wants it; to whoever sets up a token, with nothing (2.05)."""
    if not isinstance(error, PrivityError):
        raise error
    if call.url.path.startswith(f"{ROOT}/agent/") and error.status == AgentRefused.status:
        return Response(status_code=error.status)
    said: dict[str, object] = {"code": str(error.status), "message": error.detail}
    if error.status < PrivityError.status:
        said["fatal"] = True
    return Response(orjson.dumps(said), error.status, media_type="application/json")


_NOT_YOURS = "this is nothing of yours"
