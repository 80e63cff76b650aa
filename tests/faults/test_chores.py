"""What a server does beside requests survives errors that nobody expected."""

import asyncio

from privity.adapters.chores import kept_up
from privity.errors import DatabaseUnavailable
from privity.gateway.report import Line

SAID = "maggie@example.org asked for it"


def done_after(*errors: Exception) -> list[tuple]:
    """Return what is reported of a chore that fails like this, time after time, and then ends."""
    left, said = list(errors), []

    async def chore() -> None:
        if left:
            raise left.pop(0)

    asyncio.run(kept_up(chore, lambda *line: said.append(line), pause=0.0))
    assert left == []
    return said


def test_a_chore_that_fails_begins_again() -> None:
    assert len(done_after(KeyError(SAID), OSError(SAID), DatabaseUnavailable(SAID))) == 3


def test_a_defect_is_reported_by_its_place_and_not_by_what_it_quotes() -> None:
    ((line, facts),) = done_after(ValueError(SAID))
    assert line is Line.CHORE_FAILED
    assert facts["where"].startswith("ValueError at ")
    assert SAID not in str(facts)


def test_a_known_error_is_reported_by_its_code() -> None:
    assert done_after(DatabaseUnavailable(SAID)) == [
        (Line.CHORE_FAILED, {"code": "database_unavailable"})
    ]


def test_a_chore_that_is_done_is_not_begun_again() -> None:
    assert done_after() == []


def test_a_chore_that_is_cancelled_ends_in_order() -> None:
    async def cancelled() -> bool:
        task = asyncio.create_task(kept_up(asyncio.Event().wait, print))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(cancelled())
