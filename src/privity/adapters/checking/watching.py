"""A check of who watches: the rules are sound, somebody follows the log, receivers keep up."""

from __future__ import annotations

from datetime import datetime, timedelta

from privity.adapters.checking.setup import Setup
from privity.adapters.sql.alerts_stores import followed
from privity.adapters.sql.read import Snapshot
from privity.adapters.watch.compiling import MISSING, is_installed, rules_of
from privity.audit.stored import read_entry
from privity.governance.checks import Verdict, advice, well
from privity.oversight.ports import RULES, STILL

SILENT = timedelta(hours=3)
"""How long nothing may be sent to a receiver: a server that watches writes every hour."""
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
        detail = f"the log goes on, and nobody follows it: {', '.join(late)}"
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
    """Return who does not follow the log: the rules for minutes, receivers for hours."""
    with setup.snapshot() as snapshot:
        size = snapshot.head().size
        rules = followed(snapshot.connection, RULES)
        names = [f"to {kind}" for kind in setup.settings.watch.receivers]
        sent = {name: followed(snapshot.connection, name) for name in names}
        served = None if rules is not None else _served(snapshot, size)
    until = served if rules is None else rules.until if rules.position < size else None
    late = [RULES] if until is not None and until < setup.at - STILL else []
    late += [
        name
        for name, at in sent.items()
        if at is not None and at.position < size and at.at < setup.at - SILENT
    ]
    return late


def _served(snapshot: Snapshot, size: int) -> datetime | None:
    """Return when a server of this home began last, or None."""
    said = snapshot.newest((b'"event":"service.started"',), 0, size, 1)
    return next((read_entry(body).at for _, body in said), None)


def _together(missing: list[Verdict]) -> Verdict:
    """Return several findings as one."""
    details = "; ".join(each.detail for each in missing)
    return advice(missing[0].code, details, " ".join(each.remedy for each in missing))
