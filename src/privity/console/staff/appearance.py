"""Light or dark: as the browser's system says, unless somebody chose.

Invariant: the choice is a cookie with one word, and the server writes the page with it: no script
is needed, and nothing flashes.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from privity.console.staff.confirming import checked
from privity.console.staff.navigation import Section
from privity.console.staff.rendering import ROOT, THEME, theme_of
from privity.console.staff.site import Site, StaffRequest, back_to, form
from privity.console.staff.visits import keep

SECTIONS: tuple[Section, ...] = ()
_YEAR = 31_536_000


def routes(site: Site) -> list[Route]:
    """Return where the choice is sent."""

    async def choose(asked: StaffRequest) -> Response:
        answer = back_to(checked(asked.form.one("to")))
        keep(answer, THEME, theme_of({THEME: asked.form.one("theme")}).value, _YEAR)
        return answer

    return [form(site, f"{ROOT}/theme", choose)]
