"""A witness accepts what extends what it saw, by proof, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import aics_tlog
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from privity.audit.cosigning import Cosigner, read_witness_key
from privity.audit.proofs import consistency_proof
from privity.audit.signing import Signer
from privity.audit.tree import EMPTY, leaf_hash, perfect_root
from privity.audit.witness import Accepted, Refused, Submission, judge, read_submission
from privity.errors import LogCorrupt, SettingsInvalid

LOG = Signer("example.org/log", bytes(32))
WITNESS = Cosigner("example.org/witness", bytes(31) + b"w")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KNOWN = {LOG.name: LOG.verifier}


def leaves(size: int, fork: int | None = None) -> list[bytes]:
    """Hashes of a log's entries; from entry `fork` on they are others."""
    return [
        leaf_hash(b"%d%s" % (n, b"x" if fork is not None and n >= fork else b""))
        for n in range(size)
    ]


def state(size: int, fork: int | None = None) -> Checkpoint:
    return Checkpoint(LOG.name, size, EMPTY.grown(leaves(size, fork))[0].root())


def submission(old: int, new: int, fork: int | None = None) -> Submission:
    hashes = leaves(new, fork)

    def nodes(height: int, index: int) -> bytes:
        return perfect_root(hashes[index << height : (index + 1) << height])

    proof = consistency_proof(nodes, old, new) if old <= new else ()
    return Submission(old, proof, sign_checkpoint(LOG, new, state(new, fork).root))


def verdict(given: Submission, seen: Checkpoint | None = None) -> Accepted | Refused:
    return judge(given, KNOWN, {} if seen is None else {LOG.name: seen})


@given(st.integers(0, 40), st.integers(0, 40))
def test_what_extends_what_was_seen_is_accepted(old: int, more: int) -> None:
    seen = state(old) if old else None
    assert verdict(submission(old, old + more), seen) == Accepted(state(old + more))


@given(st.integers(1, 30), st.integers(0, 30), st.data())
def test_a_rewritten_log_is_refused(old: int, more: int, data: st.DataObject) -> None:
    fork = data.draw(st.integers(0, old - 1))
    refused = verdict(submission(old, old + more, fork), state(old))
    assert isinstance(refused, Refused)
    assert refused.status == (422 if more else 409)


def test_a_log_that_was_cut_is_refused_and_the_size_is_told() -> None:
    assert verdict(submission(3, 5), state(9)) == Refused(
        409, "another checkpoint was seen last", 9
    )
    assert verdict(submission(0, 5), state(9)) == Refused(
        409, "another checkpoint was seen last", 9
    )


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (Submission(0, (), sign_checkpoint(Signer("other", bytes(32)), 1, bytes(32))), 404),
        (Submission(0, (), sign_checkpoint(Signer(LOG.name, b"x" * 32), 1, bytes(32))), 403),
        (submission(9, 5), 400),
        (submission(1, 5), 409),
        (replace(submission(0, 5), proof=(bytes(32),)), 422),
        (Submission(0, (), sign_checkpoint(LOG, 0, bytes(32))), 409),
    ],
)
def test_each_refusal_has_the_status_of_the_protocol(given: Submission, status: int) -> None:
    refused = verdict(given)
    assert isinstance(refused, Refused)
    assert refused.status == status


def test_a_proof_with_a_changed_hash_is_refused() -> None:
    given = submission(3, 9)
    changed = replace(given, proof=(bytes(32), *given.proof[1:]))
    assert verdict(changed, state(3)).status == 422


def test_a_request_is_written_as_the_standard_says() -> None:
    given = submission(3, 4)
    assert given.text().startswith("old 3\n")
    assert read_submission(given.text().encode()) == given


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"old 03\n\nx",
        b"old -1\n\nx",
        b"old x\n\nx",
        b"3\n\nx",
        b"old 3\nnot base64\n\nx",
        b"old 3\nAAAA\n\nx",
        b"old 3",
        b"old 3\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\nx",
    ],
)
def test_a_malformed_request_is_refused(body: bytes) -> None:
    assert read_submission(body) == Refused(400, "the request is malformed")


NOTE = sign_checkpoint(LOG, 4, state(4).root)
COSIGNED = NOTE + WITNESS.cosign(NOTE, NOON)


def test_a_cosignature_says_who_saw_it_and_when() -> None:
    key = read_witness_key(WITNESS.key.vkey)
    assert key.seen_at(COSIGNED)[0] == NOON
    assert open_checkpoint(LOG.verifier, COSIGNED).size == 4


def test_a_library_that_is_not_ours_counts_the_cosignature() -> None:
    note = aics_tlog.parse_note(COSIGNED)
    keys = [aics_tlog.parse_vkey(key) for key in (LOG.verifier.vkey, WITNESS.key.vkey)]
    result = aics_tlog.verify_checkpoint(note, keys[0], keys[1:], quorum=1)
    assert (result.ok, result.timestamps) == (True, {WITNESS.key.name: int(NOON.timestamp())})


@given(st.data())
def test_a_changed_cosignature_does_not_count(data: st.DataObject) -> None:
    at = data.draw(st.integers(len(NOTE), len(COSIGNED) - 1))
    other = data.draw(st.sampled_from("A9=\n x").filter(lambda c: c != COSIGNED[at]))
    with pytest.raises(LogCorrupt):
        WITNESS.key.seen_at(COSIGNED[:at] + other + COSIGNED[at + 1 :])


def test_a_cosignature_of_another_checkpoint_does_not_count() -> None:
    other = sign_checkpoint(LOG, 5, state(5).root)
    with pytest.raises(LogCorrupt):
        WITNESS.key.seen_at(other + WITNESS.cosign(NOTE, NOON))
    with pytest.raises(LogCorrupt):
        Cosigner(WITNESS.key.name, bytes(32)).key.seen_at(COSIGNED)
    with pytest.raises(LogCorrupt):
        WITNESS.key.seen_at(NOTE)


def test_the_key_of_a_log_is_not_the_key_of_a_witness() -> None:
    with pytest.raises(SettingsInvalid):
        read_witness_key(LOG.verifier.vkey)
