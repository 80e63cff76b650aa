"""Agreements that bind processors: which one, and for how long (GDPR, article 28(3)).

Form, in `agreements.toml` of the home:

    [[agreement]]
    processor = "openai"          # as the policy names it
    reference = "DPA-2026-014"    # where the signed text is found
    from = 2026-02-01
    until = 2027-01-31            # the last day on which it binds

Invariants: a file that leaves anything open is refused; a processor without an agreement that binds
today is unbound, whatever was agreed before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from privity.errors import BadInput
from privity.model.policy import Policy, Share

FILE = "agreements.toml"
_KEYS = frozenset({"processor", "reference", "from", "until"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """A signed agreement with a processor, from its first day to its last, both included."""

    processor: str
    reference: str
    since: date
    until: date

    def binds(self, day: date) -> bool:
        """Say whether it binds on a day."""
        return self.since <= day <= self.until


def read_agreements(text: str) -> tuple[Agreement, ...]:
    """Read a file of agreements. Raises BadInput, which names the first mistake."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{FILE} is not valid TOML"
        raise BadInput(message) from error
    given = table.get("agreement", [])
    if set(table) - {"agreement"} or not isinstance(given, list):
        message = f"{FILE} may hold [[agreement]] tables and nothing else"
        raise BadInput(message)
    return tuple(_agreement(number, each) for number, each in enumerate(given, 1))


def processors(policy: Policy) -> tuple[str, ...]:
    """Return the names of all processors that the policy shares with."""
    shares = (clause for _, clause in policy.clauses if isinstance(clause, Share))
    return tuple(sorted({share.recipient.name for share in shares}))


def last_days(
    names: Iterable[str], agreements: Iterable[Agreement], today: date
) -> Mapping[str, date | None]:
    """Return of each processor the last day of what binds it today; None: it is not bound."""
    binding = [each for each in agreements if each.binds(today)]
    return {
        name: max((each.until for each in binding if each.processor == name), default=None)
        for name in names
    }


def _agreement(number: int, given: object) -> Agreement:
    place = f"{FILE}, agreement {number}"
    if not isinstance(given, dict) or set(given) != _KEYS:
        message = f"{place}: needs processor, reference, from and until, and nothing else"
        raise BadInput(message)
    named, reference = given["processor"], given["reference"]
    if not (isinstance(named, str) and isinstance(reference, str) and named and reference):
        message = f"{place}: processor and reference must be text"
        raise BadInput(message)
    since, until = _day(given["from"]), _day(given["until"])
    if since is None or until is None or until < since:
        message = f"{place}: from and until must be dates, in this order"
        raise BadInput(message)
    return Agreement(named, reference, since, until)


def _day(given: object) -> date | None:
    return given if isinstance(given, date) and not isinstance(given, datetime) else None
