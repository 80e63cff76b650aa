"""The directory and the list of who left: one contract on the fake, SQLite and PostgreSQL."""

from datetime import timedelta

import pytest

from privity.access.app_keys import App
from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.errors import PersonMoved
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.residence import (
    Departure,
    Settling,
    again,
    check_here,
    check_staying,
    forget,
    known_region,
    lives_in,
    settle,
)
from tests.conftest import Database
from tests.fakes import MemoryCustodian
from tests.homes import DAY, NOON

ANN, BOB = SubjectRef("ann"), SubjectRef("bob")
EU, US = Region.EU, Region.US


def speak(tx, who: SubjectRef, record: str, days: int = 30) -> None:
    place = Place(EU, Purpose.ASSIST, who, record, "transcript")
    vault = Vault(MemoryCustodian())
    vault.seal(tx, place, ConversationRef("c"), b"x", Lifetime(NOON, timedelta(days=days)))


def leaving(done: bool = False) -> Departure:  # noqa: FBT002 - reads well where it is used
    return Departure(ANN, US, "T-1", with_holds=True, done=done, at=NOON)


def events(tx) -> list[Event]:
    return [read_entry(body).event for body in tx.log.entries]


def test_the_first_region_that_is_set_stays(journal) -> None:
    with journal.transaction() as tx:
        assert tx.residences.get(ANN) is None
        assert settle(tx, Settling(ANN, EU, None), NOON, "p") is EU
    with journal.transaction() as tx:
        assert settle(tx, Settling(ANN, US, None), NOON, "p") is EU
        assert settle(tx, Settling(BOB, US, None), NOON, "p") is US
        assert (tx.residences.get(ANN), tx.residences.get(BOB)) == (EU, US)


def test_setting_a_region_is_written_once(journal) -> None:
    with journal.transaction() as tx:
        before = tx.log.append(Entry(Event.SERVICE_STARTED, NOON, "p"))
        for _ in range(2):
            settle(tx, Settling(ANN, EU, None), NOON, "p")
        assert tx.log.append(Entry(Event.SERVICE_STOPPED, NOON, "p")) == before + 2


def test_who_was_kept_before_there_were_regions_lives_in_the_homes_own(journal) -> None:
    with journal.transaction() as tx:
        speak(tx, ANN, "1")
        assert lives_in(tx, ANN, EU) is EU
        assert lives_in(tx, ANN, None) is None
        assert lives_in(tx, BOB, EU) is None
        assert settle(tx, Settling(ANN, US, EU), NOON, "p") is EU


def test_what_follows_from_what_is_kept_is_set(journal) -> None:
    with journal.transaction() as tx:
        speak(tx, ANN, "1")
        assert known_region(tx, ANN, EU, NOON, "p") is EU
        assert tx.residences.get(ANN) is EU
        assert known_region(tx, BOB, EU, NOON, "p") is None


def test_a_region_can_be_changed_and_forgotten(journal) -> None:
    with journal.transaction() as tx:
        tx.residences.put(ANN, EU, NOON)
        tx.residences.put(BOB, EU, NOON)
    with journal.transaction() as tx:
        tx.residences.put(ANN, US, NOON)
    with journal.transaction() as tx:
        assert tx.residences.get(ANN) is US
        assert forget(tx, ANN, NOON, "p")
        assert not forget(tx, ANN, NOON, "p")
    with journal.transaction() as tx:
        assert tx.residences.get(ANN) is None
        assert tx.residences.get(BOB) is EU


def test_a_departure_is_stored_and_replaced(journal) -> None:
    with journal.transaction() as tx:
        tx.departures.put(leaving())
        assert tx.departures.unfinished() == (leaving(),)
    with journal.transaction() as tx:
        assert tx.departures.get(ANN) == leaving()
        tx.departures.put(leaving(done=True))
        assert tx.departures.get(ANN) == leaving(done=True)
        assert tx.departures.unfinished() == ()
        assert tx.departures.get(BOB) is None
    with journal.transaction() as tx:
        assert tx.departures.remove(ANN)
        assert not tx.departures.remove(ANN)


def test_who_leaves_can_still_be_kept_and_who_left_cannot(journal) -> None:
    with journal.transaction() as tx:
        tx.departures.put(leaving())
        speak(tx, ANN, "1")
        check_here(tx.departures, ANN)
        tx.keys.destroy(ANN)
        tx.departures.put(leaving(done=True))
    with journal.transaction() as tx, pytest.raises(PersonMoved):
        speak(tx, ANN, "2")
    with journal.transaction() as tx:
        with pytest.raises(PersonMoved):
            check_here(tx.departures, ANN)
        speak(tx, BOB, "3")


def test_nothing_is_done_to_single_records_of_who_leaves(journal) -> None:
    with journal.transaction() as tx:
        check_staying(tx.departures, ANN)
        tx.departures.put(leaving())
        with pytest.raises(PersonMoved):
            check_staying(tx.departures, ANN)


def test_records_come_in_pages_without_what_is_due(journal) -> None:
    with journal.transaction() as tx:
        for record, days in (("1", 30), ("2", 1), ("3", 30), ("4", 30)):
            speak(tx, ANN, record, days)
        speak(tx, BOB, "5")
    later = NOON + 2 * DAY
    with journal.transaction() as tx:
        first = tx.departures.records(ANN, "", 2, later)
        rest = tx.departures.records(ANN, first[-1].place.record, 2, later)
        assert [each.place.record for each in (*first, *rest)] == ["1", "3", "4"]
        assert tx.departures.ids(ANN, later) == {"1", "3", "4"}
        assert tx.departures.ids(ANN, NOON) == {"1", "2", "3", "4"}


@pytest.mark.parametrize(
    ("event", "facts", "lives", "left"),
    [
        (Event.PERSON_SETTLED, {"region": "us"}, US, None),
        (Event.PERSON_MOVED, {"to": "us"}, US, None),
        (Event.PERSON_LEAVING, {"to": "us", "reason": "T-1", "with_holds": 1}, EU, leaving()),
        (Event.PERSON_LEFT, {"to": "us", "reason": "T-1", "with_holds": 1}, EU, leaving(done=True)),
    ],
)
def test_what_the_log_says_is_made_again(journal, event, facts, lives, left) -> None:
    with journal.transaction() as tx:
        tx.residences.put(ANN, EU, NOON)
        again(tx, Entry(event, NOON, "p", subject=ANN, facts=facts), ANN)
        assert (tx.residences.get(ANN), tx.departures.get(ANN)) == (lives, left)
        again(tx, Entry(Event.PERSON_ARRIVED, NOON, "p", subject=ANN), ANN)
        assert tx.departures.get(ANN) is None
        again(tx, Entry(Event.PERSON_FORGOTTEN, NOON, "p", subject=ANN), ANN)
        assert tx.residences.get(ANN) is None


def test_changing_where_somebody_lives_makes_every_process_look_again(database: Database) -> None:
    journal = database.journal()

    def epoch() -> int:
        with journal.reader.snapshot() as snapshot:
            return snapshot.keys_epoch()

    seen = [epoch()]
    for region in (EU, US, None):
        with journal.transaction() as tx:
            tx.residences.put(ANN, region, NOON) if region else tx.residences.remove(ANN)
        seen.append(epoch())
    assert seen[0] == seen[1] < seen[2] < seen[3]


def test_an_application_keeps_the_region_of_its_people(journal) -> None:
    new = App(AppId("shop"), Purpose.ASSIST, "h", NOON, US)
    with journal.transaction() as tx:
        assert tx.apps.add(new) == new
        tx.apps.add(App(AppId("desk"), Purpose.ASSIST, "g", NOON))
    with journal.transaction() as tx:
        assert [app.region for app in tx.apps.all()] == [None, US]
        assert tx.apps.find("h") == new
        assert tx.apps.remove(AppId("shop"))
        again_without = App(AppId("shop"), Purpose.ASSIST, "h", NOON)
        assert tx.apps.add(again_without) == again_without
