"""What is due goes, what is not stays, whatever the clock does; and an entry says so."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import ClockDoubtful
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.retain import MAX_STEP, Swept, believe, shortest, sweep
from tests.fakes import MemoryCustodian, MemoryTransaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB = SubjectRef("ann"), SubjectRef("bob")


@pytest.fixture
def tx() -> MemoryTransaction:
    tx = MemoryTransaction()
    vault = Vault(MemoryCustodian())
    for record, who, days in (("1", ANN, 1), ("2", ANN, 3), ("3", BOB, 1)):
        where = Place(Region.EU, Purpose.ASSIST, who, record, "transcript")
        vault.seal(tx, where, ConversationRef("c"), b"body", Lifetime(NOON, days * DAY))
    return tx


def test_a_sweep_removes_what_is_due_and_the_keys_nothing_needs(tx) -> None:
    assert sweep(tx, NOON + DAY, "p") == Swept(records=2, keys=1, overdue=0)
    assert set(tx.records.all) == {"2"}
    assert [key.subject for key in tx.keys.all.values()] == [ANN]


def test_a_sweep_with_nothing_due_says_so(tx) -> None:
    assert sweep(tx, NOON, "p") == Swept(records=0, keys=0, overdue=0)
    assert len(tx.records.all) == 3


def test_a_sweep_removes_keys_that_were_prepared_in_vain(tx) -> None:
    where = Place(Region.EU, Purpose.ASSIST, SubjectRef("eve"), "4", "transcript")
    Vault(MemoryCustodian()).prepare(tx, where, NOON)
    assert sweep(tx, NOON, "p") == Swept(records=0, keys=1, overdue=0)


def test_a_sweep_is_evidence(tx) -> None:
    sweep(tx, NOON + DAY, "p")
    (entry,) = map(orjson.loads, tx.log.entries)
    assert entry["event"] == "records.swept"
    assert entry["facts"] == {"records": 2, "keys": 1, "overdue": 0}


def test_a_sweep_takes_so_many_at_once_and_says_what_is_left(tx) -> None:
    assert sweep(tx, NOON + DAY, "p", limit=1) == Swept(records=1, keys=0, overdue=1)
    assert sweep(tx, NOON + DAY, "p", limit=1) == Swept(records=1, keys=1, overdue=0)


def test_time_does_not_run_backwards_for_a_sweep(tx) -> None:
    sweep(tx, NOON + DAY, "p")
    vault = Vault(MemoryCustodian())
    where = Place(Region.EU, Purpose.ASSIST, ANN, "4", "transcript")
    vault.seal(tx, where, ConversationRef("c"), b"body", Lifetime(NOON, DAY / 2))
    assert sweep(tx, NOON, "p").records == 1


def test_a_clock_that_jumps_ahead_deletes_nothing(tx) -> None:
    sweep(tx, NOON, "p")
    before = dict(tx.records.all)
    with pytest.raises(ClockDoubtful):
        sweep(tx, NOON + MAX_STEP + timedelta(microseconds=1), "p")
    assert tx.records.all == before
    assert tx.clock.seen() == NOON


def test_an_outage_of_a_week_needs_nobody(tx) -> None:
    sweep(tx, NOON, "p")
    assert sweep(tx, NOON + MAX_STEP, "p") == Swept(records=3, keys=2, overdue=0)


def test_after_a_longer_outage_a_word_that_the_clock_is_right_is_enough(tx) -> None:
    sweep(tx, NOON, "p")
    believe(tx, NOON + 100 * DAY, "p")
    assert sweep(tx, NOON + 100 * DAY, "p") == Swept(records=3, keys=2, overdue=0)
    entry = orjson.loads(tx.log.entries[1])
    assert entry["event"] == "clock.believed"
    assert entry["facts"] == {"step_seconds": 100 * 86400}


def test_a_word_about_the_clock_is_also_taken_before_the_first_sweep(tx) -> None:
    believe(tx, NOON, "p")
    assert orjson.loads(tx.log.entries[0])["facts"] == {"step_seconds": 0}


PERIODS = st.timedeltas(min_value=-DAY, max_value=400 * DAY)


@given(PERIODS, st.none() | PERIODS, st.none() | PERIODS)
def test_the_shortest_period_holds(policy, choice, law) -> None:
    held = shortest(policy, choice, law)
    said = [each for each in (policy, choice, law) if each is not None]
    assert timedelta() <= held
    assert all(held <= max(timedelta(), each) for each in said)
    assert held in {timedelta(), *said}
