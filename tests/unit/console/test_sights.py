"""What takes long is looked at once for everybody, and again when it is asked for."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from privity.adapters import home as homes
from privity.adapters.moving import everywhere
from privity.adapters.staff_sights import NOT_AGAIN, SET_UP_FRESH, HomeSights
from privity.governance.checks import Finding, Part, well
from privity.model.words import KeyLevel
from privity.settings import load
from tests.homes import make

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Looking:
    """A view that counts how often it was asked, and a clock."""

    def __init__(self) -> None:
        self.looks = 0
        self.now = NOW

    async def setup(self) -> tuple[Finding, ...]:
        self.looks += 1
        await asyncio.sleep(0)
        return (Finding(Part.DISK, None, well("62 GiB free")),)


@pytest.fixture
def looking() -> Looking:
    return Looking()


@pytest.fixture
def sights(tmp_path: Path, looking: Looking) -> HomeSights:
    home = homes.open_home(load(make(tmp_path / "home").home))
    there = everywhere(homes.stores(home), homes.policy_in_force(home), lambda: looking.now)
    return HomeSights(there, looking, lambda: looking.now)


def test_many_who_look_at_once_cost_one_look(sights: HomeSights, looking: Looking) -> None:
    async def many() -> None:
        await asyncio.gather(*(sights.setup(again=False) for _ in range(5)))

    asyncio.run(many())
    assert looking.looks == 1


@pytest.mark.parametrize(
    ("later", "again", "looks"),
    [
        (SET_UP_FRESH, False, 1),
        (SET_UP_FRESH + timedelta(seconds=1), False, 2),
        (NOT_AGAIN, True, 1),
        (NOT_AGAIN + timedelta(seconds=1), True, 2),
    ],
)
def test_it_is_looked_at_again_after_a_while_or_when_asked(
    sights: HomeSights, looking: Looking, later: timedelta, again: bool, looks: int
) -> None:
    asyncio.run(sights.setup(again=False))
    looking.now += later
    found = asyncio.run(sights.setup(again=again))
    assert looking.looks == looks
    assert found.at == (looking.now if looks > 1 else NOW)


def test_keys_are_seen_without_what_opens_them(sights: HomeSights) -> None:
    ring = asyncio.run(sights.keys())
    (store,) = ring.stores
    assert (store.own, store.custodian, store.database) == (True, "a file", "SQLite")
    assert KeyLevel.ROOT in {key.level for key in store.keys}
    assert "root.key" not in repr(ring)
