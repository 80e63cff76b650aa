"""Fill an empty database with the rows of a backup.

Invariant: all of it in one transaction, which ends with a mark that keeps every journal out, until
what was erased after the backup is erased again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, column, insert, inspect, table

from privity.adapters.sql.create import upgrade, writing
from privity.adapters.sql.link import make_file, open_engine
from privity.adapters.sql.schema import head, restoring
from privity.errors import HomeExists, SchemaOutdated

PAGE = 1000


def fill(url: str, revision: str, size: int, tables: Mapping[str, Iterator[Sequence[Any]]]) -> None:
    """Make the tables of a revision, fill them, bring them to this version, and mark them.

    `tables`: by name, the columns and then the rows; `size`: of the log in the backup. Raises
    HomeExists if the database holds a log, SchemaOutdated for a revision of a later version,
    DatabaseUnavailable, and what the rows raise; then nothing is there.
    """
    engine = open_engine(url)
    make_file(engine)
    with writing(engine) as connection:
        if inspect(connection).has_table(head.name):
            msg = "this database holds a log already; it is not overwritten"
            raise HomeExists(msg)
        if not upgrade(connection, revision):
            msg = "the backup was made by a later version of privity"
            raise SchemaOutdated(msg)
        for name, lines in tables.items():
            _fill(connection, name, lines)
        upgrade(connection)
        connection.execute(insert(restoring).values(id=1, size=size))


def _fill(connection: Connection, name: str, lines: Iterator[Sequence[Any]]) -> None:
    columns = next(lines, ())
    into = insert(table(name, *(column(each) for each in columns)))
    while page := [dict(zip(columns, row, strict=True)) for row in islice(lines, PAGE)]:
        connection.execute(into, page)
