"""`privity policy evidence`: does every promise hold, by what the log and the records say?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
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
from privity.errors import PrivityError
from privity.governance.duties import Duties, Duty
from privity.model.policy import Policy
from privity.model.words import KeyLevel, Purpose, Region
from privity.oversight.honey import Marks
from privity.policy.controls import Control
from privity.policy.evidence import Broken, Counting, Evidence, Result
from privity.policy.notice import CLOSING, say
from privity.policy.offers import rotation
from privity.policy.queries import Holdings
from privity.settings import Settings, load

BROKEN = 1
HELP = """Count what would break each promise, in the audit log and among the records.

Each sentence of the notice is shown with what was counted: how much was examined, or how much
breaks it. Only what happened under the policy in force is examined. Four rows are no sentences of
the notice and look at the whole log: requests that are overdue, the latest nightly rehearsal of
each store, staff who are not trained, and data of people seen by somebody who was not. Run
`privity log verify` first, to know that the log is whole.

Exit status: 0 every promise held, 1 one is broken, 2 the command is at fault, 3 the installation
is.

Examples:

  privity policy evidence --home ~/privity

  privity policy evidence --home ~/privity --json | jq '.[] | select(.broken > 0)'
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """What was counted: for each sentence of the notice, and for each duty beside it."""

    said: tuple[tuple[Evidence, Result], ...]
    done: tuple[tuple[Duty, Result], ...]

    @property
    def broken(self) -> bool:
        """Whether anything is."""
        return any(isinstance(result, Broken) for _, result in (*self.said, *self.done))


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
        rows = [*(_said(*each) for each in found.said), *(_done(*each) for each in found.done)]
        typer.echo(json.dumps(rows, indent=2))
    else:
        for proof, result in found.said:
            typer.echo(f"{_outcome(result):<24} {_sentence(proof)}")
        for duty, result in found.done:
            typer.echo(f"{_outcome(result):<24} {duty.sentence}")
    if found.broken:
        raise typer.Exit(BROKEN)


def _results(policy: Policy, settings: Settings) -> Rows:
    """Look at the stores of all regions together: the logs one after the other, what is kept."""
    counting, duties, now = Counting(policy), Duties(), datetime.now(UTC)
    records: Counter[tuple[Purpose, Region]] = Counter()
    overdue = misplaced = 0
    with ExitStack() as stack:
        own = own_region(settings, policy)
        databases = zip(_databases(settings, own), _marks(settings), strict=True)
        for (region, url), marks in databases:
            reader = Reader(open_engine(url))
            reader.marks = marks
            log = stack.enter_context(reader.snapshot())
            places = log.places()
            records.update(places)
            strangers = (n for (_, where), n in places.items() if region and where is not region)
            misplaced += sum(strangers) if settings.regions else 0
            overdue += log.overdue(now)
            for _, body in log.entries(0):
                entry = read_entry(body)
                counting.see((entry,))
                duties.see((entry,))
    holdings = Holdings(records, overdue, misplaced, _keys(policy, settings))
    return Rows(counting.results(holdings), duties.results(now))


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


def _marks(settings: Settings) -> tuple[Marks | None, ...]:
    """Return what knows the honey of each store; None where its keys do not open.

    Then honey is counted like what is somebody's: nothing else tells it apart.
    """
    try:
        return tuple(store.journal.reader.marks for store in stores(open_home(settings)))
    except PrivityError:
        return (None,) * (1 + len(settings.regions))


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
    queries = [type(query).__name__ for query in proof.queries]
    return {
        "sentence": _sentence(proof),
        "practice": proof.practice,
        **_counted(queries, proof.controls, result),
    }


def _done(duty: Duty, result: Result) -> dict[str, object]:
    counted = _counted([duty.value], duty.served, result)
    return {"sentence": duty.sentence, "practice": None, **counted}


def _counted(queries: list[str], served: tuple[Control, ...], result: Result) -> dict[str, object]:
    return {
        "controls": [f"{control.framework.value} {control.id}" for control in served],
        "queries": queries,
        "examined": 0 if isinstance(result, Broken) else result.examined,
        "broken": result.count if isinstance(result, Broken) else 0,
    }
