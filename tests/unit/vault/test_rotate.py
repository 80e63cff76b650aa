"""Rotation: everything opens at every moment, the old goes last, and every step is in the log."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from privity.adapters.rotating import rotate_now
from privity.errors import KeyStoreUnavailable, Tampered
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault import rotate, rotation
from privity.vault import rotate_people as people
from privity.vault.home_secrets import create_secrets, unwrap_secrets
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.retain import sweep
from privity.vault.rotate import rotate_partitions, rotate_root
from privity.vault.rotate_people import finish_people, rotate_people, rotate_person
from privity.vault.rotation import Means, Moved, Steps
from tests.conftest import Database
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB = SubjectRef("ann"), SubjectRef("bob")
PLACES = [(Region.EU, Purpose.ASSIST), (Region.US, Purpose.ASSIST), (Region.EU, Purpose.TRAIN)]


@dataclass
class MemoryHome:
    wrapped: bytes

    def read(self) -> bytes:
        return self.wrapped

    def write(self, wrapped: bytes) -> None:
        self.wrapped = wrapped


@dataclass
class World:
    """A database with records of two people in three partitions, and a clock."""

    database: Database
    custodian: MemoryCustodian = field(default_factory=MemoryCustodian)
    time: datetime = NOON
    keep_days: int = 0

    def __post_init__(self) -> None:
        self.secrets = create_secrets()
        self.home = MemoryHome(self.secrets.wrap(self.custodian))
        self.journal = self.database.journal()
        self.vault = Vault(self.custodian)
        for who in (ANN, BOB):
            self.put(who, 2)

    @property
    def means(self) -> Means:
        keep = timedelta(days=self.keep_days)
        return Means(self.custodian, self.home, "p", keep, lambda: self.time)

    def put(self, who: SubjectRef, count: int, prefix: str = "") -> None:
        with self.journal.transaction() as tx:
            for number, (region, purpose) in enumerate(PLACES * count):
                name = f"{prefix}{who}{number}"
                place = Place(region, purpose, who, name, "transcript")
                life = Lifetime(self.time, 30 * DAY)
                self.vault.seal(tx, place, ConversationRef("c"), name.encode(), life)

    def run(self, steps: Steps, stop: int = 99) -> list[int]:
        """Run a rotation, or only so many of its steps; check all of it after each."""
        counts: list[int] = []
        moved: Moved | None = None
        for _ in range(stop):
            try:
                step = next(steps) if moved is None else steps.send(moved)
            except StopIteration:
                break
            with self.journal.transaction() as tx:
                moved = step(tx)
            counts.append(moved.count)
            self.everything_opens()
        return counts

    def everything_opens(self) -> None:
        """As a process that ran all the time sees it, and one that starts now."""
        for vault in (self.vault, Vault(self.custodian)):
            with self.journal.transaction() as tx:
                for who in (ANN, BOB):
                    records = tx.records.of(who)
                    assert records
                    for each in records:
                        assert vault.open(tx, each, self.time) == each.place.record.encode()
        opened = unwrap_secrets(self.home.wrapped, self.custodian)
        assert opened.references == self.secrets.references

    def versions(self) -> tuple[list[str], list[int], dict[str, set[int]]]:
        """The versions that exist: of the root, of partitions, of people."""
        with self.journal.transaction() as tx:
            roots = [each.name for each in self.custodian.versions()]
            partitions = [each.version for each in tx.rotation.partitions()]
            people = {str(w): {key.version for key in tx.rotation.of(w)} for w in (ANN, BOB)}
        return roots, partitions, people

    def said(self) -> list[dict[str, object]]:
        with self.journal.reader.snapshot() as snapshot:
            entries = [json.loads(body) for _, body in snapshot.entries(0)]
        return [e["facts"] | {"event": e["event"]} for e in entries if "key." in e["event"]]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def small(sqlite_database: Database) -> World:
    return World(sqlite_database)


def test_the_root_is_rotated_and_everything_opens(world: World) -> None:
    assert world.run(rotate_root(world.means)) == [0, 0, 4, 0]
    roots, partitions, people = world.versions()
    assert (roots, partitions) == (["2"], [1, 1, 1])
    assert people == {"ann": {1}, "bob": {1}}
    rotated = {"event": "key.rotated", "key": "root"}
    assert world.said() == [
        rotated | {"before": "1"},
        rotated | {"version": "2", "moved": 4},
        {"event": "key.destroyed", "key": "root", "version": "1"},
    ]


def test_a_replaced_root_stays_as_long_as_backups_need_it(small: World) -> None:
    small.keep_days = 30
    small.run(rotate_root(small.means))
    assert small.versions()[0] == ["1", "2"]
    never = datetime.min.replace(tzinfo=UTC)
    small.time += 29 * DAY
    small.run(rotate_root(small.means, never))
    assert small.versions()[0] == ["1", "2"]
    small.time += 1 * DAY
    small.run(rotate_root(small.means, never))
    assert small.versions()[0] == ["2"]


def test_partitions_are_rotated_and_records_stay_as_they_are(world: World) -> None:
    with world.journal.transaction() as tx:
        before = tx.records.of(ANN)
    world.run(rotate_partitions(world.means))
    roots, partitions, people = world.versions()
    assert (roots, partitions) == (["1"], [2, 2, 2])
    assert people == {"ann": {1}, "bob": {1}}
    with world.journal.transaction() as tx:
        assert tx.records.of(ANN) == before
    assert {
        "event": "key.destroyed",
        "key": "partition",
        "partition": "eu/assist",
        "version": 1,
    } in (world.said())


def test_a_person_is_rotated_alone_and_the_old_key_opens_nothing(world: World) -> None:
    with world.journal.transaction() as tx:
        before = tx.records.of(ANN)
    world.run(rotate_person(world.means, ANN))
    assert world.versions()[2] == {"ann": {2}, "bob": {1}}
    with world.journal.transaction() as tx:
        after = tx.records.of(ANN)
        for each in before:
            with pytest.raises(Tampered):
                world.vault.open(tx, each, NOON)
    assert [(r.place, r.made_at, r.delete_at) for r in after] == [
        (r.place, r.made_at, r.delete_at) for r in before
    ]


def test_more_than_one_batch_moves(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    assert sum(small.run(rotate_partitions(small.means))) == 6
    assert sum(small.run(rotate_person(small.means, ANN))) == 6
    assert small.versions()[1:] == ([2, 2, 2], {"ann": {2}, "bob": {1}})


@pytest.mark.parametrize("stop", range(1, 14))
def test_interrupted_anywhere_the_next_rotation_finishes_and_begins_none(
    small: World, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    small.run(rotate_root(small.means), min(stop, 3))
    small.run(rotate_partitions(small.means), stop)
    small.run(rotate_person(small.means, ANN), min(stop, 6))
    small.put(BOB, 1, "later")
    for steps in (rotate_root, rotate_partitions, finish_people):
        small.run(steps(small.means))
    roots, partitions, people = small.versions()
    assert len(roots) == 1
    assert len(partitions) == 3
    assert set(partitions) <= {2, 3}
    assert people["ann"] == {2}


def test_a_rotation_that_was_interrupted_is_not_begun_again(small: World) -> None:
    small.run(rotate_partitions(small.means), 1)
    small.run(rotate_partitions(small.means))
    small.run(rotate_partitions(small.means), 0)
    assert small.versions()[1] == [2, 2, 2]
    small.run(rotate_person(small.means, ANN), 1)
    small.run(rotate_person(small.means, ANN))
    assert small.versions()[2]["ann"] == {2}


def test_a_root_that_was_made_but_moved_nothing_is_taken_into_use(small: World) -> None:
    small.run(rotate_root(small.means), 2)
    small.run(rotate_root(small.means))
    assert small.versions()[0] == ["2"]


def test_what_is_not_due_is_left_alone(small: World) -> None:
    small.run(rotate_root(small.means))
    small.time = NOON + 9 * DAY
    for steps in (rotate_root, rotate_partitions):
        small.run(steps(small.means, NOON - DAY))
    assert small.versions()[:2] == (["2"], [1, 1, 1])
    for steps in (rotate_root, rotate_partitions):
        small.run(steps(small.means, NOON))
    assert small.versions()[:2] == (["3"], [2, 2, 2])


def test_a_root_of_unknown_age_is_rotated_only_when_asked(small: World) -> None:
    small.run(rotate_root(small.means, NOON + DAY))
    assert small.versions()[0] == ["1"]


def test_two_who_rotate_the_root_at_once_make_one_version(small: World) -> None:
    first, second = rotate_root(small.means), rotate_root(small.means)
    steps = [next(first), next(second)]
    moved = []
    for step in steps:
        with small.journal.transaction() as tx:
            moved.append(step(tx))
    for each, names in ((first, moved[0]), (second, moved[1])):
        with small.journal.transaction() as tx:
            each.send(names)(tx)
    assert [each.name for each in small.custodian.versions()] == ["1", "2"]


def test_two_who_rotate_partitions_at_once_destroy_nothing_in_use(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    running = rotate_partitions(small.means)
    small.run(running, 1)
    small.run(rotate_partitions(small.means))
    small.run(rotate_partitions(small.means), 1)
    small.run(_rest(running))
    small.everything_opens()


def _rest(steps: Steps) -> Steps:
    """Go on with a rotation whose first step was run."""
    moved = Moved(names=("eu/assist", "eu/train", "us/assist"))
    try:
        while True:
            moved = yield steps.send(moved)
    except StopIteration:
        return


def test_people_are_rotated_when_their_keys_are_due_and_not_before(world: World) -> None:
    world.time = NOON + 9 * DAY
    world.run(rotate_people(world.means, NOON - DAY))
    assert world.versions()[2] == {"ann": {1}, "bob": {1}}
    world.run(rotate_people(world.means, NOON + DAY))
    assert world.versions()[2] == {"ann": {2}, "bob": {2}}
    assert world.run(rotate_people(world.means, NOON + DAY)) == [0]


def test_keys_that_are_made_meanwhile_are_not_due(small: World) -> None:
    small.run(rotate_people(small.means, NOON + 99 * DAY))
    assert small.versions()[2] == {"ann": {1}, "bob": {1}}
    small.time = NOON + DAY
    small.run(rotate_people(small.means, NOON + 99 * DAY))
    assert small.versions()[2] == {"ann": {2}, "bob": {2}}


def test_people_with_many_records_are_rotated_in_several_steps(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(people, "PEOPLE", 1)
    small.time = NOON + DAY
    counts = small.run(rotate_people(small.means, small.time))
    assert sum(counts) == 12
    assert max(counts) == 2
    assert small.versions()[2] == {"ann": {2}, "bob": {2}}


@pytest.mark.parametrize("stop", range(6))
def test_a_rotation_of_people_that_stops_anywhere_goes_on(
    small: World, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    small.time = NOON + DAY
    small.run(rotate_people(small.means, small.time), stop)
    small.run(rotate_people(small.means, small.time))
    assert small.versions()[2] == {"ann": {2}, "bob": {2}}


def test_someone_unknown_has_nothing_to_rotate(small: World) -> None:
    assert small.run(rotate_person(small.means, SubjectRef("nobody"))) == [0, 0]
    assert small.said() == []


def test_a_person_erased_in_the_middle_stays_erased(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    steps = rotate_person(small.means, ANN)
    moved = Moved()
    for number in range(20):
        try:
            step = next(steps) if number == 0 else steps.send(moved)
        except StopIteration:
            break
        with small.journal.transaction() as tx:
            if number == 2:
                tx.keys.destroy(ANN)
            moved = step(tx)
    assert small.versions()[2]["ann"] == set()


def test_a_sweep_in_the_middle_leaves_what_is_needed(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    small.run(rotate_person(small.means, ANN), 1)
    with small.journal.transaction() as tx:
        sweep(tx, small.time, "p")
    small.run(rotate_person(small.means, ANN))
    small.run(finish_people(small.means))
    small.everything_opens()


@pytest.mark.parametrize("steps", [rotate_root, rotate_partitions])
def test_while_the_custodian_is_away_nothing_changes(small: World, steps) -> None:
    before = small.versions()
    small.custodian.broken = KeyStoreUnavailable("down")
    with pytest.raises(KeyStoreUnavailable):
        small.run(steps(small.means))
    small.custodian.broken = None
    assert small.versions() == before
    small.run(steps(small.means))
    small.everything_opens()


def test_a_changed_home_is_found_before_anything_moves(small: World) -> None:
    small.home.wrapped = small.home.wrapped[:-1]
    with pytest.raises(Tampered):
        small.run(rotate_root(small.means))


def test_replacing_a_key_leaves_its_age(small: World) -> None:
    small.time = NOON + 9 * DAY
    small.run(rotate_partitions(small.means))
    with small.journal.transaction() as tx:
        assert {key.made_at for key in tx.rotation.of(ANN)} == {NOON}
        assert {key.made_at for key in tx.rotation.partitions()} == {small.time}


def test_keys_are_counted_with_their_uses(world: World) -> None:
    world.run(rotate_partitions(world.means))
    with world.journal.reader.snapshot() as snapshot:
        counts = snapshot.keys()
    assert counts.wrapped == {(region, purpose, 2): 2 for region, purpose in PLACES}
    assert (counts.people, counts.sealed, counts.oldest) == (6, 2, NOON)


def test_nothing_is_destroyed_that_something_still_needs(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    old = small.home.wrapped
    small.run(rotate_root(small.means), 3)
    small.home.wrapped = old  # somebody restored it
    small.run(rotate_partitions(small.means), 2)
    small.run(rotate_person(small.means, ANN), 2)
    before = small.versions()
    with small.journal.transaction() as tx:
        assert rotate._retire_root(tx, small.means) == Moved()
        rotate._retire_partition(tx, small.means, "eu/assist")
        people._retire_person(tx, small.means, ANN)
    assert small.versions() == before
    small.everything_opens()


def spoil_a_record(world: World, who: SubjectRef, which: int) -> None:
    with world.journal.transaction() as tx:
        record = sorted(tx.records.of(who), key=lambda each: each.place.record)[which]
        tx.records.replace(replace(record, body=record.body[:-1] + b"\0"))


def spoil_the_keys(world: World, who: SubjectRef) -> None:
    with world.journal.transaction() as tx:
        keys = [replace(key, wrapped=key.wrapped[:-1] + b"\0") for key in tx.rotation.of(who)]
        tx.rotation.rewrap(keys)


@pytest.mark.parametrize("which", range(6))
@pytest.mark.parametrize("batch", [1, 2, 64])
def test_a_record_that_does_not_open_stops_nobody_elses_rotation(
    small: World, monkeypatch: pytest.MonkeyPatch, which: int, batch: int
) -> None:
    monkeypatch.setattr(rotation, "BATCH", batch)
    small.time = NOON + DAY
    spoil_a_record(small, ANN, which)
    assert rotate_now(small.journal, rotate_people(small.means, small.time), print) == (ANN,)
    assert small.versions()[2]["bob"] == {2}
    assert 1 in small.versions()[2]["ann"]  # what is under it is not given up


def test_who_was_left_is_left_again_and_everyone_new_is_rotated(small: World) -> None:
    spoil_a_record(small, ANN, 0)
    for day in range(1, 4):
        small.time = NOON + day * DAY
        assert rotate_now(small.journal, finish_people(small.means), print) in ((), (ANN,))
        assert rotate_now(small.journal, rotate_people(small.means, small.time), print) == (ANN,)
        assert small.versions()[2]["bob"] == {1 + day}


def test_an_interrupted_rotation_that_cannot_go_on_stops_no_other(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 1)
    small.run(rotate_person(small.means, ANN), 1)
    small.run(rotate_person(small.means, BOB), 1)
    monkeypatch.setattr(rotation, "BATCH", 64)
    spoil_a_record(small, ANN, 5)
    assert rotate_now(small.journal, finish_people(small.means), print) == (ANN,)
    assert small.versions()[2]["bob"] == {2}


def test_a_key_that_does_not_open_stays_with_the_version_that_wraps_it(small: World) -> None:
    spoil_the_keys(small, ANN)
    left = rotate_now(small.journal, rotate_partitions(small.means), print)
    assert set(left) == {ANN}
    assert sorted(small.versions()[1]) == [1, 1, 1, 2, 2, 2]
    with small.journal.transaction() as tx:
        for each in tx.records.of(BOB):
            assert Vault(small.custodian).open(tx, each, NOON) == each.place.record.encode()


def test_where_nobodys_records_open_the_rotation_stops(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "MOST_LEFT", 1)
    for who in (ANN, BOB):
        spoil_a_record(small, who, 0)
    small.time = NOON + DAY
    with pytest.raises(Tampered):
        rotate_now(small.journal, rotate_people(small.means, small.time), print)
