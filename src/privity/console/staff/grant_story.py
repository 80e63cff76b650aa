"""What happened with a request for access, as the log says it, and what happens next by itself.

Invariants: the past comes from entries of the log and from nothing else; nothing of a conversation
is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from privity.access.grants import LONGEST, WAITS, Request, Standing, standing
from privity.access.staff import StaffId
from privity.audit.entry import Entry, Event
from privity.audit.search import Line, Search
from privity.console.staff.site import Site

Step: TypeAlias = tuple[datetime | None, str, str, str]
"""When (None: at no time that is known), what, a note, and a tone: nothing, `open` or `warn`."""
_MOST = 200
_LOOKS = 10
_EARLY = timedelta(minutes=1)
_WORDS = {
    Event.ACCESS_ASKED: "{who} asked",
    Event.ACCESS_APPROVED: "{who} approved it",
    Event.ACCESS_REFUSED: "{who} refused it",
    Event.CONVERSATION_READ: "{who} read the conversation",
    Event.ACCESS_ENDED: "{who} ended it",
}
_NEXT = {
    Standing.WAITING: ("Waits for somebody else to decide", "until then; afterwards it lapses"),
    Standing.OPEN: ("Ends by itself", ""),
    Standing.OVER: ("Ended by itself", ""),
    Standing.LAPSED: ("Lapsed: nobody decided", ""),
}


async def story(
    site: Site, request: Request, names: Mapping[StaffId, str], now: datetime
) -> tuple[Step, ...]:
    """Return what happened, oldest first."""
    since = request.asked_at - _EARLY
    asked = Search(None, request.id, since, request.asked_at + WAITS + LONGEST + _EARLY)
    past = [
        _step(line.entry, line.index, names)
        for line in reversed(await lines(site, asked))
        if line.entry is not None and line.entry.event in _WORDS
    ]
    stands, until = standing(request, now)
    if stands in _NEXT:
        title, note = _NEXT[stands]
        past.append((until, title, note, "open"))
    return tuple(past)


async def lines(site: Site, asked: Search) -> list[Line]:
    """Return what is found, newest first; in a log that grows fast, one look is not enough."""
    seen: list[Line] = []
    below: int | None = None
    for _ in range(_LOOKS):
        found = await site.sources.logs.find("", asked, below, _MOST)
        seen += found.lines
        below = found.older
        if below is None:
            break
    return seen


def _step(entry: Entry, index: int, names: Mapping[StaffId, str]) -> Step:
    who = names.get(StaffId(str(entry.facts.get("by", ""))), "who left")
    read = entry.event is Event.CONVERSATION_READ
    note = f"entry {index} of the log" + ("; its person sees it" if read else "")
    return entry.at, _WORDS[entry.event].format(who=who), note, "warn" if read else ""
