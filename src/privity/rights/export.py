"""What a person takes along: files for them and for machines, with a manifest that is signed.

Form: a ZIP archive. `MANIFEST` is a C2SP signed note under the log's key. Its text has the form's
name, the person's reference, the time, and a line `SHA-256 SIZE NAME` for each other file; its
first line is no log's name, so that it can never pass for a checkpoint.

Invariants: the archive holds what the manifest names and nothing else; it is made in memory, and no
temporary file holds a part of it; checking it needs the log's public key and nothing more.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from privity.audit.signing import Signer, Verifier
from privity.errors import BadInput, LogCorrupt
from privity.model.words import SubjectRef
from privity.rights.view import Exchange, Note

FORM = "privity export manifest 1"
MANIFEST = "MANIFEST"
MOST_BYTES = 1 << 30
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(LookupError, ValueError, RuntimeError, OSError, MemoryError),
)
"""What zipfile raises for archives that are none, cut, or altered."""
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9]\d{0,9}) ([a-z][a-z0-9.-]{0,63})")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an export. Its name has small letters, digits, dots and hyphens."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """An export that is what was signed: whose, from when, and its files."""

    subject: SubjectRef
    made_at: datetime
    parts: tuple[Part, ...]


def exchange_lines(exchanges: Sequence[Exchange]) -> Part:
    """Return conversations as JSON Lines: one exchange a line."""
    rows = [
        {
            "id": each.id,
            "purpose": each.purpose.value,
            "region": each.region.value,
            "at": _time(each.at),
            "kept_until": _time(each.until),
            "asked": each.asked,
            "answered": each.answered,
        }
        for each in exchanges
    ]
    return json_lines("conversations.jsonl", rows)


def note_lines(notes: Sequence[Note]) -> Part:
    """Return what the person said is wrong as JSON Lines."""
    rows = [
        {"id": each.id, "at": _time(each.at), "kept_until": _time(each.until), "text": each.text}
        for each in notes
    ]
    return json_lines("notes.jsonl", rows)


def json_lines(name: str, rows: Sequence[Mapping[str, object]]) -> Part:
    """Return rows as a file of JSON Lines."""
    lines = (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    return Part(name, b"".join(lines))


def pack(parts: Sequence[Part], subject: SubjectRef, at: datetime, signer: Signer) -> bytes:
    """Return the archive with its signed manifest."""
    lines = [FORM, subject, _time(at)]
    lines += [f"{sha256(each.data).hexdigest()} {len(each.data)} {each.name}" for each in parts]
    note = signer.sign("\n".join(lines) + "\n")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in (Part(MANIFEST, note.encode()), *parts):
            info = zipfile.ZipInfo(each.name, at.astimezone(UTC).timetuple()[:6])
            info.external_attr = 0o600 << 16
            archive.writestr(info, each.data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def check(data: bytes, verifier: Verifier) -> Checked:
    """Check an export offline and return what is in it.

    1. The manifest is signed by the log's key. 2. It names every file of the archive, once.
    3. Each file has the size and digest that it names. Raises BadInput if it is no export,
    LogCorrupt if one of these fails.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            if len(sizes) != len(archive.infolist()) or sum(sizes.values()) > MOST_BYTES:
                raise BadInput(_NONE)
            found = {name: archive.read(name) for name in sizes}
            note = found.pop(MANIFEST).decode()
    except _BROKEN:
        raise BadInput(_NONE) from None  # the inner error may quote a name
    form, subject, made_at, *lines = verifier.open(note).splitlines()
    named = [_LINE.fullmatch(line) for line in lines]
    if form != FORM or None in named:
        raise BadInput(_NONE)
    told = [each.groups() for each in named if each is not None]
    if sorted(name for _, _, name in told) != sorted(found) or any(
        (digest, size) != (sha256(found[name]).hexdigest(), str(len(found[name])))
        for digest, size, name in told
    ):
        msg = "the files of the export are not the ones that were signed"
        raise LogCorrupt(msg)
    parts = tuple(Part(name, found[name]) for _, _, name in told)
    return Checked(SubjectRef(subject), datetime.fromisoformat(made_at), parts)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


_NONE = "this is not an export of a person's data"
