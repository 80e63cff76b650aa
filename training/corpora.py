"""Read annotated text as spans of which some labels are possible.

A corpus that does not annotate a kind says nothing about it, so a word without a mark may still be
of such a kind ("silent"): it is left out of the loss. A mark of a coarse kind (a location) allows several of ours (a place, an
address). The loss is taken over everything that a mark allows; nothing is taught that nobody said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labels import EVERY, LABELS


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters start..end (end exclusive) are one of `labels`; empty: nobody knows."""

    start: int
    end: int
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Document:
    """A text, its marks, and the kinds that its annotators did not look for."""

    text: str
    marks: tuple[Mark, ...]
    silent: frozenset[str]
    source: str


_PLACES = frozenset({"PLACE", "ADDRESS"})
_DATES = frozenset({"DATE", "DATE_OF_BIRTH", "AGE"})
_IDS = frozenset({"ACCOUNT", "NATIONAL_ID", "MEDICAL_RECORD", "INSURANCE", "EMPLOYEE_ID"})
_TRAITS = frozenset(
    {"ORIGIN", "RELIGION", "POLITICS", "GENDER", "ORIENTATION", "JOB_TITLE", "HEALTH", "UNION"}
)
_COARSE = {
    "PERSON": frozenset({"NAME"}),
    "LOCATION": _PLACES,
    "ORG": frozenset({"ORGANIZATION"}),
    "DATE_TIME": _DATES,
    "EMAIL": frozenset({"EMAIL"}),
    "PHONE": frozenset({"PHONE"}),
    "ID": _IDS,
    "NRP": _TRAITS,
    "AGE": frozenset({"AGE"}),
    "OTHER": frozenset(),
}
_RAW = {
    "SEXO_SUJETO_ASISTENCIA": frozenset({"GENDER"}),
    "CALLE": frozenset({"ADDRESS"}),
    "PAIS": frozenset({"PLACE"}),
    "TERRITORIO": _PLACES,
    "ID_SUJETO_ASISTENCIA": frozenset({"MEDICAL_RECORD"}),
    "ID_CONTACTO_ASISTENCIAL": frozenset({"MEDICAL_RECORD"}),
    "ID_ASEGURAMIENTO": frozenset({"INSURANCE"}),
    "ID_TITULACION_PERSONAL_SANITARIO": frozenset({"EMPLOYEE_ID"}),
    "PROFESION": frozenset({"JOB_TITLE"}),
}
_NEVER = frozenset(
    {
        "ACCOUNT",
        "NATIONAL_ID",
        "PASSPORT",
        "DRIVING_LICENCE",
        "VEHICLE",
        "COORDINATES",
        "DEVICE",
        "CARD",
    }
) | {
    "BANK_ACCOUNT",
    "MEDICAL_RECORD",
    "INSURANCE",
    "UNION",
    "PASSWORD",
    "API_KEY",
    "EMPLOYEE_ID",
    "IP_ADDRESS",
}
"""What does not occur in public tweets and comments: its absence may be taught."""
_TWEETS = (
    EVERY - {"NAME", "PLACE", "ADDRESS", "ORGANIZATION", "JOB_TITLE", "HEALTH", "POLITICS"} - _NEVER
)
SILENT = {
    "btc": _TWEETS,
    "wnut17": _TWEETS,
    "tab144": frozenset(),  # whole cases were read for whatever identifies; traits are one mark there
    "meddocan": frozenset({"HEALTH"}),
}
"""Keep these short: a kind that is never judged in a manner of writing soon stands for anything in it."""


def read_corpus(path: Path) -> Iterator[Document]:
    """Documents of a file of `shared/data/pii`, or of the generated ones (`compose.*`)."""
    name = path.name.split(".")[0]
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if name in {"compose", "taught"}:
                marks = tuple(Mark(a, b, _said(said)) for a, b, said in row["marks"])
                yield Document(row["text"], marks, frozenset(row.get("silent", ())), name)
            else:
                marks = tuple(_mark(row["text"], span, name) for span in row["spans"])
                yield Document(row["text"], marks, SILENT[name], name)


def _said(label: str | list[str]) -> frozenset[str]:
    """What a generated mark says; `?` is that nobody knows."""
    return frozenset(label if isinstance(label, list) else (label,)) - {"?"}


def _mark(text: str, span: dict[str, object], name: str) -> Mark:
    start, end, label = int(str(span["start"])), int(str(span["end"])), str(span["label"])
    labels = _RAW.get(str(span.get("raw")), _COARSE[label])
    if (name == "btc" and "@" in text[max(0, start - 1) : end]) or (
        name == "btc" and text[max(0, start - 2) : start].strip() == "@"
    ):
        labels = labels | {"USERNAME"}
    return Mark(start, end, labels)


def check_label(label: str) -> str:
    """Refuse a label that the network does not know."""
    if label not in EVERY:
        raise ValueError(f"unknown label {label}; known: {', '.join(LABELS)}")
    return label
