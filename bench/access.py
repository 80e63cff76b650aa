"""What one decision about access costs, beside the plainest rule in Python.

    python -m bench.access [--decisions 5000]

Decides in turns with Cedar (schema and rules, as the product does) and with a function that looks
roles up in a set, and prints the median of each and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from privity.access.authorize import Authorizer
from privity.access.staff import (
    Action,
    Asked,
    Granted,
    GrantId,
    Kind,
    Role,
    Situation,
    Staff,
    StaffId,
    Thing,
)
from privity.model.words import Purpose, Region

READER, OTHER = StaffId("reader"), StaffId("other")
MICROSECONDS = 1e6


def main() -> None:
    """Print microseconds a decision, and the ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--decisions", type=int, default=5000)
    given, _ = arguments.parse_known_args()
    authorizer, asked = Authorizer.load(), _asked()
    took: dict[str, list[float]] = {"Cedar": [], "set": []}
    for _ in range(given.decisions):
        took["Cedar"].append(_once(lambda: authorizer.decide(asked).allowed))
        took["set"].append(_once(lambda: _plain(asked)))
    for name, times in took.items():
        ranked = sorted(times)
        p50, p99 = ranked[len(ranked) // 2], ranked[len(ranked) * 99 // 100]
        print(f"{name:6} p50 {p50:8.1f} us   p99 {p99:8.1f} us")
    ratio = statistics.median(took["Cedar"]) / statistics.median(took["set"])
    print(f"Cedar / set: {ratio:.0f}")


def _once(decide: Callable[[], bool]) -> float:
    begun = time.perf_counter()
    if not decide():
        raise SystemExit("the decision measured must be a yes")
    return (time.perf_counter() - begun) * MICROSECONDS


def _plain(asked: Asked) -> bool:
    return isinstance(asked.principal, Staff) and Role.REVIEWER in asked.principal.roles


def _asked() -> Asked:
    """Return the question with the most in it: reading a conversation with a grant."""
    roles, regions = frozenset({Role.REVIEWER}), frozenset(Region)
    staff = Staff(READER, roles, regions, active=True, confirmed=True)
    grant = Granted(GrantId("grant"), READER, OTHER, "talk", Region.EU, 900)
    situation = Situation(
        Purpose.REVIEW,
        second_factor=True,
        session_seconds=60,
        step_up_seconds=10,
        trained=True,
        grant=grant,
    )
    talk = Thing(Kind.CONVERSATION, "talk", Region.EU)
    return Asked(staff, Action.READ_CONVERSATION, talk, situation)


if __name__ == "__main__":
    main()
