"""The first page: how the service is, what is kept, the last checkpoint of the log."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Acting, Refusal
from privity.console.staff.navigation import Group, Section, to
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import OVERVIEW, Site, StaffRequest, page

SECTIONS = (
    Section(
        ROOT,
        "Overview",
        Group.TODAY,
        to(OVERVIEW),
        "How the service is, what is kept, the last checkpoint of the log.",
        "status health home requests latency errors findings",
    ),
)


def routes(site: Site) -> list[Route]:
    """Return the page."""

    async def overview(asked: StaffRequest) -> Response:
        def may(acting: Acting) -> Refusal | bool:
            return acting.refused(OVERVIEW) or True

        await site.act(asked, may)
        values = {"status": await site.view.status(), "policy": site.view.policy}
        return await site.page("overview.html", asked, values)

    return [page(site, ROOT, overview), page(site, f"{ROOT}/", overview)]
