"""One connection to SQLite or PostgreSQL, and the few things in which they differ.

Invariants: a committed transaction is on disk (SQLite: WAL with synchronous=FULL; PostgreSQL: its
default synchronous_commit); a writer holds the lock on the log before it reads anything; deleted
content is overwritten (SQLite: secure_delete, and the write-ahead log is cut after deletions) and
nothing spills to temporary files; every error of a driver becomes DatabaseUnavailable, without its
text, which may quote values.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from privity.errors import DatabaseUnavailable, SettingsInvalid

Row: TypeAlias = tuple[Any, ...]
WAIT_SECONDS = 10
"""How long to wait for another process that writes, before giving up."""

_BUSY_TIMEOUT = f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}"
_SQLITE = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=0",
    "PRAGMA trusted_schema=OFF",
    _BUSY_TIMEOUT,
)
_POSTGRES = f"-c lock_timeout={WAIT_SECONDS}s -c statement_timeout=60s -c client_encoding=UTF8"


def open_engine(url: str) -> Engine:
    """Return the engine for `sqlite:////path/file` or `postgresql://host/database`.

    Connects to nothing yet. Raises SettingsInvalid for any other URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None  # the error would quote the URL, which may hold a password
    if parsed is not None and parsed.drivername == "sqlite" and parsed.database:
        engine = create_engine(parsed, poolclass=NullPool, hide_parameters=True)
        event.listen(engine, "connect", _tune_sqlite)
        return engine
    if parsed is not None and parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        options = {"connect_timeout": WAIT_SECONDS, "options": _POSTGRES}
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=options,
        )
    msg = "the database URL must be sqlite:////path/to/file or postgresql://host/database"
    raise SettingsInvalid(msg)


def make_file(engine: Engine) -> None:
    """Make SQLite's file, readable by its owner only. Raises DatabaseUnavailable."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        path = Path(engine.url.database)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600))
        except OSError as error:
            msg = "the database file cannot be made"
            raise DatabaseUnavailable(msg) from error


def require_file(engine: Engine) -> None:
    """Refuse to let SQLite make an empty database where one is missing.

    Raises DatabaseUnavailable.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).is_file()):
        msg = "the database file is missing"
        raise DatabaseUnavailable(msg)


@contextlib.contextmanager
def guarded(engine: Engine) -> Iterator[None]:
    """Turn any error of the database into DatabaseUnavailable that quotes nothing."""
    try:
        yield
    except storage_errors(engine) as error:
        raise unavailable(error) from None  # its text may quote what was to be stored


def storage_errors(engine: Engine) -> tuple[type[Exception], ...]:
    """Return what a driver raises, also for values that no column can hold."""
    return (SQLAlchemyError, engine.dialect.loaded_dbapi.Error, UnicodeError, OverflowError)


def unavailable(error: Exception) -> DatabaseUnavailable:
    """Return what is told of a driver's error: its kind, never its text."""
    original = getattr(error, "orig", None) or error
    msg = f"the database refused or could not be reached ({type(original).__name__})"
    return DatabaseUnavailable(msg)


@dataclass(frozen=True, slots=True)
class Into:
    """Where many rows go: a table, its columns with their types in PostgreSQL, and what follows."""

    table: str
    columns: tuple[tuple[str, str], ...]
    after: str = ""

    def statement(self, *, is_sqlite: bool) -> str:
        """Return what is run: for SQLite once a row, for PostgreSQL once, with arrays."""
        names = ", ".join(name for name, _ in self.columns)
        if is_sqlite:
            rows = f"VALUES ({', '.join('?' for _ in self.columns)})"
        else:
            # In binary, as text would double the size of bytes.
            arrays = ", ".join(f"%b::{kind}[]" for _, kind in self.columns)
            rows = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - its words are constants
        return f"INSERT INTO {self.table} ({names}) {rows} {self.after}"


class Link:
    """One connection that writes, in explicit transactions."""

    def __init__(self, engine: Engine) -> None:
        """Connect. Raises DatabaseUnavailable."""
        require_file(engine)
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        with guarded(engine):
            self.connection: Connection = engine.connect()
            driver: Any = self.connection.connection.driver_connection
            self._driver = driver
            self._cursor = driver.cursor()
        self._wal_to_cut = False

    def sql(self, statement: str) -> str:
        """Return a statement written with `?` as the driver wants it."""
        return statement if self.is_sqlite else statement.replace("?", "%s")

    def begin(self) -> None:
        """Begin a transaction; on SQLite this takes the only write lock."""
        if self.is_sqlite:
            self._cursor.execute("BEGIN IMMEDIATE")

    def one(self, statement: str, values: Row = ()) -> Row | None:
        """Run a statement on the bare driver and return its first row."""
        row: Row | None = self._cursor.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, values: Row) -> list[Row]:
        """Run a statement on the bare driver and return its rows."""
        rows: list[Row] = self._cursor.execute(statement, values).fetchall()
        return rows

    def run(self, statement: str, values: Row = ()) -> None:
        """Run a statement on the bare driver."""
        self._cursor.execute(statement, values)

    def run_many(self, statement: str, rows: Sequence[Row]) -> None:
        """Run a statement for each row on the bare driver."""
        self._cursor.executemany(statement, rows)

    def add(self, into: Into, rows: Sequence[Row]) -> None:
        """Insert rows, of which there is at least one, as fast as the driver can."""
        statement = into.statement(is_sqlite=self.is_sqlite)
        if self.is_sqlite:
            self._cursor.executemany(statement, rows)
        else:
            self._cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])

    def deleted(self) -> None:
        """Remember that content was deleted, so that the write-ahead log is cut after commit."""
        self._wal_to_cut = self.is_sqlite

    def commit(self) -> None:
        """Make everything since begin() durable."""
        self._driver.commit()
        if self.connection.in_transaction():
            self.connection.commit()

    def cut_wal(self) -> None:
        """Remove deleted content from SQLite's write-ahead log, if anything was deleted.

        A reader may hold it back; then the next commit tries again.
        """
        if self._wal_to_cut:
            with contextlib.suppress(DatabaseUnavailable), guarded(self.engine):
                self.run("PRAGMA busy_timeout=0")
                busy = self.one("PRAGMA wal_checkpoint(TRUNCATE)")
                self._wal_to_cut = busy is None or busy[0] != 0
                self.run(_BUSY_TIMEOUT)

    def rollback(self) -> None:
        """Undo everything since begin()."""
        self._driver.rollback()
        if self.connection.in_transaction():
            self.connection.rollback()

    def close(self) -> None:
        """Give the connection up, whatever state it is in."""
        with contextlib.suppress(DatabaseUnavailable), guarded(self.engine):
            self._cursor.close()
            self.connection.invalidate()
            self.connection.close()


def stored_bytes(value: object) -> bytes:
    """Return stored bytes; whatever else an intruder left there becomes bytes that fit nothing."""
    return value if isinstance(value, bytes) else repr(value).encode()


def _tune_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say
    for pragma in _SQLITE:
        connection.execute(pragma).fetchall()
