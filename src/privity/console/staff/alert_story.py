"""What happened with an alert: when it was seen, and what staff did about it, as the log says it.

Invariants: what staff did comes from entries of the log and from nothing else, so that no step
takes the place of an earlier one; nothing of a person is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from privity.audit.entry import Entry, Event
from privity.audit.search import Search
from privity.console.staff.grant_story import Step, lines
from privity.console.staff.site import Site
from privity.oversight.alerts import Alert, Reason

REASONS = {
    Reason.LOOKING: "Looking into it",
    Reason.EXPECTED: "It was expected",
    Reason.FALSE: "A false alarm",
    Reason.MENDED: "Found and mended",
    Reason.INCIDENT: "It is an incident",
}
_EARLY = timedelta(minutes=1)
_WORDS = {
    Event.ALERT_ACKNOWLEDGED: "Taken on",
    Event.INCIDENT_DECIDED: "Declared an incident",
    Event.ALERT_CLOSED: "Closed",
}


async def story(
    site: Site, alert: Alert, names: Mapping[str, str], now: datetime
) -> tuple[Step, ...]:
    """Return what happened, oldest first."""
    times = "once" if alert.hits == 1 else f"{alert.hits} times"
    found: list[tuple[datetime, str, str, str]] = [
        (alert.first, "Seen first", "", "warn"),
        (alert.last, "Seen last", f"{times}, {alert.count} counted", "warn"),
    ]
    if alert.by is not None:  # nobody did anything yet: the log need not be searched
        asked = Search(None, alert.id, alert.first - _EARLY, now + _EARLY)
        found += [
            _step(line.entry, line.index, names)
            for line in reversed(await lines(site, asked))
            if line.entry is not None and line.entry.event in _WORDS
        ]
    return tuple(sorted(found, key=lambda step: step[0]))


def _step(entry: Entry, index: int, names: Mapping[str, str]) -> tuple[datetime, str, str, str]:
    who = names.get(str(entry.facts.get("by", "")), "who left")
    given = str(entry.facts.get("reason", ""))
    reason = next((words for each, words in REASONS.items() if each.value == given), "")
    return entry.at, _WORDS[entry.event], f"{who}: {reason} · entry {index} of the log", ""
