"""Retention and erasure leave an entry, and nothing else."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from privity.errors import Tampered
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.retain import Erased, Swept, erase, sweep
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


def test_erasing_a_person_removes_their_records_and_keys_only(tx) -> None:
    assert erase(tx, ANN, NOON, "p") == Erased(records=2, keys=1, entry=0)
    assert set(tx.records.all) == {"3"}
    assert [key.subject for key in tx.keys.all.values()] == [BOB]


def test_erasing_again_changes_nothing_more(tx) -> None:
    erase(tx, ANN, NOON, "p")
    assert erase(tx, ANN, NOON, "p") == Erased(records=0, keys=0, entry=1)


def test_a_record_kept_in_a_backup_does_not_open_after_the_erasure(tx) -> None:
    backup = tx.records.of(ANN)
    erase(tx, ANN, NOON, "p")
    with pytest.raises(Tampered):
        Vault(MemoryCustodian()).open(tx, backup[0], NOON)
