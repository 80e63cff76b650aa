"""A deletion certificate: proof that a person's keys and records were destroyed, and when.

Form: one JSON object. `proofs` are two proofs in the form of C2SP tlog-proof, each with the bytes
of its entry, the path to the root and the signed checkpoint: of the entry that was written with the
destruction of the keys, and of the one that was written when the last record was gone, with what
was counted then. Everything else in the object repeats, for people, what the proofs say.

Invariants: no personal data, only the keyed reference; a certificate is believed only for what its
proofs say; checking it needs the log's public key, from elsewhere, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson

from privity.audit import tlog_proof
from privity.audit.checkpoint import Checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.signing import Verifier
from privity.audit.stored import read_entry
from privity.errors import BadInput, LogCorrupt
from privity.model.words import SubjectRef

FORM = "privity deletion certificate 1"
_PROOFS = 2


class Source(Protocol):
    """The log as it is stored: vault.certificate reads entries, and tiles for proofs."""

    def entries(self, start: int, stop: int | None = None) -> Iterable[tuple[int, bytes]]:
        """Yield (index, canonical bytes) of entries [start, stop), in order of index."""
        ...

    def tile(self, level: int, index: int) -> Sequence[bytes]:
        """Return the hashes of a tile, up to 256; fewer at the growing edge."""
        ...


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified. `held`: records that a legal hold kept; they go when it is over.

    `unreadable_at` is when the keys were destroyed, `removed_at` when the last record was gone;
    `entries` are the two indices in the log named `log`.
    """

    log: str
    subject: SubjectRef
    keys: int
    records: int
    held: int
    unreadable_at: datetime
    removed_at: datetime
    entries: tuple[int, int]


def issue(source: Source, entry: int, signed: tuple[Checkpoint, str]) -> str:
    """Return the certificate of the erasure that entry `entry` is about, as JSON text.

    `signed` is the newest checkpoint and its note. Raises BadInput when that is no erasure or its
    records are not all removed yet, LogCorrupt.
    """
    found = next(iter(source.entries(entry, entry + 1)), None) if entry >= 0 else None
    if found is None or read_entry(found[1]).event is not Event.SUBJECT_ERASED:
        msg = f"entry {entry} is not about an erasure"
        raise BadInput(msg)
    removal = _removal(source, entry)
    both = (found, removal)
    proofs = [tlog_proof.prove(source, index, body, signed) for index, body in both]
    said = _said(signed[0].origin, both)
    named = {"form": FORM, **_shown(said), "proofs": proofs}
    return orjson.dumps(named, option=orjson.OPT_INDENT_2).decode() + "\n"


def check(text: str, verifier: Verifier) -> Certificate:
    """Check a certificate offline and return what it proves. Raises BadInput, LogCorrupt.

    1. The form. 2. Both proofs, up to the signature. 3. The entries are an erasure and its end,
    with nothing left. 4. What is shown to people is what is proven.
    """
    named = _parse(text)
    proven = [tlog_proof.check(proof, verifier) for proof in named["proofs"]]
    said = _said(verifier.name, [(each.index, each.entry) for each in proven])
    shown = {name: value for name, value in named.items() if name not in {"form", "proofs"}}
    if shown != _shown(said):
        msg = "the certificate shows something else than it proves"
        raise LogCorrupt(msg)
    return said


def _removal(source: Source, erasure: int) -> tuple[int, bytes]:
    """Return the entry that was written when the last record was gone."""
    for index, body in source.entries(erasure + 1):
        entry = read_entry(body)
        if entry.event is Event.SUBJECT_REMOVED and entry.facts.get("erasure") == erasure:
            return index, body
    msg = "not all records of this erasure are removed yet; a sweep will do it"
    raise BadInput(msg)


def _parse(text: str) -> Mapping[str, Any]:
    try:
        named = orjson.loads(text)
    except orjson.JSONDecodeError:
        named = None  # the error would quote the file
    if not isinstance(named, dict) or named.get("form") != FORM:
        msg = "this is not a deletion certificate"
        raise BadInput(msg)
    proofs = named.get("proofs")
    if not isinstance(proofs, list) or [type(proof) for proof in proofs] != [str] * _PROOFS:
        msg = "a deletion certificate has two proofs"
        raise BadInput(msg)
    return named


def _said(log: str, found: Sequence[tuple[int, bytes]]) -> Certificate:
    """Return what an erasure's two entries say together. Raises LogCorrupt."""
    (first, erased), (second, removed) = ((index, read_entry(body)) for index, body in found)
    belongs = (
        erased.event is Event.SUBJECT_ERASED
        and removed.event is Event.SUBJECT_REMOVED
        and erased.subject == removed.subject
        and removed.facts.get("erasure") == first < second
        and removed.facts.get("left") == 0
    )
    if not belongs or erased.subject is None:
        msg = "the proven entries are not an erasure and its end"
        raise LogCorrupt(msg)
    return Certificate(
        log,
        erased.subject,
        _count(erased, "keys"),
        _count(removed, "records"),
        _count(erased, "held"),
        erased.at,
        removed.at,
        (first, second),
    )


def _count(entry: Entry, fact: str) -> int:
    value = entry.facts.get(fact)
    if not isinstance(value, int):
        msg = "a proven entry lacks a count"
        raise LogCorrupt(msg)
    return value


def _shown(said: Certificate) -> dict[str, object]:
    return {
        "log": said.log,
        "subject": said.subject,
        "destroyed": {"keys": said.keys, "records": said.records},
        "held": said.held,
        "unreadable_at": said.unreadable_at.isoformat(),
        "removed_at": said.removed_at.isoformat(),
        "entries": list(said.entries),
    }
