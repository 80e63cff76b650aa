"""Rows of tables as values, and the questions about records that several readers ask alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, exists

from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.schema import erasure, hold, record
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
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
    return Sealed(place, conversation, row["key_version"], row["body"], made_at, delete_at)


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
