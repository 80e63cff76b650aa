"""History: who looked at what is kept, what else happened with it, and receipts of messages.

Invariants: everything here is read from the log; a receipt of somebody else's message is not found.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from privity.console.people import seeing
from privity.console.people.site import Site, page
from privity.console.people.visitor import PersonRequest
from privity.errors import RecordUnknown
from privity.model.words import RequestId

HOME = "/privacy/history"


def routes(site: Site) -> list[Route]:
    """Return the page of the past, and receipts."""

    async def past(asked: PersonRequest) -> Response:
        found = await site.look(asked, seeing.past)
        return site.rendering.page("history.html", asked, HOME, {"found": found})

    async def receipt(asked: PersonRequest) -> Response:
        request = RequestId(asked.path["request"])
        return download(await receipt_of(site, asked, request), f"receipt-{request}.json")

    return [page(site, HOME, past), page(site, "/privacy/receipts/{request}", receipt)]


async def receipt_of(site: Site, asked: PersonRequest, request: RequestId) -> bytes:
    """Return the receipt of an exchange of the person. Raises RecordUnknown, LogCorrupt."""
    shelf = await site.shelves.of(asked.who)
    found = await shelf.receipt(asked.who.subject, request)
    if found is None:
        msg = "there is no such exchange"
        raise RecordUnknown(msg)
    return found


def download(data: bytes | str, name: str, kind: str = "application/json") -> Response:
    """Return a file for the browser to save."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=headers)
