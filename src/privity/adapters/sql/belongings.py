"""What is stored of a person besides records and keys, as rows that a move takes along.

Invariant: each table that names people is on one of the two lists here; a test compares them with
all tables, so that nothing is left behind because nobody thought of it.
"""

from __future__ import annotations

from sqlalchemy import Table, delete, func, insert, select

from privity.adapters.sql.choices_tables import choices, person_state
from privity.adapters.sql.link import stored_bytes
from privity.adapters.sql.minors_tables import age, parental
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.requests_tables import outbox, request
from privity.model.words import Region, SubjectRef
from privity.vault.residence import Belongings

CARRIED: tuple[Table, ...] = (choices, person_state, age, parental, request, outbox)
"""Tables whose rows of a person go along to another region."""

STAYING = frozenset(
    {"record", "subject_key", "erasure", "ledger", "mention", "residence", "departure"}
)
"""Tables that have rules of their own: records are sealed anew under other keys, `ledger` and
`mention` name entries of the log that the region keeps, the rest says where a person lives and what
was erased."""


class SqlBelongings:
    """vault.residence.AllBelongings."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def of(self, subject: SubjectRef) -> Belongings:
        """Return a person's rows: of each table, its name and the values by column."""
        connection = self._pending.direct()
        found = []
        for table in CARRIED:
            query = select(table).where(table.c.subject == subject)
            rows = (
                tuple((name, _plain(value)) for name, value in row.items())
                for row in connection.execute(query).mappings()
            )
            found += [(table.name, row) for row in sorted(rows, key=repr)]
        return tuple(found)

    def put(self, subject: SubjectRef, belongings: Belongings, region: Region) -> None:
        """Store rows that come from another region, in the place of any of the person's here.

        The number by which processes see a change becomes higher than it was here and there.
        """
        connection = self._pending.direct()
        here = select(func.max(person_state.c.version)).where(person_state.c.subject == subject)
        seen = int(connection.execute(here).scalar_one() or 0)
        self.remove(subject)
        tables = {table.name: table for table in CARRIED}
        for name, row in belongings:
            values = dict(row)
            if "region" in values:
                values["region"] = region.value
            if name == person_state.name:
                seen = max(seen, int(str(values["version"])))
                continue
            connection.execute(insert(tables[name]).values(values))
        if belongings or seen:
            version = {"subject": subject, "version": seen + 1}
            connection.execute(insert(person_state).values(version))
        self._pending.keys_changed()

    def remove(self, subject: SubjectRef) -> None:
        """Remove a person's rows."""
        for table in CARRIED:
            gone = delete(table).where(table.c.subject == subject)
            if self._pending.direct().execute(gone).rowcount:
                self._pending.link.deleted()


def _plain(value: object) -> object:
    return stored_bytes(value) if isinstance(value, bytes | memoryview) else value
