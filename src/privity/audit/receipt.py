"""The receipt of one exchange: what the log says about it, in words, and the proof that it does.

Invariants: a receipt is made of entries of the log and of nothing else, so it holds no text of a
person; what it says in words is what its proven entries say, or it is refused; checking one needs
the log's public key alone. Each proof is a file of C2SP tlog-proof, all under one checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from privity.audit import tlog_proof
from privity.audit.checkpoint import Checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.signing import Verifier
from privity.audit.stored import read_entry
from privity.audit.tiles import TileSource
from privity.errors import BadInput, LogCorrupt
from privity.model.finding import Tally
from privity.model.words import RequestId

FORM = "privity.receipt/v1"
BEGINNINGS = frozenset({Event.EXCHANGE_ALLOWED, Event.EXCHANGE_REFUSED})
_PARTS = {"receipt", "said", "proofs"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A receipt that holds: what it says, under which checkpoint, in which note."""

    said: Mapping[str, Any]
    checkpoint: Checkpoint
    note: str


def issue(
    source: TileSource, entries: Sequence[tuple[int, bytes]], signed: tuple[Checkpoint, str]
) -> bytes:
    """Return the receipt over the entries of an exchange, (index, bytes) in order of the log.

    Raises BadInput when they are not the entries of one exchange, or the checkpoint does not
    cover them; LogCorrupt when the stored log is not what was signed.
    """
    said = _say([read_entry(body) for _, body in entries])
    proofs = [tlog_proof.prove(source, index, body, signed) for index, body in entries]
    document = {"receipt": FORM, "said": said, "proofs": proofs}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def check(document: bytes, verifier: Verifier) -> Checked:
    """Check a receipt offline.

    1. Each proof leads from its entry to a root that the log's key signed. 2. All are under one
    checkpoint. 3. The entries are those of one exchange, and say what the receipt says.
    Raises LogCorrupt if one of these fails, BadInput if it is no receipt.
    """
    proofs, said = _parts(document)
    proven = [tlog_proof.check(proof, verifier) for proof in proofs]
    notes = {proof.partition("\n\n")[2] for proof in proofs}
    indices = [each.index for each in proven]
    if len(notes) != 1 or indices != sorted(set(indices)):
        msg = "the proofs of a receipt do not belong together"
        raise LogCorrupt(msg)
    try:
        shown = _say([read_entry(each.entry) for each in proven])
    except BadInput as error:
        raise LogCorrupt(error.detail) from error
    if shown != said:
        msg = "a receipt says something else than the entries that it proves"
        raise LogCorrupt(msg)
    return Checked(shown, proven[0].checkpoint, notes.pop())


def _parts(document: bytes) -> tuple[list[str], object]:
    try:
        read = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise BadInput(_NONE) from None  # the inner error would carry the document
    if not isinstance(read, dict) or set(read) != _PARTS or read["receipt"] != FORM:
        raise BadInput(_NONE)
    proofs = read["proofs"]
    if not isinstance(proofs, list) or not proofs or not all(isinstance(p, str) for p in proofs):
        raise BadInput(_NONE)
    return proofs, read["said"]


_NONE = "this is not a receipt of the form " + FORM
_MIXED = "these are not the entries of one exchange"


def _say(entries: Sequence[Entry]) -> dict[str, Any]:
    """Return what the entries of one exchange say, in words. Raises BadInput."""
    begun, *ends = entries
    request: RequestId | None = begun.request
    fits = begun.event in BEGINNINGS and request is not None and len(ends) <= 1
    if not fits or any(
        end.event is not Event.EXCHANGE_ENDED or end.request != request for end in ends
    ):
        raise BadInput(_MIXED)
    said: dict[str, Any] = {
        "request": request,
        "app": begun.app,
        "purpose": begun.purpose,
        "outcome": begun.event.value.removeprefix("exchange."),
        "at": _time(begun.at),
        "policy": begun.policy,
        "because": list(begun.because),
        "found": _found(begun.tally),
        **begun.facts,
    }
    if begun.event is Event.EXCHANGE_ALLOWED:
        said["answer"] = _say_end(ends[0], begun) if ends else None
    return said


def _say_end(end: Entry, begun: Entry) -> dict[str, Any]:
    """Return what the end of an exchange says, and until when its minimized text is kept."""
    until = None
    if end.facts.get("kept"):
        seconds = end.facts.get("keep_seconds", begun.facts.get("keep_seconds", 0))
        period = timedelta(seconds=int(seconds))
        until = _time(end.at + period)
    return {"at": _time(end.at), "found": _found(end.tally), **end.facts, "kept_until": until}


def _found(tally: Tally) -> list[dict[str, str | int]]:
    return [
        {"kind": kind.value, "treatment": how.value, "count": count}
        for (kind, how), count in tally.items()
    ]


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
