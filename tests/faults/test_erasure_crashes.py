"""Killed, full or cut off at any step of erasing, backing up and restoring: nothing is half done.

`PRIVITY_CRASHES` says how often the random test kills; thousands, when there is time.
"""

import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from privity.adapters import backup as backing_up
from privity.adapters import restore as restoring
from privity.adapters.home import making
from privity.adapters.sql.link import Link
from privity.audit.checkpoint import open_checkpoint
from privity.errors import PrivityError
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault import certificate
from privity.vault.erase import erase, remove, remove_next
from privity.vault.hold import add, release
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Hold, Place
from privity.vault.retain import sweep
from tests.conftest import Database, as_admin
from tests.fakes import MemoryCustodian
from tests.faults.test_storage_crashes import child, everything_told, tell
from tests.homes import DAY, NOON, Living, make

CRASHES = int(os.environ.get("PRIVITY_CRASHES", "25"))
TOUCHES = ("begin", "add", "run_many", "commit", "cut_wal", "close")
END = 99
SOME = 9
"""At every n-th step, whoever was killed tries again."""


# killed at every step


class Steps:
    """Counts steps, and ends the process just before the one that is deadly."""

    def __init__(self, deadly: int) -> None:
        self.deadly = deadly
        self.taken = 0

    def watch(self, owner: object, *names: str) -> None:
        for name in names:
            setattr(owner, name, self._deadly_version(getattr(owner, name)))

    def _deadly_version(self, act: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object, **named: object) -> object:
            self.taken += 1
            if self.taken == self.deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments, **named)

        return step


def killed_at_every_step(
    act: Callable[[], object], prepare: Callable[[], None], stride: int = 1
) -> Iterator[bool]:
    """Run `act` in a child that dies at its first step, its second, ... until it lives.

    Before each, `prepare` runs; after each, the caller's turn comes: did the child get to the end?
    """
    deadly, lived = 0, False
    while not lived:
        deadly += stride if deadly else 1
        prepare()

        def body(telling: int, deadly: int = deadly) -> None:
            steps = Steps(deadly)
            steps.watch(Link, *TOUCHES)
            steps.watch(Path, "rename", "replace", "mkdir", "unlink")
            steps.watch(os, "link", "fsync")
            steps.watch(backing_up, "writing", "_lines")
            steps.watch(restoring, "open_archive", "fill", "verify", "open_bundle", "replay")
            act()
            tell(telling, END)

        lived = everything_told(*child(body)) == [END]
        yield lived
    assert deadly > 10


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which Ann and Bob spoke, a backup of it, and the log after Ann was erased."""
    folder = tmp_path_factory.mktemp("first")
    living = make(folder / "home")
    for who, record in (("ann", "1"), ("ann", "2"), ("bob", "3")):
        living.speak(who, record)
    living.backup(folder / "backup")
    shutil.copytree(living.home, folder / "other")
    other = Living(folder / "other")
    other.erase("ann")
    other.remove()
    other.export(folder / "log")
    return folder


EVERYBODY = {"1": b"1", "2": b"2", "3": b"3"}
BOB = {"3": b"3"}


def test_killed_while_erasing_everything_is_there_or_nothing_opens(
    first: Path, tmp_path: Path
) -> None:
    living = Living(tmp_path / "home")

    def again() -> None:
        shutil.rmtree(living.home, ignore_errors=True)
        shutil.copytree(first / "home", living.home)

    def act() -> None:
        living.erase("ann")
        living.remove()

    states = []
    for step, lived in enumerate(killed_at_every_step(act, again)):
        states.append(living.held("ann", "bob"))
        assert states[-1] in (EVERYBODY, BOB)
        if lived or step % SOME == 0:
            act()
            assert certified(living) >= 2
            assert living.held("ann", "bob") == BOB
    assert states == sorted(states, key=len, reverse=True)  # once gone, it stays gone


def certified(living: Living) -> int:
    """Issue and check the certificate of the newest erasure; return its entry's index."""
    opened = living.opened
    with opened.journal.reader.snapshot() as snapshot:
        note = snapshot.head().note
        signed = (open_checkpoint(opened.signer.verifier, note), note)
        newest = max(i for i, body in snapshot.entries(0) if b'"subject.erased"' in body)
        certificate.check(certificate.issue(snapshot, newest, signed), opened.signer.verifier)
    return newest


def test_killed_while_backing_up_a_file_is_whole_or_not_there(first: Path, tmp_path: Path) -> None:
    living, file, new = Living(tmp_path / "home"), tmp_path / "backup", tmp_path / "new"

    def again() -> None:
        for folder in (living.home, new):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(first / "home", living.home)
        file.unlink(missing_ok=True)

    for lived in killed_at_every_step(lambda: living.backup(file), again):
        assert living.held("ann", "bob") == EVERYBODY
        if lived or file.exists():
            living.restore(file, new, None)
            assert Living(new).held("ann", "bob") == EVERYBODY


def test_killed_while_restoring_no_home_has_who_was_erased(first: Path, tmp_path: Path) -> None:
    old, place = Living(first / "home"), tmp_path / "place"

    def again() -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()

    def act() -> None:
        old.restore(first / "backup", place / "new", first / "log")

    for step, lived in enumerate(killed_at_every_step(act, again)):
        assert lived <= (place / "new").exists()
        for folder in place.iterdir():
            assert found(folder) in (None, BOB)
        if step % SOME == 0 and not (place / "new").exists():
            act()
            assert Living(place / "new").held("ann", "bob") == BOB
            assert [folder.name for folder in place.iterdir()] == ["new"]  # no root key elsewhere


def test_killed_while_restoring_to_postgresql_no_home_has_who_was_erased(
    first: Path, tmp_path: Path, postgres: str
) -> None:
    old, place, name = Living(first / "home"), tmp_path / "place", f"restored_{uuid4().hex}"
    url = make_url(postgres).set(drivername="postgresql", database=name)
    there = url.render_as_string(hide_password=False)

    def again() -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        as_admin(postgres, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        as_admin(postgres, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")

    def act() -> None:
        old.restore(first / "backup", place / "new", first / "log", database=there)

    states = []
    for lived in killed_at_every_step(act, again, stride=7):
        assert lived <= (place / "new").exists()
        states += [found(folder) for folder in place.iterdir()]
    assert all(state in (None, BOB) for state in states)
    assert states[-1] == BOB
    as_admin(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def test_killed_while_backing_up_from_postgresql_a_file_is_whole_or_not_there(
    first: Path, tmp_path: Path, postgres: str
) -> None:
    name, file = f"home_{uuid4().hex}", tmp_path / "backup"
    as_admin(postgres, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = make_url(postgres).set(drivername="postgresql", database=name)
    there = url.render_as_string(hide_password=False)
    Living(first / "home").restore(first / "backup", tmp_path / "home", None, database=there)
    living = Living(tmp_path / "home")
    for lived in killed_at_every_step(
        lambda: living.backup(file), lambda: file.unlink(missing_ok=True), stride=5
    ):
        assert living.held("ann", "bob") == EVERYBODY
        if lived or file.exists():
            new = tmp_path / "new"
            living.restore(file, new, None, database="sqlite:privity.db")
            assert Living(new).held("ann", "bob") == EVERYBODY
            shutil.rmtree(new)
    as_admin(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def test_what_a_killed_restore_left_is_removed_by_the_next(first: Path, tmp_path: Path) -> None:
    old, new = Living(first / "home"), tmp_path / "new"

    def act() -> None:
        Steps(2).watch(restoring, "verify", "replay")
        old.restore(first / "backup", new, first / "log")

    everything_told(*child(lambda _: act()))
    (left,) = tmp_path.iterdir()
    assert list(left.rglob("root.key"))
    old.restore(first / "backup", new, first / "log")
    assert list(tmp_path.iterdir()) == [new]


def test_a_restore_that_still_runs_is_left_alone(first: Path, tmp_path: Path) -> None:
    with making(tmp_path / "new") as running:
        with making(tmp_path / "new") as other:
            assert {running, other} == set(tmp_path.iterdir())
        shutil.rmtree(tmp_path / "new")
    assert [folder.name for folder in tmp_path.iterdir()] == ["new"]


def found(folder: Path) -> dict[str, bytes] | None:
    """What a folder that a killed restore left would serve; None if it serves nothing."""
    try:
        return Living(folder).held("ann", "bob")
    except PrivityError:
        return None


# killed at random


ANN = SubjectRef("ann")
Act = tuple[str, str, int]


def lives(chance: random.Random, count: int) -> list[Act]:
    """Acts: what is done, to whom or to which record, and a number."""
    acts: list[Act] = []
    for number in range(count):
        kind = chance.choice(["speak"] * 5 + ["erase", "remove", "sweep", "hold", "release"])
        about = chance.choice(["ann", "bob"]) if kind in {"speak", "erase"} else str(number)
        if kind == "hold":
            about = str(chance.randrange(number + 1))
        acts.append((kind, about, number))
    return acts


class Expected:
    """What should be listed after some of the acts."""

    def __init__(self) -> None:
        self.records: dict[str, tuple[str, int]] = {}
        self.holds: dict[str, str] = {}
        self.day = 0

    def do(self, act: Act) -> frozenset[str]:
        kind, about, number = act
        held = set(self.holds.values())
        if kind == "speak":
            self.records[str(number)] = (about, self.day + number % 3)
        elif kind == "erase":
            mine = [name for name, (who, _) in self.records.items() if who == about]
            for name in mine:
                who, end = self.records.pop(name)
                if name in held:
                    self.records[name] = (who, min(end, self.day))
        elif kind == "hold" and about in self.records:
            self.holds[str(number)] = about
        elif kind in {"sweep", "release"}:
            self.day += kind == "sweep"
            if self.holds and kind == "release":
                del self.holds[min(self.holds)]
            held = set(self.holds.values())
            for name, (_, end) in list(self.records.items()):
                if end <= self.day and name not in held:
                    del self.records[name]
        return frozenset(self.records)


def do(tx, vault: Vault, act: Act, day: int) -> None:
    """Do an act in a transaction."""
    kind, about, number = act
    now = NOON + day * DAY
    match kind:
        case "speak":
            place = Place(Region.EU, Purpose.ASSIST, SubjectRef(about), str(number), "transcript")
            life = Lifetime(now, number % 3 * DAY)
            vault.seal(tx, place, ConversationRef("c"), str(number).encode(), life)
        case "erase":
            erase(tx, vault, SubjectRef(about), now, "p")
        case "remove":
            remove_next(tx, now, "p")
        case "hold":
            if tx.records.find(about) is not None:
                hold = Hold(str(number), about, "case", "eve", "li", now, now + 999 * DAY)
                add(tx, hold, "p")
        case _:
            holds = tx.holds.all()
            if kind == "release" and holds:
                release(tx, holds[0].id, now, "p")
            else:
                sweep(tx, now, "p")


def test_killed_at_random_what_is_listed_is_what_was_done(sqlite_database: Database) -> None:
    chance = random.Random(11)
    for _ in range(CRASHES):
        acts = lives(chance, 300)
        sqlite_database.empty()

        def body(telling: int, acts: list[Act] = acts) -> None:
            journal, vault, day = sqlite_database.journal(), Vault(MemoryCustodian()), 0
            for number, act in enumerate(acts, start=1):
                day += act[0] == "sweep"
                with journal.transaction() as tx:
                    do(tx, vault, act, day)
                tell(telling, number)

        reading, pid = child(body)
        time.sleep(0.02 + chance.random() / 5)
        os.kill(pid, signal.SIGKILL)
        told = [0, *everything_told(reading, pid)][-1]
        expected = Expected()
        states = [frozenset[str](), *(expected.do(act) for act in acts)]
        assert listed(sqlite_database) in states[told : told + 2]


def listed(database: Database) -> frozenset[str]:
    """What is listed; all of it must open."""
    vault = Vault(MemoryCustodian())
    with database.journal().transaction() as tx:
        records = [each for who in ("ann", "bob") for each in tx.records.of(SubjectRef(who))]
        for each in records:
            assert vault.open(tx, each, NOON) == each.place.record.encode()
    return frozenset(each.place.record for each in records)


# the commit fails, or its reply is lost


def spoken(database: Database) -> Vault:
    vault = Vault(MemoryCustodian())
    with database.journal().transaction() as tx:
        do(tx, vault, ("speak", "ann", 1), 0)
    return vault


@pytest.mark.parametrize("persisted", [False, True])
def test_an_erasure_whose_commit_fails_can_be_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, persisted: bool
) -> None:
    vault = spoken(database)
    commit = Link.commit

    def fail(link: Link) -> None:
        if persisted:
            commit(link)
        raise link.engine.dialect.loaded_dbapi.OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(Link, "commit", fail)
        with pytest.raises(PrivityError), database.journal().transaction() as tx:
            erase(tx, vault, ANN, NOON, "p")
    assert listed(database) == (set() if persisted else {"1"})
    with database.journal().transaction() as tx:
        erased = erase(tx, vault, ANN, NOON, "p")
    assert erased.entry == int(persisted)
    for entry in range(erased.entry + 1):
        with database.journal().transaction() as tx:
            assert remove(tx, entry, NOON, "p") is not None
    assert listed(database) == set()


# the disk is full


@contextmanager
def small_disk(most: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("most", [0, 100, 5000, 20000])
def test_on_a_full_disk_nothing_is_half_done(first: Path, tmp_path: Path, most: int) -> None:
    shutil.copytree(first / "home", tmp_path / "home")
    living = Living(tmp_path / "home")
    acts: list[Callable[[], object]] = [
        lambda: living.erase("ann"),
        lambda: living.backup(tmp_path / "file"),
        lambda: living.restore(first / "backup", tmp_path / "new", first / "log"),
    ]
    with small_disk(most):
        for act in acts:
            with pytest.raises(PrivityError):
                act()
    assert living.held("ann", "bob") == EVERYBODY
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home"]


def test_a_backup_to_where_no_file_can_be_is_refused(first: Path) -> None:
    with pytest.raises(PrivityError):
        Living(first / "home").backup(Path("/proc/backup"))
