"""Erasing a person: nothing of theirs opens or is listed, nobody else's is touched."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from privity.errors import Tampered
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.erase import Erased, Removed, erase, remove, remove_next
from privity.vault.hold import add, release
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Hold, Place
from privity.vault.retain import sweep
from tests.fakes import MemoryCustodian, MemoryTransaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB = SubjectRef("ann"), SubjectRef("bob")
VAULT = Vault(MemoryCustodian())


def say(tx: MemoryTransaction, who: SubjectRef, name: str, days: int = 30) -> None:
    place = Place(Region.EU, Purpose.ASSIST, who, name, "transcript")
    VAULT.seal(tx, place, ConversationRef("c"), name.encode(), Lifetime(NOON, days * DAY))


def listed(tx: MemoryTransaction, who: SubjectRef) -> list[str]:
    return [record.place.record for record in tx.records.of(who)]


def hold(record: str) -> Hold:
    return Hold(f"h{record}", record, "case-1", "eve", "mallory", NOON, NOON + 90 * DAY)


@pytest.fixture
def tx() -> MemoryTransaction:
    tx = MemoryTransaction()
    for who, name in ((ANN, "1"), (ANN, "2"), (BOB, "3")):
        say(tx, who, name)
    return tx


def test_nothing_of_an_erased_person_opens_or_is_listed(tx) -> None:
    before = tx.records.of(ANN)
    assert erase(tx, VAULT, ANN, NOON, "p") == Erased(entry=0, keys=1, held=0)
    assert listed(tx, ANN) == []
    assert tx.records.find("1") is None
    for record in before:
        with pytest.raises(Tampered):
            VAULT.open(tx, record, NOON)


def test_the_others_are_left_as_they_were(tx) -> None:
    (before,) = tx.records.of(BOB)
    erase(tx, VAULT, ANN, NOON, "p")
    remove(tx, 0, NOON, "p")
    assert tx.records.of(BOB) == (before,)
    assert VAULT.open(tx, before, NOON) == b"3"


def test_the_records_are_removed_in_bounded_batches_and_counted(tx) -> None:
    erase(tx, VAULT, ANN, NOON, "p")
    assert [remove(tx, 0, NOON, "p", limit=1) for _ in range(2)] == [None, None]
    assert remove(tx, 0, NOON, "p", limit=1) == Removed(entry=1, records=2)
    assert remove(tx, 0, NOON, "p", limit=1) is None
    assert set(tx.records.all) == {"3"}
    said = orjson.loads(tx.log.entries[1])
    assert said["event"] == "subject.removed"
    assert said["facts"] == {"erasure": 0, "records": 2, "left": 0}


def test_what_is_said_after_an_erasure_stays(tx) -> None:
    erase(tx, VAULT, ANN, NOON, "p")
    say(tx, ANN, "4")
    remove(tx, 0, NOON, "p")
    assert listed(tx, ANN) == ["4"]
    assert VAULT.open(tx, tx.records.of(ANN)[0], NOON) == b"4"


def test_erasing_again_changes_nothing_more(tx) -> None:
    erase(tx, VAULT, ANN, NOON, "p")
    assert erase(tx, VAULT, ANN, NOON, "p") == Erased(entry=1, keys=0, held=0)
    assert remove(tx, 0, NOON, "p") == Removed(entry=2, records=2)
    assert remove(tx, 1, NOON, "p") == Removed(entry=3, records=0)


def test_unfinished_erasures_are_finished_one_after_the_other(tx) -> None:
    for who in (ANN, BOB):
        erase(tx, VAULT, who, NOON, "p")
    assert [remove_next(tx, NOON, "p") for _ in range(3)] == [True, True, False]
    assert tx.records.all == {}


def test_a_held_record_survives_the_erasure_under_a_key_of_its_own(tx) -> None:
    add(tx, hold("2"), "p")
    erased = erase(tx, VAULT, ANN, NOON, "p")
    assert erased.held == 1
    remove(tx, erased.entry, NOON, "p")
    assert listed(tx, ANN) == ["2"]
    assert VAULT.open(tx, tx.records.of(ANN)[0], NOON) == b"2"


def test_a_held_record_of_an_erased_person_goes_when_the_hold_does(tx) -> None:
    add(tx, hold("2"), "p")
    erased = erase(tx, VAULT, ANN, NOON, "p")
    remove(tx, erased.entry, NOON, "p")
    assert sweep(tx, NOON, "p").overdue == 0
    assert release(tx, "h2", NOON, "p").records == 1
    assert listed(tx, ANN) == []
    assert [key.subject for key in tx.keys.all.values()] == [BOB]
