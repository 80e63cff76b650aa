"""The tables, once, for SQLite and PostgreSQL.

Invariants: what the migrations build is what stands here (a test compares them); entries, tiles and
checkpoints are refused every change by triggers; times are microseconds since 1970 in UTC; text
is ordered by its bytes in both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from privity.adapters.sql import (
    alerts_tables,  # noqa: F401 - its tables are of the schema
    choices_tables,  # noqa: F401 - its tables are of the schema
    machine_tables,  # noqa: F401 - its tables are of the schema
    minors_tables,  # noqa: F401 - its tables are of the schema
    requests_tables,  # noqa: F401 - its tables are of the schema
    residence_tables,  # noqa: F401 - its tables are of the schema
    series_tables,  # noqa: F401 - its tables are of the schema
    staff_tables,  # noqa: F401 - its tables are of the schema
    training_tables,  # noqa: F401 - its tables are of the schema
    watching_tables,  # noqa: F401 - its tables are of the schema
)
from privity.adapters.sql.columns import BIG, TEXT, metadata

REVISION = "0016"
"""The schema that this version reads and writes."""

tables = metadata
"""Every table, with those of this module and of the others that it imports."""

head = Table(
    "head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_head"), primary_key=True),
    Column("origin", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Column("keys_epoch", BigInteger, nullable=False),
)
"""One row: the log's name, size and edge; locked by whoever writes. `keys_epoch` grows whenever a
key is destroyed or replaced, so that every process drops what it remembered."""

entry = Table(
    "entry",
    metadata,
    Column("position", BIG, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

tile = Table(
    "tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", BIG, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("region", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("key_version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("delete_at", BigInteger, nullable=False),
    Column("train", Integer, nullable=False, server_default="0"),
    Column("review", Integer, nullable=False, server_default="0"),
    Index("record_subject", "subject"),
    Index("record_delete_at", "delete_at"),
)

subject_key = Table(
    "subject_key",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Index("subject_key_made_at", "made_at"),
)

partition_key = Table(
    "partition_key",
    metadata,
    Column("region", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

app = Table(
    "app",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("key_hash", Text, nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
)

erasure = Table(
    "erasure",
    metadata,
    Column("entry", BIG, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("versions", Integer, nullable=False),
    Column("removed", BigInteger, nullable=False),
    Index("erasure_subject", "subject"),
)
"""Erasures whose records, which nothing opens any more, are still to be removed."""

hold = Table(
    "hold",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("record", TEXT, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("begins", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Index("hold_record", "record"),
)

clock = Table(
    "clock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_clock"), primary_key=True),
    Column("seen", BigInteger, nullable=False),
)
"""At most one row: the latest time that a sweep believed."""

restoring = Table(
    "restoring",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_restore"), primary_key=True),
    Column("size", BigInteger, nullable=False),
)
"""A row here: this is a backup, put back, in which later erasures were not made again yet."""

oldest_program = Table(
    "oldest_program",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_oldest"), primary_key=True),
    Column("revision", Text, nullable=False),
)
"""One row: a program that knows at least these tables may work here, though they are newer."""

FINAL = (entry.name, tile.name, checkpoint.name)
"""Tables whose rows are never changed or removed."""


def final_ddl(dialect: str) -> tuple[str, ...]:
    """Return the statements that make the rows of the final tables final."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
            for table in FINAL
            for act in ("UPDATE", "DELETE")
        )
    function = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append only'; END $$"
    )
    return (
        function,
        *(
            f"CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in FINAL
        ),
    )


def build(connection: Connection) -> None:
    """Make all tables at once in an empty database."""
    metadata.create_all(connection)
    for statement in final_ddl(connection.dialect.name):
        connection.exec_driver_sql(statement)
