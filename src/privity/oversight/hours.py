"""The hours in which a team works, as the settings say them: `mon-fri 7-20`.

Invariant: without such a line no hour is called unusual; there is nothing to guess it from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from privity.errors import SettingsInvalid

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FORM = re.compile(r"([a-z]{3})-([a-z]{3}) (\d{1,2})-(\d{1,2})")
_LATEST = 24


@dataclass(frozen=True, slots=True)
class Hours:
    """Days (0: Monday) and hours of the day in which a team works, where it works."""

    days: frozenset[int]
    begins: int
    ends: int
    zone: ZoneInfo

    def said(self, seconds: float) -> str:
        """Return `team` or `off` for a time in seconds since 1970."""
        at = datetime.fromtimestamp(seconds, self.zone)
        working = at.weekday() in self.days and self.begins <= at.hour < self.ends
        return "team" if working else "off"


def hours(given: str, zone: str) -> Hours | None:
    """Return the hours of a line such as `mon-fri 7-20`; empty: None. Raises SettingsInvalid."""
    if not given:
        return None
    found = _FORM.fullmatch(given.strip().lower())
    if found is None or {found[1], found[2]} - set(_DAYS):
        message = "watch.hours has the form `mon-fri 7-20`"
        raise SettingsInvalid(message)
    begins, ends = int(found[3]), int(found[4])
    first, last = _DAYS.index(found[1]), _DAYS.index(found[2])
    if not (begins < ends <= _LATEST and first <= last):
        message = "watch.hours goes from an earlier day and hour to a later one"
        raise SettingsInvalid(message)
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = "watch.zone is no time zone that is known here"
        raise SettingsInvalid(message) from error
    return Hours(frozenset(range(first, last + 1)), begins, ends, where)
