"""Killed at any step of a move, a person is in one region or the other, whole, and then in one."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from privity.adapters import moving, regions
from privity.adapters.sql.link import Link
from privity.errors import PrivityError
from privity.model.words import SubjectRef
from tests.faults.test_erasure_crashes import END, SOME, Steps
from tests.faults.test_storage_crashes import child, everything_told, tell
from tests.two_regions import LOCAL, US, TwoRegions, make

ANN = {"1": b"1", "2": b"2", "3": b"3"}
BOB = {"4": b"4"}
TOUCHES = ("begin", "add", "run_many", "commit")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which Ann and Bob live in the home's own region, and spoke."""
    living = make(tmp_path_factory.mktemp("first") / "home")
    for who, records in (("ann", ANN), ("bob", BOB)):
        living.settle(who, LOCAL)
        for record in records:
            living.speak(who, record, LOCAL)
    return living.home


@pytest.fixture
def living(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TwoRegions:
    monkeypatch.setattr("privity.vault.residence_move.BATCH", 2)
    return TwoRegions(again(first, tmp_path / "home"))


def again(first: Path, home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(first, home)
    return home


def killed_at_every_step(living: TwoRegions, first: Path, act: str) -> Iterator[tuple[int, bool]]:
    """Move Ann in a child that dies at its first step, its second, ... until it lives."""
    deadly, lived = 0, False
    while not lived:
        deadly += 1
        again(first, living.home)

        def body(telling: int, deadly: int = deadly) -> None:
            steps = Steps(deadly)
            steps.watch(Link, *TOUCHES)
            steps.watch(moving, "begin", "copy", "carry", "leave", "remove_next")
            getattr(living, act)("ann", US) if act == "move" else getattr(living, act)("ann")
            tell(telling, END)

        lived = everything_told(*child(body)) == [END]
        yield deadly, lived
    assert deadly > 10


def somewhere(living: TwoRegions) -> dict[str, bytes]:
    return living.held(LOCAL, "ann") | living.held(US, "ann")


def test_killed_while_moving_everything_is_in_one_region_or_the_other(
    first: Path, living: TwoRegions
) -> None:
    for step, lived in killed_at_every_step(living, first, "move"):
        here, there = living.held(LOCAL, "ann"), living.held(US, "ann")
        assert here | there == ANN
        assert here in ({}, ANN)
        if living.lives("ann") is US:
            assert there == ANN
        if lived or step % SOME == 0:
            living.finish()
            if not lived and living.lives("ann") is LOCAL:
                living.move("ann", US)  # it was killed before anything was written
            assert (living.held(LOCAL, "ann"), living.held(US, "ann")) == ({}, ANN)
            assert living.lives("ann") is US
            assert living.finish() == 0
        assert living.held(LOCAL, "bob") == BOB


def test_killed_while_erasing_in_two_regions_an_erasure_finishes_it(
    first: Path, living: TwoRegions, tmp_path: Path
) -> None:
    """Ann's move was interrupted, so she is in both; then the erasure is interrupted, too."""
    half = half_moved(first, tmp_path / "half")
    for step, lived in killed_at_every_step(living, half, "erase"):
        assert set(somewhere(living)) <= set(ANN)
        if lived or step % SOME == 0:
            living.erase("ann")
            assert somewhere(living) == {}
            assert living.lives("ann") is None
            assert living.finish() == 0
            assert somewhere(living) == {}
        assert living.held(LOCAL, "bob") == BOB


def half_moved(first: Path, home: Path) -> Path:
    """A home in which Ann's records are in both regions, and the directory has the new one."""
    living = TwoRegions(again(first, home))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "leave", stop)
        with pytest.raises(KeyboardInterrupt):
            living.move("ann", US)
    assert (living.held(LOCAL, "ann"), living.held(US, "ann")) == (ANN, ANN)
    assert living.lives("ann") is US
    return home


def test_an_erasure_ends_a_move_that_was_interrupted(first: Path, living: TwoRegions) -> None:
    half_moved(first, living.home)
    done = living.erase("ann")
    assert [regions.name_of(each.store) for each in done] == ["home", "us"]
    assert living.finish() == 0
    assert somewhere(living) == {}


def test_what_is_kept_in_the_old_region_while_the_move_runs_comes_along(
    living: TwoRegions, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = moving.arrive

    def arrive(*arguments: object) -> None:
        real(*arguments)
        living.speak("ann", "8", LOCAL)

    monkeypatch.setattr(moving, "arrive", arrive)
    living.move("ann", US)
    assert living.held(US, "ann") == ANN | {"8": b"8"}
    assert living.held(LOCAL, "ann") == {}


def test_who_left_gets_no_key_in_the_old_region(living: TwoRegions) -> None:
    living.move("ann", US)
    with pytest.raises(PrivityError, match="another one now"):
        living.speak("ann", "9", LOCAL)
    assert living.held(LOCAL, "ann") == {}


def test_whoever_comes_back_is_kept_there_again(living: TwoRegions) -> None:
    for region in (US, LOCAL, US, LOCAL):
        living.move("ann", region)
    living.speak("ann", "9", LOCAL)
    assert living.held(LOCAL, "ann") == ANN | {"9": b"9"}
    assert living.held(US, "ann") == {}
    with living.there.stores[LOCAL].journal.transaction() as tx:
        assert tx.departures.get(SubjectRef("ann")) is None


@pytest.mark.parametrize("persisted", [False, True])
def test_a_commit_that_fails_or_whose_reply_is_lost_leaves_a_move_to_be_finished(
    first: Path, living: TwoRegions, monkeypatch: pytest.MonkeyPatch, *, persisted: bool
) -> None:
    commit, number, failed = Link.commit, 0, True
    while failed:
        number += 1
        again(first, living.home)
        failed = False
        left = number

        def fail(link: Link) -> None:
            nonlocal left, failed
            left -= 1
            if left:
                commit(link)
                return
            failed = True
            if persisted:
                commit(link)
            raise link.engine.dialect.loaded_dbapi.OperationalError

        with monkeypatch.context() as patch:
            patch.setattr(Link, "commit", fail)
            try:
                living.move("ann", US)
            except PrivityError:
                assert failed
        assert somewhere(living) == ANN
        if living.finish() == 0 and living.lives("ann") is LOCAL:
            living.move("ann", US)
        assert (living.held(LOCAL, "ann"), living.held(US, "ann")) == ({}, ANN)
    assert number > 10


def test_two_who_move_towards_each_other_do_not_wait_for_each_other(living: TwoRegions) -> None:
    living.move("bob", US)
    with ThreadPoolExecutor(2) as pool:
        there = pool.submit(living.move, "ann", US)
        back = pool.submit(living.move, "bob", LOCAL)
        there.result(60)
        back.result(60)
    assert (living.held(US, "ann", "bob"), living.held(LOCAL, "ann", "bob")) == (ANN, BOB)
