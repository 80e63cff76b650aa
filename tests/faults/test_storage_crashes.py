"""The process is killed at any moment, and at every step; what was acknowledged is there, whole.

A child writes and tells each acknowledgement through a pipe; SIGKILL ends it. Afterwards the
database must hold a state that the child went through, at or after the last it told of.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from privity.adapters.sql.link import Link
from privity.audit.entry import Entry, Event
from privity.audit.verify import verify
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.erase import erase, remove
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.retain import sweep
from tests.conftest import SIGNER, Database
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB = SubjectRef("ann"), SubjectRef("bob")
KILLS = 20


def child(body: Callable[[int], None]) -> tuple[int, int]:
    """Fork; run body with the end of a pipe to tell through; return the pipe and the child."""
    reading, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            body(telling)
        finally:
            os._exit(0)
    os.close(telling)
    return reading, pid


def everything_told(reading: int, pid: int) -> list[int]:
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return [int.from_bytes(told[at : at + 4], "big") for at in range(0, len(told) - 3, 4)]


def tell(telling: int, number: int) -> None:
    os.write(telling, number.to_bytes(4, "big"))


def keep(vault: Vault, tx, who: SubjectRef, name: str, days: int = 9) -> int:
    place = Place(Region.EU, Purpose.ASSIST, who, name, "transcript")
    vault.seal(tx, place, ConversationRef("c"), name.encode(), Lifetime(NOON, days * DAY))
    return tx.log.append(Entry(Event.EXCHANGE_ENDED, NOON, "p", facts={"record": name}))


def held(database: Database) -> tuple[int, set[str]]:
    """Check that the log is whole and every record opens; return its size and the records."""
    vault = Vault(MemoryCustodian())
    with database.journal().transaction() as tx:
        kept = [each for who in (ANN, BOB) for each in tx.records.of(who)]
        for each in kept:
            assert vault.open(tx, each, NOON) == each.place.record.encode()
    with database.journal().reader.snapshot() as snapshot:
        report = verify(snapshot, SIGNER.verifier)
    assert report.problems == ()
    return report.size, {each.place.record for each in kept}


def test_no_acknowledged_write_is_lost_when_the_process_is_killed(database: Database) -> None:
    chance = random.Random(7)
    acknowledged: set[int] = set()
    for _ in range(KILLS):
        start, _ = held(database)

        def write(telling: int, start: int = start) -> None:
            async def client(number: int) -> None:
                while True:
                    name = f"{start}-{number}-{time.monotonic_ns()}"
                    work = lambda tx: keep(vault, tx, ANN, name)  # noqa: B023, E731
                    tell(telling, await journal.write(work))

            async def run() -> None:
                await journal.start()
                await asyncio.gather(*map(client, range(4)))

            vault, journal = Vault(MemoryCustodian()), database.journal()
            asyncio.run(run())

        reading, pid = child(write)
        os.read(reading, 4)
        acknowledged.add(start)
        time.sleep(chance.random() / 50)
        os.kill(pid, signal.SIGKILL)
        acknowledged.update(everything_told(reading, pid))
        size, records = held(database)
        assert acknowledged <= set(range(size))
        assert len(records) == size


STEPS: list[Callable[[Vault, object], object]] = [
    lambda vault, tx: [keep(vault, tx, ANN, "1"), keep(vault, tx, BOB, "2", days=1)],
    lambda vault, tx: [keep(vault, tx, ANN, "3"), keep(vault, tx, BOB, "4")],
    lambda _, tx: sweep(tx, NOON + DAY, "p"),
    lambda vault, tx: erase(tx, vault, ANN, NOON, "p"),
    lambda vault, tx: keep(vault, tx, ANN, "5"),
    lambda _, tx: remove(tx, 5, NOON, "p"),
]
STATES = [
    (0, set()),
    (2, {"1", "2"}),
    (4, {"1", "2", "3", "4"}),
    (5, {"1", "3", "4"}),
    (6, {"4"}),
    (7, {"4", "5"}),
    (8, {"4", "5"}),
]
TOUCHES = ("begin", "one", "run", "add", "run_many", "commit", "cut_wal")
END = 99


def dying(database: Database, deadly: int) -> Callable[[int], None]:
    """Return a child that dies just before it touches the database for the n-th time."""

    def body(telling: int) -> None:
        touches = 0

        def deadly_version(method: Callable[..., object]) -> Callable[..., object]:
            def touch(*arguments: object) -> object:
                nonlocal touches
                touches += 1
                if touches == deadly:
                    os.kill(os.getpid(), signal.SIGKILL)
                return method(*arguments)

            return touch

        async def run() -> None:
            await journal.start()
            for name in TOUCHES:
                setattr(Link, name, deadly_version(getattr(Link, name)))
            for number, step in enumerate(STEPS, start=1):
                await journal.write(lambda tx, step=step: step(vault, tx))
                tell(telling, number)
            await journal.close()
            tell(telling, END)

        vault, journal = Vault(MemoryCustodian()), database.journal()
        asyncio.run(run())

    return body


def test_killed_at_any_step_the_state_is_one_it_went_through(database: Database) -> None:
    deadly, told = 0, [0]
    while told[-1] != END:
        deadly += 1
        database.empty()
        told = [0, *everything_told(*child(dying(database, deadly)))]
        reached = STATES.index(held(database))
        assert reached in ({6} if told[-1] == END else {told[-1], told[-1] + 1})
    assert deadly > 30
