"""Make a database ready, and bring an older one up to date. Forward only.

Invariants: a database that holds a log is never made again; the first checkpoint, over nothing, is
signed in the same transaction that makes the log.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, insert, inspect

from privity.adapters.sql.link import guarded, make_file, open_engine
from privity.adapters.sql.schema import checkpoint, head
from privity.audit.checkpoint import sign_checkpoint
from privity.audit.signing import Signer
from privity.audit.tree import EMPTY_ROOT
from privity.errors import HomeExists, SettingsInvalid

MIGRATIONS = Path(__file__).with_name("migrations")


def create(url: str, origin: str, signer: Signer) -> None:
    """Make the tables and an empty log named `origin`, signed by its key.

    Raises HomeExists if the database holds a log, DatabaseUnavailable, SettingsInvalid.
    """
    if origin != signer.name:
        msg = "the log and the key that signs it must have the same name"
        raise SettingsInvalid(msg)
    engine = open_engine(url)
    make_file(engine)
    with _writing(engine) as connection:
        if inspect(connection).has_table(head.name):
            msg = "this database holds a log already; it is not overwritten"
            raise HomeExists(msg)
        upgrade(connection)
        connection.execute(insert(head).values(id=1, origin=origin, size=0, edge=b"", keys_epoch=0))
        note = sign_checkpoint(signer, 0, EMPTY_ROOT)
        connection.execute(insert(checkpoint).values(size=0, note=note))


def migrate(url: str) -> None:
    """Bring the tables to this version. Raises DatabaseUnavailable, SettingsInvalid."""
    with _writing(open_engine(url)) as connection:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the migrations that the database lacks, inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextlib.contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with guarded(engine), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()
