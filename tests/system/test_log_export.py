"""An exported log is checked by others: by a shell script, and by a library that is not ours."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import aics_tlog
import pytest
from click.testing import Result
from typer.testing import CliRunner

from privity.adapters.bundle import Exported, Signed, export, open_bundle, verify_bundle
from privity.adapters.initialize import Plan, initialize
from privity.audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.export import decode_entries, encode_entries
from privity.audit.signing import Signer
from privity.audit.verify import Flaw
from privity.cli import build
from privity.errors import BadInput, LogCorrupt
from privity.settings import ECHO
from tests.conftest import SIGNER, Database

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = SIGNER.verifier.vkey
SIZES = (0, 1, 2, 255, 256, 257, 600)


def append(database: Database, first: int, count: int) -> None:
    with database.journal().transaction() as tx:
        for number in range(first, first + count):
            facts = {"number": number, "text": "é'\\%s\n" * (number % 3)}
            tx.log.append(Entry(Event.SERVICE_STARTED, NOON, "p", facts=facts))


def exported(database: Database, folder: Path) -> Exported:
    with database.journal().reader.snapshot() as snapshot:
        note = snapshot.head().note
        signed = Signed(open_checkpoint(SIGNER.verifier, note), note)
        return export(snapshot, SIGNER.verifier, signed, folder)


def script(folder: Path, *arguments: str | Path, by: str = "sh") -> tuple[int, str]:
    """Run the script of a folder with nothing of ours around it."""
    done = subprocess.run(
        [by, folder / "verify.sh", *arguments],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def logs(tmp_path_factory, sqlite_template: Path) -> dict[int, Path]:
    """Folders of one log at several sizes."""
    place = tmp_path_factory.mktemp("logs")
    shutil.copy(sqlite_template, place / "privity.db")
    database, size, folders = Database("sqlite", f"sqlite:///{place / 'privity.db'}"), 0, {}
    for wanted in SIZES:
        if wanted > size:
            append(database, size, wanted - size)
        size = wanted
        folders[wanted] = place / str(wanted)
        exported(database, folders[wanted])
    return folders


@pytest.fixture
def folder(logs: dict[int, Path], tmp_path: Path) -> Path:
    """A folder to do harm to."""
    return Path(shutil.copytree(logs[257], tmp_path / "evidence"))


@pytest.mark.parametrize("size", SIZES)
def test_the_script_needs_openssl_and_sha256sum_alone(logs: dict[int, Path], size: int) -> None:
    status, said = script(logs[size], KEY)
    assert (status, said) == (0, f"ok   {size} entries of {SIGNER.name}, as they were signed\n")


def test_the_script_runs_in_another_shell(logs: dict[int, Path]) -> None:
    assert script(logs[257], KEY, by="bash")[0] == 0


def test_without_a_key_the_script_says_that_it_believed_the_folder(logs: dict[int, Path]) -> None:
    assert f"compare it: {KEY}" in script(logs[2])[1]


def test_another_key_than_the_folders_is_refused(logs: dict[int, Path]) -> None:
    assert script(logs[2], Signer(SIGNER.name, bytes(32)).verifier.vkey)[0] == 1


@pytest.mark.parametrize("kept", [1, 256, 600])
def test_a_checkpoint_that_was_kept_is_compared(logs: dict[int, Path], kept: int) -> None:
    status, said = script(logs[600], KEY, logs[kept] / "checkpoint")
    assert (status, f"the first {kept} entries are those" in said) == (0, True)


def test_a_log_that_was_cut_or_rewritten_shows_against_a_kept_checkpoint(
    logs: dict[int, Path], tmp_path: Path
) -> None:
    assert "the log was cut" in script(logs[2], KEY, logs[600] / "checkpoint")[1]
    (tmp_path / "other").write_text(sign_checkpoint(SIGNER, 300, bytes(32)))
    status, said = script(logs[600], KEY, tmp_path / "other")
    assert (status, "the log was rewritten" in said) == (1, True)


EVIDENCE = (
    "checkpoint",
    "log.vkey",
    "tile/entries/000",
    "tile/entries/001.p/1",
    "tile/0/000",
    "tile/0/001.p/1",
    "tile/1/000.p/1",
)


@pytest.mark.parametrize("name", EVIDENCE)
@pytest.mark.parametrize("harm", ["altered", "longer", "shorter", "gone"])
def test_any_change_to_any_file_is_found(folder: Path, name: str, harm: str) -> None:
    file = folder / name
    data = file.read_bytes()
    file.write_bytes(
        {
            "altered": data[: len(data) // 2] + b"7" + data[len(data) // 2 + 1 :],
            "longer": data + data[-32:],
            "shorter": data[:-32],
            "gone": b"",
        }[harm]
    )
    if harm == "gone":
        file.unlink()
    assert file.exists() == (harm != "gone")
    assert script(folder, KEY)[0] == 1
    assert name == "log.vkey" or not is_whole(folder)  # that key is for readers; ours is given


def is_whole(folder: Path) -> bool:
    try:
        bundle = open_bundle(folder, SIGNER.verifier)
    except (BadInput, LogCorrupt):
        return False
    return not verify_bundle(bundle, SIGNER.verifier, ()).problems


def test_entries_in_another_order_are_found(folder: Path) -> None:
    file = folder / "tile/entries/000"
    first, second, *rest = decode_entries(file.read_bytes())
    file.write_bytes(encode_entries((second, first, *rest)))
    assert script(folder, KEY)[0] == 1
    assert not is_whole(folder)


def test_a_file_that_is_no_part_of_the_log_is_found(folder: Path) -> None:
    (folder / "tile/entries/001.p/99").write_bytes(b"")
    (folder / "tile/entries/007").write_bytes(b"")
    assert "does not belong here" in script(folder, KEY)[1]
    report = verify_bundle(open_bundle(folder, SIGNER.verifier), SIGNER.verifier, ())
    assert [(each.flaw, each.at) for each in report.problems] == [(Flaw.FILE, 1)]


def test_a_library_that_is_not_ours_finds_the_log_whole(logs: dict[int, Path]) -> None:
    for size, folder in logs.items():
        _, note = aics_tlog.checkpoint.checkpoint_from_note((folder / "checkpoint").read_text())
        key = aics_tlog.parse_vkey((folder / "log.vkey").read_text().strip())
        signed = aics_tlog.verify_checkpoint(note, key, expected_origin=SIGNER.name)
        assert (signed.ok, signed.size) == (True, size)
        reader = aics_tlog.FileSystemTileReader(folder)
        assert aics_tlog.audit_tiles(reader, size, signed.root).size == size


def test_a_library_that_is_not_ours_proves_that_the_log_only_grew(logs: dict[int, Path]) -> None:
    new = open_bundle(logs[600], SIGNER.verifier).checkpoint
    reader = aics_tlog.FileSystemTileReader(logs[600])
    for size in SIZES[1:]:
        old = open_bundle(logs[size], SIGNER.verifier).checkpoint
        proof = aics_tlog.consistency_proof_from_tiles(reader, size, 600)
        assert aics_tlog.verify_consistency(size, 600, old.root, new.root, proof)


def test_a_library_that_is_not_ours_finds_what_was_changed(folder: Path) -> None:
    file = folder / "tile/entries/000"
    file.write_bytes(file.read_bytes().replace(b'"number":200', b'"number":201'))
    checkpoint = open_bundle(folder, SIGNER.verifier).checkpoint
    reader = aics_tlog.FileSystemTileReader(folder)
    with pytest.raises(aics_tlog.TileVerificationError):
        aics_tlog.audit_tiles(reader, 257, checkpoint.root)


def test_a_folder_grows_with_the_log_and_only_what_grew_is_written(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    append(sqlite_database, 0, 300)
    assert exported(sqlite_database, folder) == Exported(0, 300, 5)
    kept = shutil.copy(folder / "checkpoint", tmp_path / "kept")
    written = (folder / "tile/entries/000").stat().st_mtime_ns
    append(sqlite_database, 300, 10)
    assert exported(sqlite_database, folder) == Exported(300, 310, 2)
    assert (folder / "tile/0/001.p/44").exists()
    assert script(folder, KEY, kept)[0] == 0
    (folder / "tile/0/001.p/44").write_bytes(bytes(44 * 32))
    assert "was changed" in script(folder, KEY)[1]
    assert not is_whole(folder)
    append(sqlite_database, 310, 202)
    assert exported(sqlite_database, folder).size == 512
    assert not (folder / "tile/0/001.p").exists()
    assert script(folder, KEY, kept)[0] == 0
    assert is_whole(folder)
    assert (folder / "tile/entries/000").stat().st_mtime_ns == written


def test_a_log_that_does_not_extend_the_folder_leaves_it_as_it_is(
    logs: dict[int, Path], sqlite_database: Database, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(logs[2], tmp_path / "evidence"))
    before = (folder / "checkpoint").read_text()
    append(sqlite_database, 7, 5)
    with pytest.raises(LogCorrupt, match="cut or rewritten"):
        exported(sqlite_database, folder)
    assert (folder / "checkpoint").read_text() == before


def test_a_log_that_was_changed_is_not_exported(sqlite_database: Database, tmp_path: Path) -> None:
    append(sqlite_database, 0, 300)
    sqlite_database.execute(
        "DROP TRIGGER entry_no_update", "UPDATE entry SET body = :b WHERE position = 7", b=b"{}"
    )
    with pytest.raises(LogCorrupt):
        exported(sqlite_database, tmp_path / "evidence")
    assert not (tmp_path / "evidence" / "checkpoint").exists()


def test_an_export_that_was_interrupted_goes_on(
    sqlite_database: Database, tmp_path: Path, logs: dict[int, Path]
) -> None:
    append(sqlite_database, 0, 600)
    shutil.copytree(logs[600] / "tile" / "0", tmp_path / "evidence" / "tile" / "0")
    assert exported(sqlite_database, tmp_path / "evidence").size == 600
    assert script(tmp_path / "evidence", KEY)[0] == 0


def test_a_folder_with_other_things_is_left_alone(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BadInput, match="other things"):
        exported(sqlite_database, tmp_path)


# The commands.


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("export") / "home"
    initialize(Plan(home, (ECHO, ECHO), None, "sqlite:privity.db", None), NOON)
    return home


def log(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build(["log"]), ["log", *map(str, arguments)])


def test_the_commands_export_and_check_without_the_home(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    assert "2 entries, 2 of them new" in log("export", "-o", folder, "--home", home).output
    assert "2 entries, 0 of them new" in log("export", "-o", folder, "--home", home).output
    key = (folder / "log.vkey").read_text().strip()
    given = ("--bundle", folder, "--key", key)
    kept = ("--against", folder / "checkpoint")
    assert log("verify", *given, *kept).output.endswith("the log is whole\n")
    proof = tmp_path / "proof"
    proof.write_text(log("prove", "1", *given).output)
    assert "policy.adopted" in log("check", proof, "--key", key).output
    (folder / "tile/0/000.p/2").unlink()
    result = log("verify", *given)
    assert (result.exit_code, "the log is not whole" in result.output) == (1, True)


def test_a_folder_without_a_checkpoint_is_no_log(tmp_path: Path) -> None:
    assert isinstance(log("verify", "--bundle", tmp_path, "--key", KEY).exception, BadInput)


def test_a_checkpoint_of_the_future_shows_a_cut(folder: Path) -> None:
    bundle = open_bundle(folder, SIGNER.verifier)
    report = verify_bundle(bundle, SIGNER.verifier, (Checkpoint(SIGNER.name, 258, bytes(32)),))
    assert [each.flaw for each in report.problems] == [Flaw.KEPT]
