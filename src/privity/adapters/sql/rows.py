"""Rows of tables as values, and the questions about records that several readers ask alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, select

from privity.access.app_keys import App
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.residence_tables import app_region
from privity.adapters.sql.schema import app, erasure, hold, record
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef
from privity.vault.ports import Place, Sealed


def sealed(row: RowMapping) -> Sealed:
    """Return a row of `record` as a value."""
    place = Place(
        Region(row["region"]),
        Purpose(row["purpose"]),
        SubjectRef(row["subject"]),
        row["id"],
        row["kind"],
    )
    conversation = ConversationRef(row["conversation"])
    made_at, delete_at = from_ticks(row["made_at"]), from_ticks(row["delete_at"])
    leaves = bool(row["train"]), bool(row["review"])
    return Sealed(place, conversation, row["key_version"], row["body"], made_at, delete_at, *leaves)


def known_app(row: RowMapping) -> App:
    """Return a row of `apps()` as a value."""
    region = Region(row["region"]) if row["region"] else None
    made_at = from_ticks(row["made_at"])
    return App(AppId(row["name"]), Purpose(row["purpose"]), row["key_hash"], made_at, region)


def apps() -> Select[Any]:
    """Ask for applications, each with the region of its people."""
    with_region = app.outerjoin(app_region, app_region.c.app == app.c.name)
    return select(app, app_region.c.region).select_from(with_region)


def due(now: datetime) -> ColumnElement[bool]:
    """Say of a record that its time has come and no hold is on it."""
    held = exists().where(hold.c.record == record.c.id)
    return and_(record.c.delete_at <= to_ticks(now), ~held)


def listed() -> ColumnElement[bool]:
    """Say of a record that no erasure destroyed its key."""
    gone = exists().where(
        erasure.c.subject == record.c.subject, record.c.key_version <= erasure.c.versions
    )
    return ~gone
