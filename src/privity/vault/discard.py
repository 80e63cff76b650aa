"""Delete single records of a person, and prove it; `erase` is for all of them at once.

Invariants: only records of that person are touched, whatever ids are named; the entry of the log
and the deletion are one transaction, and the entry names what went, so that a database put back
from a backup loses it again (`replay`). A record that a legal hold is on stays until the hold is
over, and that is said. The person's key stays, because what is kept needs it: that is why deleting
everything destroys more than deleting each.

The certificate is one JSON object: `proofs` is one proof in the form of C2SP tlog-proof, of that
entry; the rest repeats, for people, what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from privity.audit import tlog_proof
from privity.audit.checkpoint import Checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.signing import Verifier
from privity.audit.stored import read_entry
from privity.errors import BadInput, LogCorrupt
from privity.model.words import SubjectRef
from privity.vault import certificate
from privity.vault.certificate import Source
from privity.vault.residence import check_staying
from privity.vault.retain import LoggedStore

FORM = "privity record deletion certificate 1"
AT_ONCE = 500
"""How many records one entry names at most; an entry of the log is bounded."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """Where the log says which records went; `held` ones stay until their legal hold is over."""

    entry: int
    records: tuple[str, ...]
    held: int


@dataclass(frozen=True, slots=True)
class DiscardCertificate:
    """What is certified: these records of this person were deleted then; `held` were not."""

    log: str
    subject: SubjectRef
    records: tuple[str, ...]
    held: int
    deleted_at: datetime
    entry: int


def discard(
    tx: LoggedStore, subject: SubjectRef, names: Sequence[str], now: datetime, policy: str
) -> Discarded | None:
    """Delete these records of a person, at most `AT_ONCE`; None if none of them is theirs.

    `policy` is the digest of the policy in force. Raises BadInput, PersonMoved while the person is
    on the way to another region, DatabaseUnavailable.
    """
    if len(names) > AT_ONCE:
        msg = f"at most {AT_ONCE} records are deleted at once"
        raise BadInput(msg)
    check_staying(tx.departures, subject)
    held = sum(record.place.record in names for record in tx.holds.records_of(subject))
    gone = tx.records.take(subject, names)
    if not gone and not held:
        return None
    facts: dict[str, str | int] = {"records": len(gone), "held": held, "ids": ",".join(gone)}
    entry = Entry(Event.RECORDS_DELETED, now, policy, subject=subject, facts=facts)
    return Discarded(tx.log.append(entry), gone, held)


def named(entry: Entry) -> tuple[str, ...]:
    """Return the records that an entry about a deletion names. Raises LogCorrupt."""
    ids, count = entry.facts.get("ids"), entry.facts.get("records")
    found = tuple(ids.split(",")) if isinstance(ids, str) and ids else ()
    if not isinstance(ids, str) or len(found) != count:
        msg = "an entry about a deletion lacks what it must say"
        raise LogCorrupt(msg)
    return found


def certified(source: Source, entry: int, signed: tuple[Checkpoint, str]) -> str:
    """Return the certificate of the erasure, or of the deletion, that entry `entry` is about.

    Raises BadInput for another entry, LogCorrupt.
    """
    found = next(iter(source.entries(entry, entry + 1)), None) if entry >= 0 else None
    if found is not None and read_entry(found[1]).event is Event.RECORDS_DELETED:
        return issue(source, entry, signed)
    return certificate.issue(source, entry, signed)


def issue(source: Source, entry: int, signed: tuple[Checkpoint, str]) -> str:
    """Return the certificate of the deletion that entry `entry` is about, as JSON text.

    Raises BadInput when it is about no deletion, LogCorrupt.
    """
    found = next(iter(source.entries(entry, entry + 1)), None) if entry >= 0 else None
    if found is None or read_entry(found[1]).event is not Event.RECORDS_DELETED:
        msg = f"entry {entry} is not about deleted records"
        raise BadInput(msg)
    proof = tlog_proof.prove(source, *found, signed)
    shown = {"form": FORM, **_shown(_said(signed[0].origin, *found)), "proofs": [proof]}
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n"


def check(text: str, verifier: Verifier) -> DiscardCertificate:
    """Check a certificate offline and return what it proves. Raises BadInput, LogCorrupt."""
    try:
        read: Mapping[str, Any] = orjson.loads(text)
        proof = read["proofs"][0]
        shown = {name: value for name, value in read.items() if name not in {"form", "proofs"}}
        fits = read["form"] == FORM and len(read["proofs"]) == 1 and isinstance(proof, str)
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError, AttributeError):
        fits, proof, shown = False, "", {}  # the error would quote the file
    if not fits:
        msg = "this is not a certificate of deleted records"
        raise BadInput(msg)
    proven = tlog_proof.check(proof, verifier)
    said = _said(verifier.name, proven.index, proven.entry)
    if shown != _shown(said):
        msg = "the certificate shows something else than it proves"
        raise LogCorrupt(msg)
    return said


def _said(log: str, index: int, body: bytes) -> DiscardCertificate:
    entry = read_entry(body)
    held = entry.facts.get("held")
    if (
        entry.event is not Event.RECORDS_DELETED
        or entry.subject is None
        or not isinstance(held, int)
    ):
        msg = "the proven entry is not about deleted records"
        raise LogCorrupt(msg)
    return DiscardCertificate(log, entry.subject, named(entry), held, entry.at, index)


def _shown(said: DiscardCertificate) -> dict[str, object]:
    return {
        "log": said.log,
        "subject": said.subject,
        "records": list(said.records),
        "held": said.held,
        "deleted_at": said.deleted_at.isoformat(),
        "entry": said.entry,
    }
