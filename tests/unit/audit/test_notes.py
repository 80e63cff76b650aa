"""Signed notes and checkpoints: one text for one state, and only the log's key counts."""

import pickle
from base64 import b64encode

import pytest

from privity.audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from privity.audit.signing import Signer, Verifier, read_vkey
from privity.errors import LogCorrupt, SecretShown, SettingsInvalid

SIGNER = Signer("example.org/log", bytes(32))
ROOT = bytes(range(32))
B64 = b64encode(ROOT).decode()


def test_a_checkpoint_is_written_as_the_standard_says() -> None:
    lines = sign_checkpoint(SIGNER, 7, ROOT).split("\n")
    assert lines[:4] == ["example.org/log", "7", B64, ""]
    assert lines[4].startswith("\u2014 example.org/log ")
    assert lines[5:] == [""]


def test_a_checkpoint_says_what_was_signed() -> None:
    note = sign_checkpoint(SIGNER, 7, ROOT)
    assert open_checkpoint(SIGNER.verifier, note) == Checkpoint("example.org/log", 7, ROOT)


def test_the_key_goes_through_its_written_form() -> None:
    note = sign_checkpoint(SIGNER, 7, ROOT)
    assert open_checkpoint(read_vkey(SIGNER.verifier.vkey), note).size == 7


def test_other_signatures_on_a_note_do_no_harm() -> None:
    note = sign_checkpoint(SIGNER, 7, ROOT)
    witness = Signer("witness", bytes(31) + b"w").sign(note.split("\n\n")[0] + "\n")
    both = note + witness.split("\n\n")[1]
    assert open_checkpoint(SIGNER.verifier, both).size == 7
    first, second = both.split("\n\n")[1].splitlines()
    swapped = note.split("\n\n")[0] + f"\n\n{second}\n{first}\n"
    assert open_checkpoint(SIGNER.verifier, swapped).size == 7


def test_text_after_the_checkpoint_may_be_an_extension() -> None:
    note = SIGNER.sign(f"example.org/log\n7\n{B64}\nextension\n")
    assert open_checkpoint(SIGNER.verifier, note).size == 7


@pytest.mark.parametrize(
    "note",
    [
        "",
        "no signature\n",
        sign_checkpoint(SIGNER, 7, ROOT).replace("\n7\n", "\n8\n"),
        sign_checkpoint(Signer("example.org/log", bytes(31) + b"x"), 7, ROOT),
        sign_checkpoint(Signer("other", bytes(32)), 7, ROOT),
        sign_checkpoint(SIGNER, 7, ROOT).replace("example.org/log ", "other "),
        f"example.org/log\n7\n{B64}\n\n\u2014 example.org/log not base64!\n",
        f"example.org/log\n7\n{B64}\n\n\u2014 example.org/log \n",
    ],
)
def test_what_the_log_did_not_sign_is_refused(note: str) -> None:
    with pytest.raises(LogCorrupt):
        open_checkpoint(SIGNER.verifier, note)


def test_a_flipped_bit_in_the_signature_is_refused() -> None:
    note = sign_checkpoint(SIGNER, 7, ROOT)
    last = note[-4]
    with pytest.raises(LogCorrupt):
        open_checkpoint(SIGNER.verifier, note[:-4] + ("A" if last != "A" else "B") + note[-3:])


@pytest.mark.parametrize(
    "text",
    [
        "example.org/log\n7\n",
        f"example.org/log\nseven\n{B64}\n",
        f"example.org/log\n07\n{B64}\n",
        f"example.org/log\n+7\n{B64}\n",
        f"example.org/log\n-7\n{B64}\n",
        "example.org/log\n7\nAAAA\n",
        "example.org/log\n7\n!\n",
        f"other\n7\n{B64}\n",
        f"example.org/log\n7\n{B64}",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LogCorrupt):
        open_checkpoint(SIGNER.verifier, SIGNER.sign(text))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n"])
def test_a_name_that_no_note_can_carry_is_refused(name: str) -> None:
    with pytest.raises(SettingsInvalid):
        Signer(name, bytes(32))


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "log",
        "log+00000000",
        "log+00000000+" + b64encode(b"\x01" + bytes(32)).decode(),
        "log+00000000+" + b64encode(b"\x02" + bytes(32)).decode(),
        "log+00000000+" + b64encode(b"\x01" + bytes(31)).decode(),
        "log+00000000+***",
    ],
)
def test_what_is_not_a_key_is_refused(vkey: str) -> None:
    with pytest.raises(SettingsInvalid):
        read_vkey(vkey)


def test_a_seed_of_another_length_is_refused_and_not_quoted() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Signer("log", b"short seed")
    assert caught.value.__cause__ is None
    assert "short" not in str(caught.value)


def test_a_public_key_of_another_length_is_refused() -> None:
    with pytest.raises(SettingsInvalid):
        Verifier("log", bytes(31))


def test_a_signer_cannot_be_printed_or_pickled() -> None:
    assert repr(SIGNER) == "<Signer example.org/log>"
    with pytest.raises(SecretShown):
        pickle.dumps(SIGNER)
