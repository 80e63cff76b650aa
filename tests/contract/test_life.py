"""Unfinished erasures, holds and the believed time: one contract on the fake and both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.ports import Erasing, Hold, Place, Sealed, WrappedKey

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB = SubjectRef("ann"), SubjectRef("bob")
HOLD = Hold("h", "1", "case", "eve", "mallory", NOON, NOON + DAY)


def sealed(record: str, version: int = 1, subject: SubjectRef = ANN) -> Sealed:
    place = Place(Region.EU, Purpose.ASSIST, subject, record, "transcript")
    return Sealed(place, ConversationRef("c"), version, b"body", NOON, NOON)


def put(journal, *records: Sealed) -> None:
    with journal.transaction() as tx:
        for record in records:
            tx.records.put(record)


def test_an_unfinished_erasure_is_remembered_with_how_far_it_came(journal) -> None:
    first, second = Erasing(3, ANN, 2, 0), Erasing(5, BOB, 1, 0)
    with journal.transaction() as tx:
        assert tx.erasures.first() is None
        tx.erasures.add(second)
        tx.erasures.add(first)
    with journal.transaction() as tx:
        tx.erasures.count(3, 4)
        tx.erasures.count(3, 2)
        assert tx.erasures.first() == tx.erasures.get(3) == replace(first, removed=6)
        tx.erasures.finish(3)
        assert tx.erasures.get(3) is None
    with journal.transaction() as tx:
        assert tx.erasures.first() == second


def test_records_under_destroyed_versions_are_not_listed(journal) -> None:
    put(journal, sealed("1"), sealed("2", version=2), sealed("3", subject=BOB))
    with journal.transaction() as tx:
        tx.erasures.add(Erasing(0, ANN, 1, 0))
        assert tx.records.of(ANN) == (sealed("2", version=2),)
        assert tx.records.of(BOB) == (sealed("3", subject=BOB),)
        assert tx.records.find("1") is None
        assert tx.records.find("2") == sealed("2", version=2)
        assert tx.records.find("none") is None


def test_only_named_records_of_their_person_that_no_hold_is_on_are_taken(journal) -> None:
    put(journal, *(sealed(str(n)) for n in range(4)), sealed("b", subject=BOB))
    with journal.transaction() as tx:
        tx.holds.add(HOLD)
        assert tx.records.take(ANN, ["0", "1", "3", "b", "none"]) == ("0", "3")
        assert tx.records.take(ANN, ["0"]) == ()
    with journal.transaction() as tx:
        assert [each.place.record for each in tx.records.of(ANN)] == ["1", "2"]
        assert tx.records.of(BOB) == (sealed("b", subject=BOB),)


def test_records_are_removed_up_to_a_version_and_a_number(journal) -> None:
    put(journal, *(sealed(str(n)) for n in range(3)), sealed("9", version=2))
    with journal.transaction() as tx:
        assert tx.records.left(ANN, 1) == 3
        assert tx.records.remove(ANN, 1, 2) == 2
        assert tx.records.remove(ANN, 1, 2) == 1
        assert tx.records.left(ANN, 1) == 0
        assert tx.records.of(ANN) == (sealed("9", version=2),)


def test_a_record_can_be_replaced(journal) -> None:
    put(journal, sealed("1"), sealed("2"))
    new = replace(sealed("1", version=2), body=b"other", delete_at=NOON + DAY)
    with journal.transaction() as tx:
        tx.records.replace(new)
    with journal.transaction() as tx:
        assert tx.records.of(ANN) == (new, sealed("2"))


def test_a_key_version_that_an_erasure_destroyed_is_not_used_again(journal) -> None:
    with journal.transaction() as tx:
        assert tx.keys.next_version(ANN) == 1
        assert tx.keys.versions(ANN) == (0, 0)
        tx.keys.put(WrappedKey(Region.EU, Purpose.ASSIST, ANN, 1, b"w", NOON))
        tx.keys.put(WrappedKey(Region.US, Purpose.ASSIST, ANN, 3, b"w", NOON))
        assert tx.keys.versions(ANN) == (2, 3)
    with journal.transaction() as tx:
        tx.erasures.add(Erasing(0, ANN, 3, 0))
        assert (tx.keys.next_version(ANN), tx.keys.next_version(BOB)) == (4, 1)


def test_a_hold_is_kept_until_it_is_removed(journal) -> None:
    put(journal, sealed("1"), sealed("2"), sealed("3", subject=BOB))
    with journal.transaction() as tx:
        tx.holds.add(HOLD)
        tx.holds.add(replace(HOLD, id="b", record="3"))
    with journal.transaction() as tx:
        assert [each.id for each in tx.holds.all()] == ["b", "h"]
        assert tx.holds.records_of(ANN) == (sealed("1"),)
        assert tx.holds.remove("h") == HOLD
        assert tx.holds.remove("h") is None
        assert tx.holds.records_of(ANN) == ()


def test_a_hold_that_is_over_is_named(journal) -> None:
    with journal.transaction() as tx:
        tx.holds.add(HOLD)
        assert tx.holds.ended(NOON) == ()
        assert tx.holds.ended(HOLD.ends) == (HOLD,)


def test_a_record_under_a_hold_is_not_due(journal) -> None:
    put(journal, sealed("1"), sealed("2"), sealed("3"))
    with journal.transaction() as tx:
        tx.holds.add(HOLD)
        assert tx.records.overdue(NOON) == 2
        assert [tx.records.sweep(NOON, 1) for _ in range(3)] == [1, 1, 0]
        assert tx.records.of(ANN) == (sealed("1"),)


def test_the_time_that_was_believed_is_remembered(journal) -> None:
    with journal.transaction() as tx:
        assert tx.clock.seen() is None
        tx.clock.advance(NOON)
    with journal.transaction() as tx:
        tx.clock.advance(NOON + DAY)
    with journal.transaction() as tx:
        assert tx.clock.seen() == NOON + DAY
