"""A legal hold keeps one record, for a reason, with two people behind it, until its end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from privity.errors import BadInput
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.hold import add, release
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Hold, Place
from privity.vault.retain import Swept, sweep
from tests.fakes import MemoryCustodian, MemoryTransaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOLD = Hold("h", "1", "case/2026-1", "eve", "mallory", NOON, NOON + 5 * DAY)


@pytest.fixture
def tx() -> MemoryTransaction:
    tx = MemoryTransaction()
    vault = Vault(MemoryCustodian())
    for record in ("1", "2"):
        where = Place(Region.EU, Purpose.ASSIST, SubjectRef("ann"), record, "transcript")
        vault.seal(tx, where, ConversationRef("c"), b"body", Lifetime(NOON, DAY))
    return tx


def test_a_hold_keeps_its_record_and_no_other(tx) -> None:
    add(tx, HOLD, "p")
    assert sweep(tx, NOON + DAY, "p") == Swept(records=1, keys=0, overdue=0)
    assert set(tx.records.all) == {"1"}


def test_after_its_release_the_records_own_deadline_applies_at_once(tx) -> None:
    add(tx, HOLD, "p")
    sweep(tx, NOON + DAY, "p")
    assert release(tx, "h", NOON + DAY, "p") == Swept(records=1, keys=1, overdue=0)


def test_a_record_that_is_not_due_stays_after_the_release(tx) -> None:
    add(tx, HOLD, "p")
    assert release(tx, "h", NOON, "p").records == 0


def test_a_hold_ends_by_itself_and_the_log_says_so(tx) -> None:
    add(tx, HOLD, "p")
    assert sweep(tx, HOLD.ends, "p").records == 2
    events = [orjson.loads(body)["event"] for body in tx.log.entries]
    assert events == ["hold.added", "hold.ended", "records.swept"]


def test_two_holds_on_a_record_both_count(tx) -> None:
    add(tx, HOLD, "p")
    add(tx, replace(HOLD, id="i"), "p")
    sweep(tx, NOON + DAY, "p")
    assert release(tx, "h", NOON + DAY, "p").records == 0
    assert release(tx, "i", NOON + DAY, "p").records == 1


def test_the_log_says_why_and_by_whom_in_codes(tx) -> None:
    add(tx, HOLD, "p")
    said = orjson.loads(tx.log.entries[0])
    assert said["facts"] == {
        "hold": "h",
        "record": "1",
        "reason": "case/2026-1",
        "requested_by": "eve",
        "approved_by": "mallory",
        "ends": round(HOLD.ends.timestamp()),
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "Ann Smith said so"},
        {"approved_by": "eve"},
        {"ends": NOON},
        {"record": "none"},
    ],
)
def test_a_hold_that_lacks_something_is_refused(tx, wrong) -> None:
    with pytest.raises(BadInput):
        add(tx, replace(HOLD, **wrong), "p")
    assert tx.holds.all() == ()


def test_a_hold_that_is_not_there_cannot_be_released(tx) -> None:
    with pytest.raises(BadInput):
        release(tx, "none", NOON, "p")
