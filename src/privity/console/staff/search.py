"""The search: from what somebody types to the page that owns it.

Invariants: what is typed is in no log, and in no address unless it is an id or a reference of ours;
who may not open a section finds nothing in it; what is found is an address, and its page asks the
rules again.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from privity.console.staff.navigation import Section
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Site, StaffRequest, back_to, form, page

PATH = f"{ROOT}/search"
SECTIONS: tuple[Section, ...] = ()
MOST = 200
"""The longest search, in characters."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found: `says` why it is there."""

    path: str
    label: str
    says: str


def routes(site: Site) -> list[Route]:
    """Return the page of the search, and its form."""

    async def empty(asked: StaffRequest) -> Response:
        return await _page(site, asked, (), searched=False)

    async def find(asked: StaffRequest) -> Response:
        typed = asked.form.one("q").strip()[:MOST]
        open_to = site.menus.open_to(asked.by)
        things = await _things(site, asked, typed, open_to)
        named = [s for s in open_to if s.named_by(typed)]
        same = [s.path for s in named if s.label.lower() == typed.lower()]
        sure = [hit.path for hit in things] if not named else same
        if len(sure) == 1:
            return back_to(sure[0])
        hits = (*things, *(Hit(s.path, s.label, s.says) for s in named))
        return await _page(site, asked, hits, searched=bool(typed))

    return [page(site, PATH, empty), form(site, PATH, find)]


async def _things(
    site: Site, asked: StaffRequest, typed: str, open_to: tuple[Section, ...]
) -> tuple[Hit, ...]:
    """Return what the sections themselves find."""
    found = []
    for section in open_to:
        path = await section.finds(site, asked, typed) if typed and section.finds else None
        if path is not None:
            found.append(Hit(path, section.label, "what you typed may be there"))
    return tuple(found)


async def _page(
    site: Site, asked: StaffRequest, hits: tuple[Hit, ...], *, searched: bool
) -> Response:
    values = {"hits": hits, "searched": searched}
    return await site.page("search.html", asked, values)
