"""Finding entries in a stored log, on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

from privity.audit.entry import Entry, Event
from privity.audit.search import Found, Search, place_of, search
from tests.conftest import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 600


def fill(database: Database) -> None:
    """One entry a minute; every hundredth is a reading by one of two people."""
    with database.journal().transaction() as tx:
        for at in range(MANY):
            rare = at % 100 == 7
            event = Event.CONVERSATION_READ if rare else Event.EXCHANGE_ALLOWED
            facts = {"by": "ada" if at % 200 == 7 else "bob"} if rare else {}
            tx.log.append(Entry(event, NOW + timedelta(minutes=at), "policy", facts=facts))


def find(database: Database, asked: Search, below: int = MANY, most: int = 10) -> Found:
    with database.journal().reader.snapshot() as log:
        return search(log, asked, (below, log.head().size), most)


def places(found: Found) -> list[int]:
    return [line.index for line in found.lines]


def test_entries_are_found_by_event_and_by_who_did_it(database: Database) -> None:
    fill(database)
    reads = Search(Event.CONVERSATION_READ)
    assert places(find(database, reads)) == [507, 407, 307, 207, 107, 7]
    by_ada = Search(Event.CONVERSATION_READ, "ada")
    assert places(find(database, by_ada)) == [407, 207, 7]
    assert places(find(database, Search(reference="bob"), most=2)) == [507, 307]


def test_the_next_page_goes_on_where_the_last_one_ended(database: Database) -> None:
    fill(database)
    first = find(database, Search(Event.CONVERSATION_READ), most=4)
    assert first.older == 207
    second = find(database, Search(Event.CONVERSATION_READ), below=first.older, most=4)
    assert (places(second), second.older) == ([107, 7], None)


def test_entries_are_found_by_time_without_reading_the_others(database: Database) -> None:
    fill(database)
    since, until = NOW + timedelta(minutes=200), NOW + timedelta(minutes=203)
    found = find(database, Search(since=since, until=until))
    assert places(found) == [202, 201, 200]
    with database.journal().reader.snapshot() as log:
        assert place_of(log, since, MANY) == 200
        assert place_of(log, NOW + timedelta(days=9), MANY) == MANY
