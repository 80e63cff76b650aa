"""Delete: everything at once, with a confirmation, a recent sign-in and a certificate.

Invariants: nothing is deleted by opening an address; the certificate of each deletion can be
fetched again, by the person whose it is.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from privity.console.people import deleting, seeing
from privity.console.people.past import download
from privity.console.people.seeing import Looking
from privity.console.people.site import Site, back_to, form, page
from privity.console.people.visitor import PersonRequest

HOME = "/privacy/delete"
_DONE = frozenset({"all", "some", "unconfirmed"})


def routes(site: Site) -> list[Route]:
    """Return the page of deletion, its form, and certificates."""

    async def delete(asked: PersonRequest) -> Response:
        found = await site.look(asked, seeing.past)
        done = asked.query.get("done", "")
        values = {
            "deletions": [line for line in found.happened if line.event in deleting.DELETIONS],
            "kept": await site.look(asked, lambda looking: len(looking.kept())),
            "done": done if done in _DONE else "",
            "vkey": (await site.shelves.of(asked.who)).signer.verifier.vkey,
        }
        return site.rendering.page("delete.html", asked, HOME, values)

    async def everything(asked: PersonRequest) -> Response:
        if asked.form.one("sure") != "yes":
            return back_to(HOME + "?done=unconfirmed")
        await site.shelves.erase(asked.who.subject)
        return back_to(HOME + "?done=all")

    async def certificate(asked: PersonRequest) -> Response:
        entry = deleting.entry_named(asked.path["entry"])

        def look(looking: Looking) -> str:
            return deleting.certified(looking.seen, looking.shelf, entry)

        return download(await site.look(asked, look), f"deletion-{entry}.json")

    return [
        page(site, HOME, delete),
        form(site, HOME, everything, fresh=True),
        page(site, "/privacy/certificates/{entry}", certificate),
    ]
