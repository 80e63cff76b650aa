"""Rotation while everything runs: under writes, and with the process killed at any moment."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from privity.adapters.home import write_private
from privity.adapters.keys.file import FileCustodian, create
from privity.adapters.rotating import SecretsFile, _rotate, rotate_now
from privity.adapters.sql.link import Link
from privity.audit.verify import verify
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault import rotation
from privity.vault.home_secrets import create_secrets, unwrap_secrets
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.rotate import rotate_partitions, rotate_root
from privity.vault.rotate_people import finish_people, rotate_person
from privity.vault.rotation import Means, Steps
from tests.conftest import SIGNER, Database
from tests.faults.test_storage_crashes import END, child, everything_told, tell

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PEOPLE = [SubjectRef(f"person {number}") for number in range(3)]
ANN = PEOPLE[0]
SECONDS = 3.0
FILE_ACTS = ("replace", "fsync")


class World:
    """A database and a root key in a file, with records of a few people."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.root = folder / "keys" / "root.key"
        create(self.root, NOON)
        write_private(folder / "secrets.sealed", create_secrets().wrap(self.custodian))
        self.fill()

    @property
    def custodian(self) -> FileCustodian:
        return FileCustodian(self.root)

    @property
    def means(self) -> Means:
        home = SecretsFile(self.folder)
        return Means(self.custodian, home, "p", timedelta(), lambda: NOON)

    def fill(self) -> None:
        vault = Vault(self.custodian)
        with self.database.journal().transaction() as tx:
            for who in PEOPLE:
                for number in range(2):
                    put(vault, tx, who, f"{who} {number}")

    def rotations(self) -> Iterator[Steps]:
        yield rotate_root(self.means)
        yield rotate_partitions(self.means)
        yield rotate_person(self.means, ANN)

    def rotate(self) -> None:
        for steps in self.rotations():
            rotate_now(self.database.journal(), steps, lambda _: None)

    def check(self) -> None:
        """Everything opens for a process that starts now, and the log is whole."""
        vault = Vault(self.custodian)
        with self.database.journal().transaction() as tx:
            for who in PEOPLE:
                records = tx.records.of(who)
                assert len(records) >= 2
                for each in records:
                    assert vault.open(tx, each, NOON) == each.place.record.encode()
        unwrap_secrets(SecretsFile(self.folder).read(), self.custodian)
        with self.database.journal().reader.snapshot() as snapshot:
            assert verify(snapshot, SIGNER.verifier).problems == ()

    def finish(self) -> None:
        """Run what the server runs every hour; then nothing is left of what was replaced."""
        never = datetime.min.replace(tzinfo=UTC)
        means = self.means
        for steps in (
            rotate_root(means, never),
            rotate_partitions(means, never),
            finish_people(means),
        ):
            rotate_now(self.database.journal(), steps, lambda _: None)
        assert len(means.custodian.versions()) == 1
        with self.database.journal().transaction() as tx:
            assert len(tx.rotation.partitions()) == 1
            assert all(len(tx.rotation.of(who)) == 1 for who in PEOPLE)
        leftovers = [each.name for each in self.root.parent.iterdir() if each != self.root]
        for name in leftovers:  # of a file that was being written: no key that is in use
            (self.root.parent / name).unlink()


def put(vault: Vault, tx, who: SubjectRef, name: str) -> None:
    place = Place(Region.EU, Purpose.ASSIST, who, name, "transcript")
    life = Lifetime(NOON, timedelta(days=30))
    vault.seal(tx, place, ConversationRef("c"), name.encode(), life)


def written_by(vault: Vault, who: SubjectRef, name: str, tx) -> None:
    put(vault, tx, who, name)


@pytest.fixture
def world(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(rotation, "BATCH", 2)
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return World(database, folder)


def dying(world: World, deadly: int) -> Callable[[int], None]:
    """Return a child that dies just before it touches database or files for the n-th time."""

    def body(telling: int) -> None:
        touches = 0

        def deadly_version(method: Callable[..., object]) -> Callable[..., object]:
            def touch(*arguments: object, **named: object) -> object:
                nonlocal touches
                touches += 1
                if touches == deadly:
                    os.kill(os.getpid(), signal.SIGKILL)
                return method(*arguments, **named)

            return touch

        for name in ("begin", "commit"):  # what dies in between is rolled back
            setattr(Link, name, deadly_version(getattr(Link, name)))
        for name in FILE_ACTS:
            setattr(os, name, deadly_version(getattr(os, name)))
        world.rotate()
        tell(telling, END)

    return body


def test_killed_at_any_step_everything_opens_and_the_next_run_finishes(world: World) -> None:
    deadly, told = 0, [0]
    while told[-1] != END:
        deadly += 1
        told = [0, *everything_told(*child(dying(world, deadly)))]
        world.check()
        world.finish()
        world.check()
    assert deadly > 30


def test_killed_at_random_moments_again_and_again_nothing_is_lost(world: World) -> None:
    chance, until = random.Random(7), time.monotonic() + SECONDS
    kills = 0
    while time.monotonic() < until:

        def again(telling: int) -> None:
            tell(telling, 1)
            while True:
                world.rotate()

        reading, pid = child(again)
        os.read(reading, 4)
        time.sleep(chance.random() / 10)
        os.kill(pid, signal.SIGKILL)
        everything_told(reading, pid)
        world.check()
        kills += 1
    world.finish()
    world.check()
    assert kills > 5


def test_no_write_fails_while_keys_are_rotated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process writes and rotates as the server does; another rotates as a command does."""
    monkeypatch.setattr(rotation, "BATCH", 64)

    def command(telling: int) -> None:
        tell(telling, 1)
        world.rotate()

    async def serve() -> int:
        vault, journal = Vault(world.custodian), world.database.journal()
        await journal.start()
        written, rotating = 0, True

        async def client(number: int) -> None:
            nonlocal written
            while rotating:
                who, name = PEOPLE[written % len(PEOPLE)], f"{number} {written}"
                written += 1
                await journal.write(partial(written_by, vault, who, name))
                await asyncio.sleep(0.005)

        clients = [asyncio.create_task(client(number)) for number in range(4)]
        for steps in world.rotations():
            await _rotate(journal, steps)
        rotating = False
        await asyncio.gather(*clients)
        await journal.close()
        return written

    reading, pid = child(command)
    os.read(reading, 4)
    written = asyncio.run(serve())
    everything_told(reading, pid)
    world.check()
    world.finish()
    world.check()
    with world.database.journal().transaction() as tx:
        assert sum(len(tx.records.of(who)) for who in PEOPLE) == written + 2 * len(PEOPLE)
