"""A proof in one file counts only as it was made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from privity.audit.signing import Signer
from privity.audit.tlog_proof import Proven, check, prove
from privity.audit.tree import EMPTY, leaf_hash
from privity.errors import BadInput, LogCorrupt

SIGNER = Signer("log", bytes(32))
ENTRIES = [b"%d" % i for i in range(7)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]
ROOT = EMPTY.grown(HASHES)[0].root()
NOTE = sign_checkpoint(SIGNER, 7, ROOT)
SIGNED = open_checkpoint(SIGNER.verifier, NOTE), NOTE


class Tiles:
    def tile(self, level: int, index: int) -> list[bytes]:
        return HASHES if (level, index) == (0, 0) else []


PROOF = prove(Tiles(), 3, b"3", SIGNED)


def test_a_proof_says_which_entry_is_where() -> None:
    assert check(PROOF, SIGNER.verifier) == Proven(3, b"3", Checkpoint("log", 7, ROOT))


def test_a_proof_is_written_as_the_standard_says() -> None:
    lines = PROOF.split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra Mw==", "index 3"]
    assert lines[6] == ""
    assert "\n".join(lines[7:]) == NOTE


@given(st.data())
def test_any_changed_character_is_refused(data) -> None:
    at = data.draw(st.integers(0, len(PROOF) - 1))
    other = data.draw(st.sampled_from("A9=\n x").filter(lambda c: c != PROOF[at]))
    changed = PROOF[:at] + other + PROOF[at + 1 :]
    with pytest.raises(LogCorrupt):
        check(changed, SIGNER.verifier)


def test_a_proof_by_another_key_is_refused() -> None:
    with pytest.raises(LogCorrupt):
        check(PROOF, Signer("log", bytes(31) + b"x").verifier)


@pytest.mark.parametrize(
    "proof", ["", NOTE, PROOF.replace("index 3", "index three"), PROOF.replace("extra Mw==\n", "")]
)
def test_what_is_not_a_proof_is_refused(proof: str) -> None:
    with pytest.raises(LogCorrupt):
        check(proof, SIGNER.verifier)


def test_an_entry_beyond_the_checkpoint_has_no_proof() -> None:
    with pytest.raises(BadInput):
        prove(Tiles(), 7, b"7", SIGNED)
