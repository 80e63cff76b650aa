"""What a program that speaks for a person can do: the same as on the pages."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from privity.console.people import asking, choosing, deleting, past, said, seeing, taking
from privity.console.people.api_sights import decided
from privity.console.people.calling import Body, Needs, call
from privity.console.people.choosing import Wish
from privity.console.people.correcting import add_note, statement
from privity.console.people.site import Site
from privity.console.people.visitor import PersonRequest
from privity.model.words import ConversationRef
from privity.rights.choices import Method


def routes(site: Site) -> list[Route]:
    """Return the calls that change something."""
    return [*_small(site), *_large(site)]


def _small(site: Site) -> list[Route]:
    async def leave(asked: PersonRequest, _: Body) -> Response:
        await site.sessions.leave(asked.session, asked.now)
        return Response(status_code=204)

    async def note(asked: PersonRequest, body: Body) -> Response:
        ref = ConversationRef(asked.path["ref"])
        about = await site.look(asked, lambda looking: seeing.outline(looking, ref))
        shelf = await site.shelves.of(asked.who)
        await add_note(shelf, about, statement(body.text("text"), asked.now), site.policy.digest)
        return Response(status_code=204)

    async def choose(asked: PersonRequest, body: Body) -> Response:
        wish = Wish(asked.path["setting"], body.text("value"), asked.now, Method.API)
        shelf = await site.shelves.of(asked.who)
        await choosing.choose(shelf, site.policy, asked.who, wish)
        return JSONResponse(await decided(site, asked))

    async def ask(asked: PersonRequest, body: Body) -> Response:
        wanted = asking.Wanted(body.text("kind"), body.text("address"), Method.API)
        return JSONResponse(said.request(await asking.open_request(site, asked, wanted)), 201)

    return [
        call(site, "DELETE /session", leave),
        call(site, "POST /conversations/{ref}/notes", note, Needs(frozenset({"text"}))),
        call(site, "PUT /choices/{setting}", choose, Needs(frozenset({"value"}))),
        call(site, "POST /requests", ask, Needs(frozenset({"kind", "address"}))),
    ]


def _large(site: Site) -> list[Route]:
    async def delete(asked: PersonRequest, body: Body) -> Response:
        chosen = body.texts("exchanges")
        shelf = await site.shelves.of(asked.who)
        found = await deleting.delete_some(
            shelf, asked.who.subject, chosen, asked.now, site.policy.digest
        )
        return JSONResponse(
            {"entry": found.entry, "exchanges": list(found.records), "held": found.held}
        )

    async def erase(asked: PersonRequest, _: Body) -> Response:
        return JSONResponse({"entry": await site.shelves.erase(asked.who.subject)})

    async def export(asked: PersonRequest, _: Body) -> Response:
        return past.download(await taking.packed(site, asked), taking.FILE, "application/zip")

    return [
        call(site, "POST /deletions", delete, Needs(frozenset({"exchanges"}), fresh=True)),
        call(site, "POST /erasure", erase, Needs(fresh=True)),
        call(site, "POST /export", export, Needs(fresh=True)),
    ]
