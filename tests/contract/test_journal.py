"""What every journal must do; run on the fake, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privity.access.app_keys import App
from privity.adapters.sql.columns import from_ticks
from privity.audit.entry import Entry, Event, canonical
from privity.errors import LogUnavailable
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef
from privity.vault.ports import PartitionKey, Place, Sealed, WrappedKey
from tests.fakes import MemoryJournal

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN, BOB = SubjectRef("ann"), SubjectRef("bob")
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
TIMES = st.integers(0, 2**52).map(from_ticks)
SEALED = st.builds(
    Sealed,
    place=st.builds(
        Place,
        region=st.sampled_from(Region),
        purpose=st.sampled_from(Purpose),
        subject=st.sampled_from([ANN, BOB]),
        record=TEXTS,
        kind=TEXTS,
    ),
    conversation=TEXTS.map(ConversationRef),
    key_version=st.integers(1, 2**31 - 1),
    body=st.binary(max_size=40),
    made_at=TIMES,
    delete_at=TIMES,
)


def sealed(
    record: str, subject: SubjectRef = ANN, end: datetime = NOON, version: int = 1
) -> Sealed:
    place = Place(Region.EU, Purpose.ASSIST, subject, record, "transcript")
    return Sealed(place, ConversationRef("c"), version, b"\x00\xff", NOON, end)


def wrapped(subject: SubjectRef = ANN, version: int = 1, key: bytes = b"w") -> WrappedKey:
    return WrappedKey(Region.EU, Purpose.ASSIST, subject, version, key, NOON)


def entry(number: int = 0) -> Entry:
    return Entry(Event.SERVICE_STARTED, NOON, "p", facts={"number": number})


def entries(journal: Any) -> list[bytes]:
    if isinstance(journal, MemoryJournal):
        return journal.entries
    with journal.reader.snapshot() as log:
        return [body for _, body in log.entries(0)]


def write(journal: Any, *works: Callable[[Any], Any]) -> list[Any]:
    """Offer all works at once; return what each gave or raised."""

    async def run() -> list[Any]:
        await journal.start()
        try:
            writes = (journal.write(work) for work in works)
            return await asyncio.gather(*writes, return_exceptions=True)
        finally:
            await journal.close()

    return asyncio.run(run())


# records


def test_a_record_comes_back_as_it_was(journal) -> None:
    with journal.transaction() as tx:
        tx.records.put(sealed("1"))
    with journal.transaction() as tx:
        assert tx.records.of(ANN) == (sealed("1"),)


def test_a_record_is_seen_in_the_transaction_that_puts_it(journal) -> None:
    with journal.transaction() as tx:
        tx.records.put(sealed("1"))
        assert tx.records.of(ANN) == (sealed("1"),)


def test_the_same_id_again_changes_nothing(journal) -> None:
    with journal.transaction() as tx:
        tx.records.put(sealed("1"))
        tx.records.put(sealed("1", end=NOON + timedelta(days=1)))
        assert tx.records.of(ANN) == (sealed("1"),)


def test_erasing_one_person_leaves_the_others(journal) -> None:
    with journal.transaction() as tx:
        for record, who in (("1", ANN), ("2", BOB), ("3", ANN)):
            tx.records.put(sealed(record, who))
    with journal.transaction() as tx:
        assert tx.records.remove(ANN, 2**31 - 1, 100) == 2
    with journal.transaction() as tx:
        assert tx.records.of(ANN) == ()
        assert tx.records.of(BOB) == (sealed("2", BOB),)


def test_the_sweep_takes_what_is_due_and_nothing_else(journal) -> None:
    later = NOON + timedelta(microseconds=1)
    with journal.transaction() as tx:
        tx.records.put(sealed("due"))
        tx.records.put(sealed("not", end=later))
    with journal.transaction() as tx:
        assert tx.records.overdue(NOON) == 1
        assert tx.records.sweep(NOON, 100) == 1
        assert tx.records.overdue(NOON) == 0
        assert tx.records.of(ANN) == (sealed("not", end=later),)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=30,
)
@given(batch=st.lists(SEALED, max_size=8, unique_by=lambda r: r.place.record))
def test_any_record_round_trips_in_order_of_id(journal, batch: list[Sealed]) -> None:
    with journal.transaction() as tx:
        for who in (ANN, BOB):
            tx.records.remove(who, 2**31 - 1, 100)
        for record in batch:
            tx.records.put(record)
        for who in (ANN, BOB):
            mine = (r for r in batch if r.place.subject == who)
            assert tx.records.of(who) == tuple(sorted(mine, key=lambda r: r.place.record))


# keys


def test_a_person_has_no_key_until_one_is_put(journal) -> None:
    with journal.transaction() as tx:
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) is None
        assert tx.keys.put(wrapped()) == wrapped()
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) == wrapped()
    with journal.transaction() as tx:
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) == wrapped()
        assert tx.keys.get(Region.US, Purpose.ASSIST, ANN) is None
        assert tx.keys.get(Region.EU, Purpose.TRAIN, ANN) is None
        assert tx.keys.get(Region.EU, Purpose.ASSIST, BOB) is None


def test_a_key_that_exists_is_not_replaced(journal) -> None:
    with journal.transaction() as tx:
        tx.keys.put(wrapped(key=b"first"))
    with journal.transaction() as tx:
        assert tx.keys.put(wrapped(key=b"second")) == wrapped(key=b"first")


def test_the_newest_version_of_a_key_is_given_and_older_ones_stay(journal) -> None:
    with journal.transaction() as tx:
        tx.keys.put(wrapped(version=2, key=b"two"))
        tx.keys.put(wrapped(version=1, key=b"one"))
    with journal.transaction() as tx:
        tx.keys.put(wrapped(version=3, key=b"three"))
        held = [tx.keys.get(Region.EU, Purpose.ASSIST, ANN, v) for v in (None, 1, 2, 3, 4)]
        assert [key and key.wrapped for key in held] == [b"three", b"one", b"two", b"three", None]


def test_destroying_a_persons_keys_leaves_the_others(journal) -> None:
    with journal.transaction() as tx:
        for key in (wrapped(), wrapped(version=2), wrapped(BOB)):
            tx.keys.put(key)
    with journal.transaction() as tx:
        assert tx.keys.destroy(ANN) == 2
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) is None
    with journal.transaction() as tx:
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) is None
        assert tx.keys.get(Region.EU, Purpose.ASSIST, BOB) == wrapped(BOB)


def test_a_key_put_after_a_destruction_is_a_new_one(journal) -> None:
    with journal.transaction() as tx:
        tx.keys.put(wrapped(key=b"old"))
        tx.keys.destroy(ANN)
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) is None
        tx.keys.put(wrapped(key=b"new"))
    with journal.transaction() as tx:
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) == wrapped(key=b"new")


def test_a_key_that_no_record_needs_can_be_destroyed(journal) -> None:
    with journal.transaction() as tx:
        tx.keys.put(wrapped())
        tx.keys.put(wrapped(version=2))
        tx.keys.put(wrapped(BOB))
        tx.records.put(sealed("1", version=2))
        assert tx.keys.destroy_unused() == 2
    with journal.transaction() as tx:
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) == wrapped(version=2)
        assert tx.keys.get(Region.EU, Purpose.ASSIST, BOB) is None


def test_partitions_keep_their_keys_by_version(journal) -> None:
    one = PartitionKey(Region.EU, Purpose.ASSIST, 1, b"one", NOON)
    two = PartitionKey(Region.EU, Purpose.ASSIST, 2, b"two", NOON)
    with journal.transaction() as tx:
        assert tx.partitions.get(Region.EU, Purpose.ASSIST) is None
        assert tx.partitions.put(one) == one
        assert tx.partitions.put(PartitionKey(Region.EU, Purpose.ASSIST, 1, b"x", NOON)) == one
        assert tx.partitions.put(two) == two
    with journal.transaction() as tx:
        held = [tx.partitions.get(Region.EU, Purpose.ASSIST, v) for v in (None, 1, 2, 3)]
        assert held == [two, one, two, None]
        assert tx.partitions.get(Region.US, Purpose.ASSIST) is None


# applications


def test_applications_are_found_by_the_hash_of_their_key(journal) -> None:
    app = App(AppId("b"), Purpose.ASSIST, "ab" * 32, NOON)
    with journal.transaction() as tx:
        assert tx.apps.add(app) == app
        tx.apps.add(App(AppId("a"), Purpose.TRAIN, "cd" * 32, NOON))
        assert tx.apps.add(App(AppId("b"), Purpose.TRAIN, "ef" * 32, NOON)) == app
    with journal.transaction() as tx:
        assert tx.apps.find("ab" * 32) == app
        assert tx.apps.find("00" * 32) is None
        assert [each.name for each in tx.apps.all()] == ["a", "b"]
        assert tx.apps.remove(AppId("a"))
        assert not tx.apps.remove(AppId("a"))
    with journal.transaction() as tx:
        assert tx.apps.all() == (app,)


# the log, and transactions


def test_entries_get_indices_without_gaps_over_transactions(journal) -> None:
    with journal.transaction() as tx:
        assert [tx.log.append(entry(i)) for i in range(3)] == [0, 1, 2]
    with journal.transaction() as tx:
        assert tx.log.append(entry(3)) == 3
    assert entries(journal) == [canonical(entry(i)) for i in range(4)]


def test_an_entry_that_no_bundle_could_hold_is_refused(journal) -> None:
    with pytest.raises(LogUnavailable), journal.transaction() as tx:
        tx.log.append(Entry(Event.SERVICE_STARTED, NOON, "p", facts={"x": "y" * 65536}))
    assert entries(journal) == []


def test_a_transaction_that_raises_leaves_nothing(journal) -> None:
    def half_done() -> None:
        with journal.transaction() as tx:
            tx.log.append(entry())
            tx.keys.put(wrapped())
            tx.records.put(sealed("1"))
            tx.records.remove(BOB, 2**31 - 1, 100)
            raise KeyError

    with pytest.raises(KeyError):
        half_done()
    assert entries(journal) == []
    with journal.transaction() as tx:
        assert tx.keys.get(Region.EU, Purpose.ASSIST, ANN) is None
        assert tx.records.of(ANN) == ()


def test_every_writer_gets_its_own_result(journal) -> None:
    works = [lambda tx, i=i: (i, tx.log.append(entry(i))) for i in range(40)]
    results = write(journal, *works)
    assert [i for i, _ in results] == list(range(40))
    written = entries(journal)
    assert [orjson.loads(written[at])["facts"]["number"] for _, at in results] == list(range(40))


def test_a_failing_work_takes_back_its_own_and_nothing_else(journal) -> None:
    def good(number: int):
        def work(tx):
            tx.records.put(sealed(f"good {number}"))
            tx.keys.put(wrapped(SubjectRef(f"s{number}")))
            return tx.log.append(entry(number))

        return work

    def buffered(tx) -> None:
        tx.records.put(sealed("bad 1"))
        tx.keys.get(Region.EU, Purpose.ASSIST, ANN)
        tx.keys.put(wrapped())
        tx.log.append(entry(100))
        raise KeyError

    def direct(tx) -> None:
        tx.records.put(sealed("bad 2"))
        tx.records.remove(ANN, 2**31 - 1, 100)
        tx.log.append(entry(101))
        tx.partitions.put(PartitionKey(Region.EU, Purpose.ASSIST, 1, b"bad", NOON))
        tx.keys.put(wrapped(BOB))
        raise KeyError

    results = write(journal, good(0), buffered, good(1), direct, good(2), direct)
    assert [type(r) for r in results] == [int, KeyError, int, KeyError, int, KeyError]
    assert entries(journal) == [canonical(entry(i)) for i in range(3)]
    with journal.transaction() as tx:
        assert [r.place.record for r in tx.records.of(ANN)] == [f"good {i}" for i in range(3)]
        for who in (ANN, BOB):
            assert tx.keys.get(Region.EU, Purpose.ASSIST, who) is None
        assert tx.partitions.get(Region.EU, Purpose.ASSIST) is None
        assert tx.keys.get(Region.EU, Purpose.ASSIST, SubjectRef("s2")) is not None


def test_works_that_read_see_the_works_before_them(journal) -> None:
    def put(tx) -> None:
        tx.records.put(sealed("1"))
        tx.keys.put(wrapped())

    def read(tx):
        return tx.records.of(ANN), tx.keys.get(Region.EU, Purpose.ASSIST, ANN)

    def erase(tx) -> None:
        tx.keys.destroy(ANN)
        tx.records.remove(ANN, 2**31 - 1, 100)

    results = write(journal, put, read, erase, read)
    assert results[1] == ((sealed("1"),), wrapped())
    assert results[3] == ((), None)
