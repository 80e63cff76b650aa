"""The first page: how the service is, what it did lately, what is kept, the last checkpoint.

Invariant: figures are counts of codes and kinds, over all processes; no page here reads a log entry
or a record.
"""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Acting, Refusal
from privity.console.pages import number
from privity.console.series import Counts
from privity.console.staff.figures import (
    ANSWERED,
    FOUND,
    RECORDS_LATE,
    REFUSED,
    REQUESTS_LATE,
    Range,
    figures,
    laid,
    minimized,
    quantile,
    total,
    whole,
)
from privity.console.staff.navigation import Group, Section, to
from privity.console.staff.ports import StaffStore
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import OVERVIEW, Site, StaffRequest, page
from privity.model.words import Category
from privity.oversight.ports import RULES, STILL, Followed

SECTIONS = (
    Section(
        ROOT,
        "Overview",
        Group.TODAY,
        to(OVERVIEW),
        "How the service is, what it did lately, what is kept, the last checkpoint of the log.",
        "status health home requests latency errors findings plots overdue",
    ),
)


def routes(site: Site) -> list[Route]:
    """Return the page."""

    async def overview(asked: StaffRequest) -> Response:
        def watched(acting: Acting, tx: StaffStore) -> Refusal | str:
            return acting.refused(OVERVIEW) or watching(tx.followers.get(RULES), asked.now)

        followed = await site.act_in(asked, watched)
        wanted = asked.query.get("last", "")
        last = next((each for each in Range if each == wanted), Range.HOUR)
        counted = await site.sights.series(last.span, asked.now - last.length)
        points = laid(last, counted, asked.now)
        drawn = figures(points, _words)
        values = {
            "status": await site.view.status(),
            "watching": followed,
            "policy": site.view.policy,
            "last": last,
            "ranges": tuple(Range),
            "figures": drawn if any(each.rows() for each in drawn) else (),
            "waiting": await _waiting(site, asked),
            "stats": stats(whole(points)),
        }
        return await site.page("overview.html", asked, values)

    return [page(site, ROOT, overview), page(site, f"{ROOT}/", overview)]


def watching(at: Followed | None, now: datetime) -> str:
    """Say whether rules are asked about the log: `ok`, or what is the case instead."""
    if at is None:
        return "not_watched"
    return "ok" if at.until >= now - STILL else "watching_stopped"


async def _waiting(site: Site, asked: StaffRequest) -> list[tuple[Section, str]]:
    """Return what waits for who asks, with where."""
    places = site.menus.open_to(asked.by)
    found = [(place, await place.waits(site, asked)) for place in places if place.waits]
    return [(place, words) for place, words in found if words]


def stats(counts: Counts) -> tuple[tuple[str, str, str, str], ...]:
    """Return what stands above the figures: label, number, note, tone."""
    share, half = minimized(counts), quantile(counts, 0.5)
    late = int(counts.get(RECORDS_LATE, 0) + counts.get(REQUESTS_LATE, 0))
    refused = int(total(counts, REFUSED))
    return (
        ("Answered", number(int(counts.get(ANSWERED, 0))), "", ""),
        ("Refused", number(refused), "before anything left", ""),
        ("Personal data found", number(int(total(counts, FOUND))), "", ""),
        ("Minimized", "-" if share is None else f"{share:g} %", "of its characters", ""),
        ("Time added", "-" if half is None else f"{half:g} ms", "half are faster", ""),
        ("Overdue", number(late), "to delete or to answer", "bad" if late else ""),
    )


def _words(name: str) -> str:
    """Return a kind of personal data in words."""
    return next((each.words for each in Category if each == name), name)
