"""The neutral age screen: month and year of birth, nothing else, and no hint at what follows.

Invariants: the page says nothing about an age that is wanted and preselects none; only the band and
when it ends are stored; a second answer can only make younger (`ages.told`), so going back and
answering again helps nobody, and the page says just that an answer was given.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from privity.console.people.site import Site, back_to, form, page
from privity.console.people.visitor import PersonRequest
from privity.errors import BadAge
from privity.rights.ages import Source, known_by_birth
from privity.rights.minors import Ward, tell
from privity.rights.parents import Acting

HERE = "/privacy/age"
_YEARS = 110


def routes(site: Site) -> list[Route]:
    """Return the age screen and its form."""
    parenting = site.parenting
    if parenting is None:
        return []

    async def screen(asked: PersonRequest) -> Response:
        def answered(at: Acting, child: Ward) -> bool:
            return at.tx.ages.get(child.subject).screen is not None

        values = {
            "answered": await parenting.of_child(asked.who, answered),
            "wrong": asked.query.get("done", "") == "wrong",
            "years": range(asked.now.year, asked.now.year - _YEARS, -1),
        }
        return site.rendering.page("age.html", asked, HERE, values)

    async def answer(asked: PersonRequest) -> Response:
        year, month = _number(asked.form.one("year")), _number(asked.form.one("month"))
        try:
            known = known_by_birth(year, month, asked.now, Source.SCREEN)
        except BadAge:
            return back_to(HERE + "?done=wrong")

        def telling(at: Acting, child: Ward) -> None:
            tell(at.tx, child.subject, known, site.policy, at.now)

        await parenting.of_child(asked.who, telling)
        return back_to(HERE)

    return [page(site, HERE, screen), form(site, HERE, answer)]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0  # noqa: PLR2004
