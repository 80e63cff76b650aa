"""The key hierarchy: every key opens at its place only, and a destroyed one is gone at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from privity.errors import KeyStoreUnavailable, Tampered
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.aead import Key
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place, Sealed
from privity.vault.subject_keys import KeyCache, KeyRing
from tests.fakes import MemoryCustodian, MemoryTransaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIFE = Lifetime(NOON, timedelta(days=30))
TALK = ConversationRef("talk")


def place(subject: str = "ann", record: str = "1", region: Region = Region.EU) -> Place:
    return Place(region, Purpose.ASSIST, SubjectRef(subject), record, "transcript")


def sealed(vault: Vault, tx: MemoryTransaction, where: Place, body: bytes = b"body") -> Sealed:
    vault.seal(tx, where, TALK, body, LIFE)
    return tx.records.all[where.record]


@pytest.fixture
def tx() -> MemoryTransaction:
    return MemoryTransaction()


@pytest.fixture
def custodian() -> MemoryCustodian:
    return MemoryCustodian()


@pytest.fixture
def vault(custodian: MemoryCustodian) -> Vault:
    return Vault(custodian)


def test_a_record_opens_with_what_is_stored_and_the_root_key(tx, custodian, vault) -> None:
    record = sealed(vault, tx, place())
    assert (record.made_at, record.delete_at) == (NOON, NOON + timedelta(days=30))
    assert record.conversation == TALK
    assert Vault(MemoryCustodian()).open(tx, record, NOON) == b"body"


def test_nothing_stored_shows_the_body_or_a_key(tx, vault) -> None:
    record = sealed(vault, tx, place(), b"a body to look for")
    assert b"body" not in record.body
    assert all(len(key.wrapped) == 4 + 30 + 32 for key in tx.keys.all.values())
    assert all(len(key.wrapped) == 1 + 30 + 32 for key in tx.partitions.all.values())


def test_one_person_has_one_key_for_a_purpose_in_a_region(tx, vault) -> None:
    for where in (
        place(),
        place(record="2"),
        place("bob", "3"),
        place(record="4", region=Region.US),
    ):
        sealed(vault, tx, where)
    assert len(tx.keys.all) == 3
    assert len({key.wrapped for key in tx.keys.all.values()}) == 3
    assert len(tx.partitions.all) == 2


@pytest.mark.parametrize(
    "moved",
    [
        place("bob"),
        place(record="2"),
        place(region=Region.US),
        replace(place(), purpose=Purpose.TRAIN),
        replace(place(), kind="note"),
    ],
)
def test_a_record_opens_at_no_other_place(tx, vault, moved: Place) -> None:
    record = sealed(vault, tx, place())
    sealed(vault, tx, replace(moved, record="other"))
    with pytest.raises(Tampered):
        vault.open(tx, replace(record, place=moved), NOON)


def test_a_record_does_not_open_under_another_version_of_the_key(tx, vault) -> None:
    record = sealed(vault, tx, place())
    (key,) = tx.keys.all.values()
    tx.keys.put(replace(key, version=2))
    with pytest.raises(Tampered):
        vault.open(tx, replace(record, key_version=2), NOON)


def test_another_root_key_opens_nothing(tx, vault) -> None:
    record = sealed(vault, tx, place())
    with pytest.raises(Tampered):
        Vault(MemoryCustodian(bytes(31) + b"x")).open(tx, record, NOON)


@pytest.mark.parametrize(
    "wrapped", [b"", b"\x00\x00\x00", b"\x00\x00\x00\x01", b"\x00\x00\x00\x02" + bytes(62)]
)
def test_a_broken_wrapped_key_is_refused(tx, custodian, vault, wrapped: bytes) -> None:
    record = sealed(vault, tx, place())
    tx.keys.all = {at: replace(key, wrapped=wrapped) for at, key in tx.keys.all.items()}
    with pytest.raises(Tampered):
        Vault(custodian).open(tx, record, NOON)


def test_wrapped_keys_of_two_people_cannot_be_swapped(tx, custodian, vault) -> None:
    record = sealed(vault, tx, place())
    sealed(vault, tx, place("bob", "2"))
    ann, bob = tx.keys.all.values()
    tx.keys.all[ann.region, ann.purpose, ann.subject, 1] = replace(ann, wrapped=bob.wrapped)
    with pytest.raises(Tampered):
        Vault(custodian).open(tx, record, NOON)


def test_a_destroyed_key_opens_nothing_although_it_was_in_use(tx, vault) -> None:
    record = sealed(vault, tx, place())
    assert vault.open(tx, record, NOON) == b"body"
    tx.keys.destroy(SubjectRef("ann"))
    with pytest.raises(Tampered):
        vault.open(tx, record, NOON)


def test_a_person_who_comes_back_gets_a_new_key(tx, vault) -> None:
    old = sealed(vault, tx, place())
    tx.keys.destroy(SubjectRef("ann"))
    new = sealed(vault, tx, place(record="2"))
    assert vault.open(tx, new, NOON) == b"body"
    with pytest.raises(Tampered):
        vault.open(tx, old, NOON)


def test_without_the_custodian_nothing_is_sealed(tx, custodian, vault) -> None:
    custodian.broken = KeyStoreUnavailable("down")
    with pytest.raises(KeyStoreUnavailable):
        sealed(vault, tx, place())
    assert tx.records.all == {}


def test_a_key_that_could_not_be_used_is_noticed_before_anything_is_kept(
    tx, custodian, vault
) -> None:
    custodian.broken = KeyStoreUnavailable("down")
    with pytest.raises(KeyStoreUnavailable):
        vault.prepare(tx, place(), NOON)
    custodian.broken = None
    vault.prepare(tx, place(), NOON)
    assert len(tx.keys.all) == 1
    custodian.broken = KeyStoreUnavailable("down")
    assert vault.open(tx, sealed(vault, tx, place()), NOON) == b"body"


def test_keys_in_use_outlive_the_custodian_for_their_time_only(tx, custodian, vault) -> None:
    record = sealed(vault, tx, place())
    custodian.broken = KeyStoreUnavailable("down")
    assert vault.open(tx, record, NOON + timedelta(minutes=4)) == b"body"
    with pytest.raises(KeyStoreUnavailable):
        vault.open(tx, record, NOON + timedelta(minutes=5))


def test_a_clock_that_goes_back_does_not_keep_a_key(custodian) -> None:
    cache = KeyCache(2, timedelta(minutes=5))
    cache.put(b"a", Key(bytes(32)), NOON)
    assert cache.get(b"a", NOON - timedelta(seconds=1)) is None
    assert cache.get(b"a", NOON) is None


def test_the_cache_stays_small_and_keeps_what_is_used(custodian) -> None:
    cache = KeyCache(2, timedelta(minutes=5))
    keys = {name: Key(bytes(32)) for name in (b"a", b"b", b"c")}
    cache.put(b"a", keys[b"a"], NOON)
    cache.put(b"b", keys[b"b"], NOON)
    assert cache.get(b"a", NOON) is keys[b"a"]
    cache.put(b"c", keys[b"c"], NOON)
    assert len(cache) == 2
    assert cache.get(b"b", NOON) is None
    assert cache.get(b"a", NOON) is keys[b"a"]


def test_the_custodian_is_asked_once_for_a_partition(tx, custodian, vault) -> None:
    for number in range(20):
        sealed(vault, tx, place(f"person {number}", str(number)))
    assert custodian.unwraps == 1


def test_the_ring_gives_the_newest_key(tx, custodian) -> None:
    ring = KeyRing(custodian, KeyCache(9, timedelta(minutes=5)))
    assert ring.newest(tx, place(), NOON).version == 1
