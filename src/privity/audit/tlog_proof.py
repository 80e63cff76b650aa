"""A proof in one file (C2SP tlog-proof): this entry is in the log that this checkpoint signs.

Invariants: the file holds all that checking needs but the log's public key, which the reader must
have from elsewhere; the entry's own bytes stand in it as `extra`, and count only because the
proof leads from them to the signed root.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from privity.audit.checkpoint import Checkpoint, open_checkpoint
from privity.audit.proofs import check_inclusion, inclusion_proof
from privity.audit.signing import Verifier, decode_base64
from privity.audit.tiles import TiledNodes, TileSource
from privity.audit.tree import leaf_hash
from privity.errors import LogCorrupt

_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", "index "


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry that is in the log, where, and under which checkpoint."""

    index: int
    entry: bytes
    checkpoint: Checkpoint


def prove(source: TileSource, index: int, entry: bytes, signed: tuple[Checkpoint, str]) -> str:
    """Return the proof of an entry under a checkpoint and its note.

    Raises BadInput when the checkpoint does not cover the entry, LogCorrupt when the stored log
    does not lead to what was signed.
    """
    checkpoint, note = signed
    path = inclusion_proof(TiledNodes(source), index, checkpoint.size)
    check_inclusion(leaf_hash(entry), (index, checkpoint.size), path, checkpoint.root)
    lines = [_HEADER, _EXTRA + b64encode(entry).decode(), f"{_INDEX}{index}"]
    lines += [b64encode(each).decode() for each in path]
    return "\n".join(lines) + "\n\n" + note


def check(proof: str, verifier: Verifier) -> Proven:
    """Check a proof file offline. Raises LogCorrupt."""
    head, _, note = proof.partition("\n\n")
    try:
        header, extra, place, *hashes = head.split("\n")
        if header != _HEADER or extra[: len(_EXTRA)] != _EXTRA or place[: len(_INDEX)] != _INDEX:
            raise LogCorrupt(_MALFORMED)
        entry = decode_base64(extra[len(_EXTRA) :])
        path = [decode_base64(each) for each in hashes]
        index = int(place[len(_INDEX) :])
    except ValueError as error:
        raise LogCorrupt(_MALFORMED) from error
    if place != f"{_INDEX}{index}":
        raise LogCorrupt(_MALFORMED)
    checkpoint = open_checkpoint(verifier, note)
    check_inclusion(leaf_hash(entry), (index, checkpoint.size), path, checkpoint.root)
    return Proven(index, entry, checkpoint)


_MALFORMED = "this is not a proof that holds its entry"
