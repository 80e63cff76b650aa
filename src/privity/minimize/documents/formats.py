"""The forms of text that can be read, and how a file's name tells its form."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePath
from typing import assert_never

from privity.minimize.documents.chunk import Chunk, Find, scanned
from privity.minimize.documents.json_lines import json_lines, json_whole
from privity.minimize.documents.lines import Characters
from privity.minimize.documents.plain import windows
from privity.minimize.documents.tables import records


class Format(StrEnum):
    """A form of text; `auto` goes by the name of the file."""

    AUTO = "auto"
    TEXT = "text"
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"


_BY_ENDING = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSON,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
}


def format_of(name: PurePath | None) -> Format:
    """Return the form that a file's name tells; plain text where it tells none."""
    return Format.TEXT if name is None else _BY_ENDING.get(name.suffix.lower(), Format.TEXT)


def chunks(source: Characters, form: Format, find: Find) -> Iterator[Chunk]:
    """Yield a document in stretches, scanned. `AUTO` is plain text here.

    Raises BadInput, TooLarge or DetectorUnavailable.
    """
    match form:
        case Format.AUTO | Format.TEXT:
            return windows(source, find)
        case Format.JSONL:
            return scanned(json_lines(source), find)
        case Format.JSON:
            return scanned(json_whole(source), find)
        case Format.CSV:
            return scanned(records(source), find)
        case _:
            assert_never(form)
