"""What a witness decides: does this checkpoint extend the last one that it saw of this log?

C2SP tlog-witness, the call `add-checkpoint`. Invariants: only a log whose key is known is judged;
nothing is accepted that does not extend, by proof, exactly what was accepted before; deciding
changes nothing: who asks stores the accepted checkpoint before it tells anyone.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from privity.audit.checkpoint import Checkpoint, open_checkpoint
from privity.audit.proofs import check_consistency
from privity.audit.signing import Verifier, decode_base64
from privity.audit.tree import EMPTY_ROOT, HASH_BYTES
from privity.errors import LogCorrupt

MAX_PROOF = 63
_OLD = "old "


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint with the proof that it extends the one of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return it as it is sent."""
        lines = [f"{_OLD}{self.old}", *(b64encode(each).decode() for each in self.proof)]
        return "\n".join(lines) + "\n\n" + self.note


@dataclass(frozen=True, slots=True)
class Accepted:
    """The checkpoint extends what was seen."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not, as the protocol's status; `size`: what was seen, where the caller should know."""

    status: int
    why: str
    size: int | None = None


Verdict: TypeAlias = Accepted | Refused
BAD, UNKNOWN, UNSIGNED, CONFLICT, INCONSISTENT = 400, 404, 403, 409, 422


def read_submission(body: bytes) -> Submission | Refused:
    """Read a request, or say what is wrong with it."""
    try:
        head, separator, note = body.decode("utf-8").partition("\n\n")
        first, *hashes = head.split("\n")
        old = int(first.removeprefix(_OLD))
        proof = tuple(decode_base64(each) for each in hashes)
    except ValueError:
        return Refused(BAD, "the request is malformed")
    whole = separator and first == f"{_OLD}{old}" and old >= 0 and len(proof) <= MAX_PROOF
    if not whole or any(len(each) != HASH_BYTES for each in proof):
        return Refused(BAD, "the request is malformed")
    return Submission(old, proof, note)


def judge(
    given: Submission, logs: Mapping[str, Verifier], seen: Mapping[str, Checkpoint]
) -> Verdict:
    """Decide in the order of the specification. `logs` and `seen` are by origin."""
    verifier = logs.get(given.note.partition("\n")[0])
    if verifier is None:
        return Refused(UNKNOWN, "this log is not known here")
    try:
        new = open_checkpoint(verifier, given.note)
    except LogCorrupt as error:
        return Refused(UNSIGNED, error.detail)
    if given.old > new.size:
        return Refused(BAD, "the old size is larger than the new one")
    last = seen.get(new.origin, Checkpoint(new.origin, 0, EMPTY_ROOT))
    if given.old != last.size:
        return Refused(CONFLICT, "another checkpoint was seen last", last.size)
    if new.size == last.size and new.root != last.root:
        return Refused(CONFLICT, "another root was seen at this size", last.size)
    return _judge_proof(last, new, given.proof)


def _judge_proof(last: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> Verdict:
    try:
        check_consistency((last.size, last.root), (new.size, new.root), proof)
    except LogCorrupt as error:
        return Refused(INCONSISTENT, error.detail)
    return Accepted(new)
