"""One person in a snapshot: only what is theirs, in both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from privity.adapters.sql import person
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.person import PersonSnapshot
from privity.adapters.sql.session import Session
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.entry import Entry, Event
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.rights.choices import UNDECIDED, Choices
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Hold, Place
from tests.conftest import SIGNER, Database
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB = SubjectRef("a" * 32), SubjectRef("b" * 32)


@pytest.fixture
def vault() -> Vault:
    return Vault(MemoryCustodian())


@pytest.fixture
def people(database: Database, vault: Vault) -> Database:
    """Two people, each with a record, an entry and a choice of their own."""
    with database.journal().transaction() as tx:
        for who, record in ((ANN, "1"), (BOB, "2")):
            place = Place(Region.EU, Purpose.ASSIST, who, record, "transcript")
            vault.seal(tx, place, ConversationRef("c"), who.encode(), Lifetime(NOON, DAY))
            tx.log.append(Entry(Event.PAGES_OPENED, NOON, "p", subject=who))
        tx.choices.put(ANN, Choices(version=3))
        tx.ledger.add(ANN, 0)
        tx.used_passes.use("spent", NOON + DAY, NOON)
        tx.holds.add(Hold("h", "2", "case", "x", "y", NOON, NOON + DAY))
    return database


def test_a_person_sees_their_records_and_can_open_them(people: Database, vault: Vault) -> None:
    with people.journal().reader.snapshot() as snapshot:
        seen = PersonSnapshot(snapshot, ANN)
        (record,) = seen.records()
        assert vault.open(seen, record, NOON) == ANN.encode()
        assert seen.held() == frozenset()
        assert PersonSnapshot(snapshot, BOB).held() == {"2"}


def test_the_keys_of_others_are_not_there(people: Database) -> None:
    with people.journal().reader.snapshot() as snapshot:
        seen = PersonSnapshot(snapshot, ANN)
        assert seen.keys.get(Region.EU, Purpose.ASSIST, ANN) is not None
        assert seen.keys.get(Region.EU, Purpose.ASSIST, BOB) is None
        assert seen.keys.get(Region.US, Purpose.ASSIST, ANN) is None
        assert seen.keys.get(Region.EU, Purpose.ASSIST, ANN, 2) is None


def test_entries_are_theirs_newest_first_and_bounded(people: Database) -> None:
    with people.journal().transaction() as tx:
        for _ in range(3):
            tx.log.append(Entry(Event.DATA_EXPORTED, NOON, "p", subject=ANN))
    with people.journal().reader.snapshot() as snapshot:
        seen = PersonSnapshot(snapshot, ANN)
        every, some = seen.entries(10), seen.entries(2)
        assert [index for index, _ in every.found] == [4, 3, 2, 0]
        assert every.whole
        assert [index for index, _ in some.found][:2] == [4, 3]
        assert not some.whole
        assert [index for index, _ in seen.entry(0)] == [0]
        assert list(seen.entry(1)) == []


def test_what_is_no_message_is_found_however_long_ago_it_was(
    people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person, "AT_MOST", 1)
    with people.journal().transaction() as tx:
        tx.log.append(Entry(Event.EXCHANGE_ALLOWED, NOON, "p", subject=ANN))
        tx.log.append(Entry(Event.SERVICE_STARTED, NOON, "p"))
    with people.journal().reader.snapshot() as snapshot:
        found = PersonSnapshot(snapshot, ANN).entries(10)
    assert [index for index, _ in found.found] == [0]
    assert not found.whole


def test_a_work_that_fails_leaves_no_mention(people: Database) -> None:
    session = Session(open_engine(people.url), SIGNER)
    entry = Entry(Event.DATA_EXPORTED, NOON, "p", subject=ANN)

    def well(tx: SqlTransaction) -> int:
        return tx.log.append(entry)

    def badly(tx: SqlTransaction) -> None:
        tx.log.append(entry)
        tx.choices.put(BOB, Choices(version=1))
        raise ValueError

    outcomes = session.run([well, badly, well])
    session.close()
    with people.journal().reader.snapshot() as snapshot:
        found = PersonSnapshot(snapshot, ANN).entries(10).found
    assert [index for index, _ in found] == [outcomes[2].value, outcomes[0].value, 0] == [3, 2, 0]


def test_choices_and_used_links_are_read(people: Database) -> None:
    with people.journal().reader.snapshot() as snapshot:
        assert PersonSnapshot(snapshot, ANN).choices().version == 3
        assert PersonSnapshot(snapshot, BOB).choices() == UNDECIDED
        assert [index for index, _ in PersonSnapshot(snapshot, ANN).ledger()] == [0]
        assert PersonSnapshot(snapshot, BOB).ledger() == ()
        assert PersonSnapshot(snapshot, ANN).spent("spent")
        assert not PersonSnapshot(snapshot, ANN).spent("fresh")
