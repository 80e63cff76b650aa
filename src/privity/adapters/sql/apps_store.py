"""The applications that hold a key, inside one transaction.

Invariant: as in `stores`, all of it runs under the lock on the log.
"""

from __future__ import annotations

from sqlalchemy import delete, insert

from privity.access.app_keys import App
from privity.adapters.sql.columns import to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.residence_tables import app_region
from privity.adapters.sql.rows import apps, known_app
from privity.adapters.sql.schema import app
from privity.model.words import AppId


class SqlApps:
    """The applications that hold a key of privity."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, new: App) -> App:
        """Store an application unless its name is taken; return the one that is stored now."""
        connection = self._pending.direct()
        row = connection.execute(apps().where(app.c.name == new.name)).mappings().one_or_none()
        if row is not None:
            return known_app(row)
        connection.execute(
            insert(app).values(
                name=new.name,
                purpose=new.purpose.value,
                key_hash=new.key_hash,
                made_at=to_ticks(new.made_at),
            )
        )
        if new.region is not None:
            connection.execute(insert(app_region).values(app=new.name, region=new.region.value))
        return new

    def remove(self, name: AppId) -> bool:
        """Remove an application and say whether there was one."""
        connection = self._pending.direct()
        connection.execute(delete(app_region).where(app_region.c.app == name))
        if not connection.execute(delete(app).where(app.c.name == name)).rowcount:
            return False
        self._pending.link.deleted()
        return True

    def all(self) -> tuple[App, ...]:
        """Return every application, in order of name."""
        rows = self._pending.direct().execute(apps().order_by(app.c.name)).mappings()
        return tuple(known_app(row) for row in rows)

    def find(self, key_hash: str) -> App | None:
        """Return the application whose key has this hash, or None."""
        query = apps().where(app.c.key_hash == key_hash)
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else known_app(row)
