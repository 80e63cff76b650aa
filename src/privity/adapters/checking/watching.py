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
_TURN_ON = "Set watch.on, and install privity[watch]."


def watching(setup: Setup) -> Verdict:
    """Read the rules as the server does, and look up to where the log was followed."""
    watch = setup.settings.watch
    if not watch.on:
        return advice("not_watched", "nobody asks rules about the log", _TURN_ON)
    if not is_installed():
        return advice("not_watched", MISSING, _TURN_ON)
    rules = rules_of(setup.settings.home)
    names = (RULES, *(f"to {kind}" for kind in watch.receivers))
    with setup.snapshot() as snapshot:
        size = snapshot.head().size
        found = {name: followed(snapshot.connection, name) for name in names}
    late = [
        name
        for name, at in found.items()
        if at is not None and at.position < size and at.until < setup.at - SILENT
    ]
    if late:
        detail = f"nobody followed the log for three hours: {', '.join(late)}"
        return advice("watching_stopped", detail, "Run `privity serve`, and read what it says.")
    if not watch.hours:
        remedy = "Set watch.hours to when the team works, such as `mon-fri 7-20`."
        return advice("no_hours", f"{len(rules)} rules; no hour is unusual", remedy)
    if not watch.receivers:
        remedy = "Set watch.syslog, watch.otlp or watch.webhook, so that others notice, too."
        return advice("no_receiver", f"{len(rules)} rules; only this server is told", remedy)
    return well(f"{len(rules)} rules; events go to {', '.join(watch.receivers)}")
