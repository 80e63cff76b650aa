"""`privity policy evidence`: does every promise hold, by what the log and the records say?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from privity.adapters.home import IN_FORCE, open_home, read_policy, stores
from privity.adapters.regions import own_region
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.read import Reader
from privity.adapters.standing import oldest_keys
from privity.audit.stored import read_entry
from privity.model.policy import Policy
from privity.model.words import KeyLevel, Purpose, Region
from privity.policy.evidence import Broken, Evidence, Result, results
from privity.policy.notice import CLOSING, say
from privity.policy.offers import rotation
from privity.policy.queries import Holdings
from privity.settings import Settings, load

BROKEN = 1
HELP = """Count what would break each promise, in the audit log and among the records.

Each sentence of the notice is shown with what was counted: how much was examined, or how much
breaks it. Only what happened under the policy in force is examined. Run `privity log verify` first,
to know that the log is whole.

Exit status: 0 every promise held, 1 one is broken, 2 the command is at fault, 3 the installation
is.

Examples:

  privity policy evidence --home ~/privity

  privity policy evidence --home ~/privity --json | jq '.[] | select(.broken > 0)'
"""


def evidence(
    home: Annotated[
        Path, typer.Option("--home", envvar="PRIVITY_HOME", help="The folder of the home.")
    ] = Path(".home"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count what would break each promise."""
    policy = read_policy(home, IN_FORCE)
    found = _results(policy, load(home))
    if as_json:
        typer.echo(json.dumps([_said(*each) for each in found], indent=2))
    else:
        for proof, result in found:
            typer.echo(f"{_outcome(result):<24} {_sentence(proof)}")
    if any(isinstance(result, Broken) for _, result in found):
        raise typer.Exit(BROKEN)


def _results(policy: Policy, settings: Settings) -> tuple[tuple[Evidence, Result], ...]:
    """Look at the stores of all regions together: the logs one after the other, what is kept."""
    records: Counter[tuple[Purpose, Region]] = Counter()
    overdue = misplaced = 0
    with ExitStack() as stack:
        logs = []
        own = own_region(settings, policy)
        for region, url in _databases(settings, own):
            log = stack.enter_context(Reader(open_engine(url)).snapshot())
            places = log.places()
            records.update(places)
            strangers = (n for (_, where), n in places.items() if region and where is not region)
            misplaced += sum(strangers) if settings.regions else 0
            overdue += log.overdue(datetime.now(UTC))
            logs.append(log)
        entries = (read_entry(body) for log in logs for _, body in log.entries(0))
        return results(
            policy, entries, Holdings(records, overdue, misplaced, _keys(policy, settings))
        )


def _keys(policy: Policy, settings: Settings) -> dict[KeyLevel, timedelta]:
    """Return the age of the oldest key at each level, over all regions, if the policy promises one.

    Raises KeyStoreUnavailable when a custodian cannot be asked.
    """
    found: dict[KeyLevel, timedelta] = {}
    if rotation(policy):
        for store in stores(open_home(settings)):
            for level, age in oldest_keys(store, datetime.now(UTC)).items():
                found[level] = max(age, found.get(level, age))
    return found


def _databases(settings: Settings, own: Region | None) -> Iterator[tuple[Region | None, str]]:
    """Yield each region with its database, the home's own first."""
    yield own, settings.database_url
    for region in settings.regions:
        yield region, settings.of(region).database_url


def _sentence(proof: Evidence) -> str:
    return CLOSING[0] if proof.clause is None else say(proof.clause)


def _outcome(result: Result) -> str:
    if isinstance(result, Broken):
        return f"BROKEN by {result.count}"
    return f"held in {result.examined}" if result.examined else "nothing to examine"


def _said(proof: Evidence, result: Result) -> dict[str, object]:
    return {
        "sentence": _sentence(proof),
        "practice": proof.practice,
        "controls": [f"{control.framework.value} {control.id}" for control in proof.controls],
        "queries": [type(query).__name__ for query in proof.queries],
        "examined": 0 if isinstance(result, Broken) else result.examined,
        "broken": result.count if isinstance(result, Broken) else 0,
    }
