"""An export is what was signed, or it is refused."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.audit.checkpoint import open_checkpoint
from privity.audit.signing import Signer
from privity.errors import BadInput, LogCorrupt
from privity.model.words import Purpose, Region, SubjectRef
from privity.rights import export
from privity.rights.view import Exchange, Note

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = SubjectRef("ann")
SIGNER = Signer("privity.test/log", bytes(range(32)))
EXCHANGE = Exchange("r", Purpose.ASSIST, Region.EU, NOON, NOON, ("Hi",), ("Hello",))
PARTS = (
    export.exchange_lines([EXCHANGE]),
    export.note_lines([Note("n", NOON, NOON, "No.")]),
)


def packed() -> bytes:
    return export.pack(PARTS, ANN, NOON, SIGNER)


def rewritten(**changed: bytes | None) -> bytes:
    """The archive with files replaced, added, or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files.update({name.replace("_", "."): data for name, data in changed.items()})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            if data is not None:
                archive.writestr(name, data)
    return stream.getvalue()


def test_an_export_is_checked_with_the_public_key_alone() -> None:
    found = export.check(packed(), SIGNER.verifier)
    assert found == export.Checked(ANN, NOON, PARTS)


@pytest.mark.parametrize(
    "data",
    [
        rewritten(conversations_jsonl=b"{}\n"),
        rewritten(conversations_jsonl=None),
        rewritten(more_txt=b"more"),
        rewritten(MANIFEST=b"privity export manifest 1\nann\n"),
    ],
    ids=["changed", "missing", "added", "unsigned"],
)
def test_what_was_not_signed_is_refused(data: bytes) -> None:
    with pytest.raises(LogCorrupt):
        export.check(data, SIGNER.verifier)


def test_the_signature_of_another_key_is_refused() -> None:
    with pytest.raises(LogCorrupt):
        export.check(packed(), Signer(SIGNER.name, bytes(32)).verifier)


def test_a_checkpoint_is_no_manifest_and_a_manifest_is_no_checkpoint() -> None:
    note = SIGNER.sign(f"{SIGNER.name}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
    with pytest.raises(BadInput):
        export.check(rewritten(MANIFEST=note.encode()), SIGNER.verifier)
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        manifest = archive.read(export.MANIFEST).decode()
    with pytest.raises(LogCorrupt):
        open_checkpoint(SIGNER.verifier, manifest)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_byte_of_an_export_can_be_changed_unseen(data: st.DataObject) -> None:
    whole = packed()
    place = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda v: v != whole[place]))
    altered = whole[:place] + bytes([value]) + whole[place + 1 :]
    try:
        found = export.check(altered, SIGNER.verifier)
    except (BadInput, LogCorrupt):
        return
    assert found == export.Checked(ANN, NOON, PARTS)


@pytest.mark.parametrize(
    "data", [b"", b"PK", rewritten(MANIFEST=None), rewritten(MANIFEST=b"\xff")]
)
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        export.check(data, SIGNER.verifier)
