"""Make a database ready, and bring an older one up to date. Forward only.

Invariants: a database that holds a log is never made again; the first checkpoint, over nothing, is
signed in the same transaction that makes the log.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

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
    with writing(engine) as connection:
        if inspect(connection).has_table(head.name):
            msg = "this database holds a log already; it is not overwritten"
            raise HomeExists(msg)
        upgrade(connection)
        connection.execute(insert(head).values(id=1, origin=origin, size=0, edge=b"", keys_epoch=0))
        note = sign_checkpoint(signer, 0, EMPTY_ROOT)
        connection.execute(insert(checkpoint).values(size=0, note=note))


def migrate(url: str) -> None:
    """Bring the tables to this version. Raises DatabaseUnavailable, SettingsInvalid."""
    with writing(open_engine(url)) as connection:
        upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> bool:
    """Run the migrations up to a revision, inside the caller's transaction.

    Returns whether this version knows the revision; if not, nothing was run.
    """
    # Here, because a server that serves needs none of its 12 MB.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if revision != "head" and revision not in known:
        return False
    command.upgrade(config, revision)
    return True


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that commits at the end. Raises DatabaseUnavailable."""
    with guarded(engine), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()
