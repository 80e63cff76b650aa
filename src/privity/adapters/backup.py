"""Write a backup: one file with everything that a home needs, but the root key.

Form: a ZIP file. `tables/NAME.jsonl` has a line with the columns and a line for each row, bytes in
base64; beside them stand settings, policy and wrapped secrets. The last member, `manifest`, is a
note signed by the log's key: form, size of the log, time, schema, and size, SHA-256 and name of
every other member. The form is the same for every database.

Invariants: the rows are of one state of the database, while others write; there is ciphertext,
wrapped keys and log in it and nothing else, and no record whose key an erasure destroyed; the file
is for its owner alone and appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Table

from privity.adapters.files import writing
from privity.adapters.home import IN_FORCE, POLICY, SECRETS, Home
from privity.adapters.sql.read import Snapshot
from privity.adapters.sql.schema import REVISION, oldest_program, restoring, tables
from privity.audit.entry import Entry, Event
from privity.audit.signing import Signer
from privity.errors import BadInput, SchemaOutdated
from privity.settings import FILE

FORM = "privity backup 1"
MANIFEST = "manifest"
FILES = (FILE, POLICY, IN_FORCE, SECRETS)
REGION_FILES = (SECRETS,)
"""What the backup of a further region has: its own secrets; the rest is the home's."""
OWN = (restoring, oldest_program)
"""Tables about a database itself."""
TABLES = tuple(table for table in tables.sorted_tables if table not in OWN)
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class BackedUp:
    """The size of the log in a backup, and how many rows of records and keys it has."""

    size: int
    records: int
    keys: int


def member(table: Table) -> str:
    """Return the name of a table's member."""
    return f"tables/{table.name}.jsonl"


def backup(home: Home, place: Path, now: datetime, policy: str) -> BackedUp:
    """Write a backup of a home, or of a further region's store, which may be serving.

    1. The entry about it. 2. The files. 3. The tables, from one snapshot. 4. The manifest.
    `policy` is the digest of the policy in force. Raises BadInput (the file cannot be written),
    SchemaOutdated (a later version serves here, too), DatabaseUnavailable and the like.
    """
    with home.journal.reader.snapshot() as snapshot:
        if snapshot.revision() != REVISION:  # it would leave out what later versions keep
            msg = "the tables are those of a later version, which can make the backup"
            raise SchemaOutdated(msg)
    with home.journal.transaction() as tx:
        tx.log.append(Entry(Event.BACKUP_MADE, now, policy))
    with (
        home.journal.reader.snapshot() as snapshot,
        writing(place) as stream,
        zipfile.ZipFile(stream.buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        into = _Members(archive)
        for name in files_of(home):
            into.add(name, _read(home.settings.folder / name))
        rows = {table.name: into.add(member(table), _lines(snapshot, table)) for table in TABLES}
        size = snapshot.head().size
        archive.writestr(MANIFEST, into.manifest(home.signer, size, now))
    return BackedUp(size, rows["record"] - 1, rows["subject_key"] - 1)


def files_of(store: Home) -> tuple[str, ...]:
    """Return the files that a backup of a store has: the home's own, or a further region's."""
    return FILES if store.settings.region is None else REGION_FILES


class _Members:
    """Writes members and remembers what the manifest says of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._said: list[str] = []

    def add(self, name: str, parts: Iterable[bytes]) -> int:
        """Write a member and say how many parts it had."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._archive.open(name, "w", force_zip64=True) as out:
            for part in parts:
                out.write(part)
                digest.update(part)
                size += len(part)
                count += 1
        self._said.append(f"{size} {digest.hexdigest()} {name}")
        return count

    def manifest(self, signer: Signer, size: int, now: datetime) -> str:
        """Return the signed note about everything written so far."""
        lines = [FORM, str(size), now.isoformat(), REVISION, *self._said]
        return signer.sign("\n".join(lines) + "\n")


def _read(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as stream:
            while part := stream.read(_CHUNK):
                yield part
    except OSError as error:
        message = f"{file.name} cannot be read: {error.strerror}"
        raise BadInput(message) from error


def _lines(snapshot: Snapshot, table: Table) -> Iterator[bytes]:
    """Yield the line with the columns, and a line for each row."""
    yield _line([column.name for column in table.columns])
    for row in snapshot.rows(table):
        yield _line([_value(each) for each in row])


def _value(value: object) -> object:
    return {"b": b64encode(value).decode()} if isinstance(value, bytes) else value


def _line(values: list[object] | list[str]) -> bytes:
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
