"""A check of who watches: the rules are sound, somebody follows the log, receivers keep up."""

from __future__ import annotations

from datetime import timedelta

from privity.adapters.checking.setup import Setup
from privity.adapters.sql.alerts_stores import followed
from privity.adapters.watch.compiling import MISSING, is_installed, rules_of
from privity.governance.checks import Verdict, advice, well
from privity.oversight.ports import RULES

SILENT = timedelta(hours=3)
"""How long a server that watches may write nothing: it does every hour."""
_OFF = advice("not_watched", "nobody asks rules about the log", "Set watch.on = true.")
_BARE = advice("not_watched", MISSING, "Run `pip install 'privity[watch]'`.")


def watching(setup: Setup) -> Verdict:
    """Read the rules as the server does, and look up to where the log was followed.

    What is missing is told at once, under the code of what comes first.
    """
    watch = setup.settings.watch
    missing = [_OFF] if not watch.on else []
    missing += [_BARE] if not is_installed() else []
    if missing:
        return _together(missing)
    rules = rules_of(setup.settings.home)
    if late := _late(setup):
        detail = f"nobody followed the log for three hours: {', '.join(late)}"
        missing.append(
            advice("watching_stopped", detail, "Run `privity serve`, and read what it says.")
        )
    if not watch.hours:
        remedy = "Set watch.hours to when the team works, such as `mon-fri 7-20`."
        missing.append(advice("no_hours", "no hour is unusual", remedy))
    if not watch.receivers:
        remedy = "Set watch.syslog, watch.otlp or watch.webhook, so that others notice, too."
        missing.append(advice("no_receiver", "only this server is told", remedy))
    if missing:
        return _together(missing)
    return well(f"{len(rules)} rules; events go to {', '.join(watch.receivers)}")


def _late(setup: Setup) -> list[str]:
    """Return who has not followed the log for long: the rules, receivers."""
    names = (RULES, *(f"to {kind}" for kind in setup.settings.watch.receivers))
    with setup.snapshot() as snapshot:
        size = snapshot.head().size
        found = {name: followed(snapshot.connection, name) for name in names}
    return [
        name
        for name, at in found.items()
        if at is not None and at.position < size and at.until < setup.at - SILENT
    ]


def _together(missing: list[Verdict]) -> Verdict:
    """Return several findings as one."""
    details = "; ".join(each.detail for each in missing)
    return advice(missing[0].code, details, " ".join(each.remedy for each in missing))
