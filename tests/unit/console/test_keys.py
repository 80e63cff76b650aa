"""How old keys are, and how long until they are replaced."""

from datetime import UTC, datetime, timedelta

from privity.console.staff.keys import Row, rows
from privity.console.staff.sights import KeyVersion, Store
from privity.model.words import KeyLevel, Region

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def key(age: int, due: int | None, version: str = "1", state: str = "in use") -> KeyVersion:
    made = NOW - timedelta(days=age)
    due_at = None if due is None else made + timedelta(days=due)
    return KeyVersion(KeyLevel.PARTITION, "eu/assist", version, made, due_at, 3, state)


def shown(*keys: KeyVersion) -> tuple[Row, ...]:
    kept = {"kept": {}, "entries": 1, "log": "log", "database": "SQLite"}
    return rows(Store(Region.EU, own=True, custodian="a file", keys=keys, **kept), NOW)


def test_what_is_left_of_a_keys_time_is_said() -> None:
    (row,) = shown(key(age=30, due=120))
    assert (row.age, row.left, row.share, row.tone) == ("30 days", "90 days left", 75, "")


def test_a_key_that_is_soon_due_is_marked() -> None:
    assert shown(key(age=80, due=90))[0].tone == "warn"


def test_a_key_that_is_due_is_said_to_be() -> None:
    (row,) = shown(key(age=92, due=90, state="due"))
    assert (row.left, row.tone) == ("due since 2 days", "bad")


def test_a_key_that_nothing_makes_due_says_how_it_stands() -> None:
    assert shown(key(age=5, due=None))[0].left == "in use"


def test_only_what_took_the_place_of_another_was_rotated() -> None:
    first, later = key(5, 90), key(1, 90, "2")
    assert [row.rotated for row in shown(first)] == [False]
    assert [row.rotated for row in shown(key(5, None, state="replaced"), later)] == [False, True]
