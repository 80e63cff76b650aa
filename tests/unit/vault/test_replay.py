"""Making again what the log says: what was taken away goes, what was given does not come back."""

from typing import TypeAlias

import orjson
import pytest

from privity.access.app_keys import App
from privity.audit.entry import Entry, Event, canonical
from privity.errors import LogCorrupt, Tampered
from privity.model.words import AppId, Purpose, SubjectRef
from privity.vault.replay import replay
from privity.vault.retain import sweep
from tests.fakes import MemoryTransaction
from tests.unit.vault.test_erase import ANN, BOB, DAY, NOON, VAULT, hold, listed, say

LATER = NOON + DAY
Facts: TypeAlias = dict[str, str | int]


@pytest.fixture
def tx() -> MemoryTransaction:
    tx = MemoryTransaction()
    for who, name in ((ANN, "1"), (ANN, "2"), (BOB, "3")):
        say(tx, who, name)
    return tx


def make_again(
    tx: MemoryTransaction, event: Event, facts: Facts | None = None, who: SubjectRef | None = None
) -> bytes:
    body = canonical(Entry(event, NOON, "p", subject=who, facts=facts or {}))
    assert replay(tx, VAULT, body, LATER) is event
    return body


def held(name: str, record: str) -> Facts:
    asked = hold(record)
    who = {"requested_by": asked.requested_by, "approved_by": asked.approved_by}
    end = int(asked.ends.timestamp())
    return {"hold": name, "record": record, "reason": asked.reason, "ends": end, **who}


def test_an_entry_stands_in_the_log_as_it_was(tx) -> None:
    body = make_again(tx, Event.SERVICE_STARTED, {"version": "1"})
    assert tx.log.entries[-1] == body


def test_whoever_was_erased_is_erased_again(tx) -> None:
    before = tx.records.of(ANN)
    make_again(tx, Event.SUBJECT_ERASED, who=ANN)
    assert listed(tx, ANN) == []
    for record in before:
        with pytest.raises(Tampered):
            VAULT.open(tx, record, LATER)


def test_nobody_else_is_erased(tx) -> None:
    make_again(tx, Event.SUBJECT_ERASED, who=ANN)
    (record,) = tx.records.of(BOB)
    assert VAULT.open(tx, record, LATER) == b"3"


def test_what_an_erasure_left_is_removed_afterwards(tx) -> None:
    make_again(tx, Event.SUBJECT_ERASED, who=ANN)
    first = tx.erasures.first()
    assert first is not None
    assert (first.entry, first.subject) == (0, ANN)


def test_a_hold_is_put_on_its_record_again(tx) -> None:
    make_again(tx, Event.HOLD_ADDED, held("h", "3"))
    (found,) = tx.holds.all()
    asked = hold("3")
    assert (found.id, found.record, found.reason) == ("h", "3", asked.reason)
    assert (found.requested_by, found.approved_by) == (asked.requested_by, asked.approved_by)
    assert (found.begins, found.ends) == (NOON, asked.ends)


def test_a_hold_that_was_made_again_keeps_its_record(tx) -> None:
    make_again(tx, Event.HOLD_ADDED, held("h", "3"))
    for days in (5, 10, 15, 20, 25, 30, 35):
        sweep(tx, NOON + days * DAY, "p")
    assert listed(tx, BOB) == ["3"]
    assert listed(tx, ANN) == []


def test_a_hold_on_nothing_is_not_made(tx) -> None:
    make_again(tx, Event.HOLD_ADDED, held("h", "none"))
    assert tx.holds.all() == ()


@pytest.mark.parametrize("event", [Event.HOLD_RELEASED, Event.HOLD_ENDED, Event.HOLD_MOVED])
def test_a_hold_that_went_goes_alone(tx, event: Event) -> None:
    for name in ("g", "h"):
        make_again(tx, Event.HOLD_ADDED, held(name, "3"))
    make_again(tx, event, {"hold": "g", "record": "3"})
    assert [each.id for each in tx.holds.all()] == ["h"]


def test_an_application_that_was_removed_is_removed_again(tx) -> None:
    for name in ("kept", "gone"):
        tx.apps.add(App(AppId(name), Purpose.ASSIST, f"hash of {name}", NOON))
    body = canonical(Entry(Event.APP_REMOVED, NOON, "p", app=AppId("gone")))
    replay(tx, VAULT, body, LATER)
    assert [each.name for each in tx.apps.all()] == ["kept"]


def test_an_application_that_was_added_is_not_added_again(tx) -> None:
    body = canonical(Entry(Event.APP_ADDED, NOON, "p", app=AppId("new")))
    replay(tx, VAULT, body, LATER)
    assert tx.apps.all() == ()


@pytest.mark.parametrize("lacking", sorted(held("h", "3")))
def test_a_hold_that_lacks_a_part_stops_everything(tx, lacking: str) -> None:
    facts = {name: value for name, value in held("h", "3").items() if name != lacking}
    with pytest.raises(LogCorrupt):
        make_again(tx, Event.HOLD_ADDED, facts)


def test_bytes_that_are_no_entry_are_refused(tx) -> None:
    for body in (b"", b"{}", orjson.dumps({"event": "subject.erased"})):
        with pytest.raises(LogCorrupt):
            replay(tx, VAULT, body, LATER)
