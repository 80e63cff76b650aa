"""Several processes write to one database: one log, no gap, no fork."""

import asyncio
import os
import time

import pytest

from privity.audit.verify import verify
from tests.conftest import SIGNER, Database
from tests.faults.test_storage_crashes import child, everything_told, tell
from tests.faults.test_storage_failures import append

PROCESSES, WRITES = 8, 60


def write(database: Database, telling: int, process: int) -> None:
    async def client(start: int) -> None:
        for number in range(start, start + WRITES // 4):
            tell(telling, await journal.write(append(process * WRITES + number)))

    async def run() -> None:
        await journal.start()
        await asyncio.gather(*(client(start) for start in range(0, WRITES, WRITES // 4)))
        await journal.close()

    journal = database.journal()
    asyncio.run(run())


def test_processes_share_one_log_without_gap_or_fork(database: Database) -> None:
    children = [
        child(lambda telling, process=process: write(database, telling, process))
        for process in range(PROCESSES)
    ]
    told = [everything_told(*each) for each in children]
    assert [len(each) for each in told] == [WRITES] * PROCESSES
    assert sorted(index for each in told for index in each) == list(range(PROCESSES * WRITES))
    with database.journal().reader.snapshot() as snapshot:
        report = verify(snapshot, SIGNER.verifier)
        bodies = {body for _, body in snapshot.entries(0)}
    assert report.problems == ()
    assert report.size == len(bodies) == PROCESSES * WRITES


def test_a_process_waits_for_another_and_then_goes_on(database: Database) -> None:
    waiting, go = os.pipe()  # SQLite's locks do not survive a fork: the child is made first

    def wait_and_write(telling: int) -> None:
        os.read(waiting, 1)
        write(database, telling, 1)

    reading, pid = child(wait_and_write)
    with database.journal().transaction() as tx:
        append(0)(tx)
        os.write(go, b"!")
        os.set_blocking(reading, False)
        time.sleep(0.1)
        with pytest.raises(BlockingIOError):
            os.read(reading, 4)
    os.set_blocking(reading, True)
    os.close(waiting)
    os.close(go)
    assert sorted(everything_told(reading, pid)) == list(range(1, WRITES + 1))
