"""What a program that speaks for a person can look at: the same as on the pages."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from privity.console.people import asking, choosing, deleting, past, said, seeing
from privity.console.people.calling import Body, call
from privity.console.people.site import Site
from privity.console.people.visitor import PersonRequest
from privity.errors import BadInput
from privity.model.words import ConversationRef, RequestId

_DIGITS = 5


def routes(site: Site) -> list[Route]:
    """Return the calls that look at something."""
    return [*_now(site), *_past(site)]


def _now(site: Site) -> list[Route]:
    async def data(asked: PersonRequest, _: Body) -> Response:
        number = asked.query.get("page", "0")
        if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
            msg = "page is a whole number from 0"
            raise BadInput(msg)
        found = await site.look(asked, lambda looking: seeing.overview(looking, int(number)))
        return JSONResponse(said.overview(found))

    async def conversation(asked: PersonRequest, _: Body) -> Response:
        ref = ConversationRef(asked.path["ref"])
        found = await site.look(asked, lambda looking: seeing.conversation(looking, ref))
        return JSONResponse(said.conversation(found))

    async def choices(asked: PersonRequest, _: Body) -> Response:
        return JSONResponse(await decided(site, asked))

    async def requests(asked: PersonRequest, _: Body) -> Response:
        shelf = await site.shelves.of(asked.who)
        found = await asking.requests_of(shelf, asked.who.subject)
        return JSONResponse({"requests": [said.request(each) for each in found]})

    return [
        call(site, "GET /data", data),
        call(site, "GET /conversations/{ref}", conversation),
        call(site, "GET /choices", choices),
        call(site, "GET /requests", requests),
    ]


def _past(site: Site) -> list[Route]:
    async def history(asked: PersonRequest, _: Body) -> Response:
        return JSONResponse(said.history(await site.look(asked, seeing.past)))

    async def receipt(asked: PersonRequest, _: Body) -> Response:
        found = await past.receipt_of(site, asked, RequestId(asked.path["request"]))
        return Response(found, media_type="application/json")

    async def certificate(asked: PersonRequest, _: Body) -> Response:
        entry = deleting.entry_named(asked.path["entry"])
        found = await site.look(
            asked, lambda looking: deleting.certified(looking.seen, looking.shelf, entry)
        )
        return Response(found, media_type="application/json")

    return [
        call(site, "GET /history", history),
        call(site, "GET /receipts/{request}", receipt),
        call(site, "GET /deletions/{entry}", certificate),
    ]


async def decided(site: Site, asked: PersonRequest) -> dict[str, object]:
    """Return what the person can decide, with what holds now."""
    made = await site.look(asked, lambda looking: looking.seen.choices())
    return said.choices(choosing.decisions(site.policy, asked.who, made, site.counting), made)
