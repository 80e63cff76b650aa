"""Two versions work on one database while the newer one brings the tables up to date."""

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, text
from sqlalchemy.pool import NullPool

from privity.adapters.keys.file import create as create_key
from privity.adapters.sql.create import migrate, upgrade, writing
from privity.adapters.sql.link import make_file, open_engine
from privity.adapters.sql.schema import REVISION, checkpoint, head
from privity.audit.checkpoint import sign_checkpoint
from privity.audit.tree import EMPTY_ROOT
from privity.audit.verify import verify
from tests.conftest import SIGNER, Database
from tests.contract.test_schema import beside
from tests.older.writing import NOW

OLDER = Path(__file__).parents[1] / "older"
SOME = 25


@pytest.fixture(scope="module")
def older() -> Path:
    """The frozen older version; where it is missing, these tests fail."""
    (found,) = OLDER.glob("privity-*.zip")
    return found


@dataclass
class Writer:
    """A process that writes with one version: what it told, and where its code lies."""

    process: subprocess.Popen[str]
    revision: str
    place: str
    told: list[int]

    def some(self) -> None:
        """Wait until it has written some more."""
        assert self.process.stdout is not None
        for _ in range(SOME):
            self.told.append(int(self.process.stdout.readline()))

    def end(self) -> int:
        """Let it end; return how many records it could open."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        with self.process.stdout as told_last:
            rest = told_last.read()
        assert self.process.wait(timeout=60) == 0
        *told, opened = map(int, rest.split())
        self.told += told
        return opened


def start(code: Path | None, database: Database, key: Path) -> Writer:
    name = "new" if code is None else "old"
    command = [sys.executable, str(OLDER / "writing.py"), database.url, str(key), name]
    path = {} if code is None else {"PYTHONPATH": str(code)}
    process = subprocess.Popen(
        command,
        env=os.environ | path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    revision, place = process.stdout.readline().split()
    return Writer(process, revision, place, [])


def made_by(revision: str, database: Database) -> Database:
    """A database as a version made it that knew this revision."""
    made = Database(database.kind, beside(database, "older"))
    engine = open_engine(made.url)
    make_file(engine)
    with writing(engine) as connection:
        upgrade(connection, revision)
        log = {"origin": SIGNER.name, "size": 0, "edge": b"", "keys_epoch": 0}
        connection.execute(insert(head).values(id=1, **log))
        note = sign_checkpoint(SIGNER, 0, EMPTY_ROOT)
        connection.execute(insert(checkpoint).values(size=0, note=note))
    return made


def revision_of(database: Database) -> str:
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def test_two_versions_write_to_one_database_while_it_is_migrated(
    older: Path, database: Database, tmp_path: Path
) -> None:
    shared = made_by(older.stem.removeprefix("privity-"), database)
    create_key(tmp_path / "root.key", NOW)
    with ExitStack() as running:
        old = start(older, shared, tmp_path / "root.key")
        running.callback(old.process.kill)
        old.some()
        migrate(shared.url)
        new = start(None, shared, tmp_path / "root.key")
        running.callback(new.process.kill)
        new.some()
        old.some()
        opened = (old.end(), new.end())
    assert str(older) in old.place
    assert str(older) not in new.place
    assert old.revision < new.revision == REVISION == revision_of(shared)
    assert sorted([*old.told, *new.told]) == list(range(len(old.told) + len(new.told)))
    assert opened[1] == len(old.told) + len(new.told)
    assert opened[0] >= len(old.told) + SOME
    with shared.journal().reader.snapshot() as snapshot:
        report = verify(snapshot, SIGNER.verifier)
    assert (report.problems, report.size) == ((), len(old.told) + len(new.told))


def test_the_older_version_starts_on_the_newer_tables(
    older: Path, database: Database, tmp_path: Path
) -> None:
    create_key(tmp_path / "root.key", NOW)
    old = start(older, database, tmp_path / "root.key")
    old.some()
    assert old.end() == len(old.told)
