"""Choices: each thing that the policy leaves to the person, in plain words, with what holds now.

Invariants: to agree and to object are the same step; what is changed here holds for the next
message, and for what is kept already.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from privity.console.people import choosing
from privity.console.people.choosing import Wish
from privity.console.people.site import Site, back_to, form, page
from privity.console.people.visitor import PersonRequest
from privity.rights.choices import Choices, Method
from privity.rights.controls import value_code

HOME = "/privacy/choices"


def routes(site: Site) -> list[Route]:
    """Return the page of choices and its forms."""
    site.rendering.add_filter("value_code", value_code)

    async def choices(asked: PersonRequest) -> Response:
        made: Choices = await site.look(asked, lambda looking: looking.seen.choices())
        values = {
            "decisions": choosing.decisions(site.policy, asked.who, made, site.counting),
            "signalled": made.signalled,
            "done": asked.query.get("done", "") in {"saved", "stopped"},
        }
        return site.rendering.page("choices.html", asked, HOME, values)

    async def choose(asked: PersonRequest) -> Response:
        wish = Wish(asked.form.one("setting"), asked.form.one("value"), asked.now, Method.PAGE)
        shelf = await site.shelves.of(asked.who)
        await choosing.choose(shelf, site.policy, asked.who, wish)
        return back_to(HOME + "?done=saved")

    async def stop(asked: PersonRequest) -> Response:
        shelf = await site.shelves.of(asked.who)
        await choosing.object_to_all(shelf, site.policy, asked.who, asked.now, Method.PAGE)
        return back_to(HOME + "?done=stopped")

    return [page(site, HOME, choices), form(site, HOME, choose), form(site, HOME + "/stop", stop)]
