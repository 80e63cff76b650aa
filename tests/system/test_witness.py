"""A witness on another machine sees a log only grow, or says so."""

import errno
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import aics_tlog
import pytest

from privity.adapters import home as homes
from privity.adapters.initialize import Plan, initialize
from privity.adapters.witness.asking import read_witnesses
from privity.adapters.witness.book import Book, alone, create, read_cosigner
from privity.audit.checkpoint import sign_checkpoint
from privity.audit.cosigning import read_witness_key
from privity.audit.entry import Entry, Event
from privity.audit.proofs import consistency_proof
from privity.audit.signing import Signer
from privity.audit.tree import EMPTY, leaf_hash, perfect_root
from privity.audit.witness import Submission
from privity.errors import HomeMissing, KeyExposed, LogCorrupt, SettingsInvalid
from privity.settings import ECHO, load
from tests.system.conftest import call, free_port, privity, running, serving

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LOG = Signer("example.org/log", bytes(32))
HASHES = [leaf_hash(b"%d" % n) for n in range(400)]
NOTES = [sign_checkpoint(LOG, 0, EMPTY.root())]


def submission(old: int, new: int) -> bytes:
    def nodes(height: int, index: int) -> bytes:
        return perfect_root(HASHES[index << height : (index + 1) << height])

    note = sign_checkpoint(LOG, new, EMPTY.grown(HASHES[:new])[0].root())
    return Submission(old, consistency_proof(nodes, old, new), note).text().encode()


# The book: what was seen is on disk before it is told.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path / "witness", "example.org/witness")
    return tmp_path / "witness"


def test_what_was_cosigned_is_remembered(folder: Path) -> None:
    assert Book(folder, [LOG.verifier]).add(submission(0, 3), NOON).status == 200
    again = Book(folder, [LOG.verifier])
    assert again.seen[LOG.name].size == 3
    refused = again.add(submission(0, 5), NOON)
    assert (refused.status, refused.kind, refused.body) == (409, "text/x.tlog.size", "3\n")
    assert again.add(submission(3, 5), NOON).status == 200


def test_a_checkpoint_that_cannot_be_stored_is_not_cosigned(folder: Path, monkeypatch) -> None:
    book = Book(folder, [LOG.verifier])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("privity.adapters.witness.book.write_private", full)
    with pytest.raises(OSError, match="no space"):
        book.add(submission(0, 3), NOON)
    assert book.seen == {}


def test_a_witness_without_its_state_does_not_start(folder: Path) -> None:
    (folder / "seen.json").unlink()
    with pytest.raises(LogCorrupt):
        Book(folder, [LOG.verifier])


@pytest.mark.parametrize("state", ["", "[]", '{"example.org/log": 7}', '{"example.org/log": "x"}'])
def test_a_state_that_is_damaged_is_not_believed(folder: Path, state: str) -> None:
    (folder / "seen.json").write_text(state)
    with pytest.raises(LogCorrupt):
        Book(folder, [LOG.verifier])


def test_a_key_that_others_can_read_is_refused(folder: Path) -> None:
    (folder / "key").chmod(0o644)
    with pytest.raises(KeyExposed):
        read_cosigner(folder)


def test_a_folder_has_one_witness_at_a_time(folder: Path, tmp_path: Path) -> None:
    with alone(folder), pytest.raises(SettingsInvalid), alone(folder):
        pass
    with pytest.raises(HomeMissing), alone(tmp_path / "nowhere"):
        pass


# The server, as a process.


@contextmanager
def witness(folder: Path, key: str, port: int) -> Iterator["Witness"]:
    command = privity("witness", "serve", "--home", folder, "--log", key, "--port", str(port))
    with running(command, folder.parent / "errors") as process:
        assert "listens on" in process.stdout.readline(), (folder.parent / "errors").read_text()
        yield Witness(f"http://127.0.0.1:{port}", process)


class Witness:
    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url, self.process = url, process

    def add(self, body: bytes) -> tuple[int, str]:
        for _ in range(100):
            try:
                with urllib.request.urlopen(self.url + "/add-checkpoint", body, 10) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.read().decode()
            except urllib.error.URLError:
                time.sleep(0.05)
        pytest.fail("the witness does not answer")


def test_of_many_requests_at_once_none_rolls_another_back(folder: Path) -> None:
    with witness(folder, LOG.verifier.vkey, free_port()) as running_witness:

        def grow(_: int) -> list[int]:
            done, seen = [], 0
            for _ in range(12):
                status, body = running_witness.add(submission(seen, seen + 1))
                seen = seen + 1 if status == 200 else int(body)
                done += [seen] * (status == 200)
            return done

        with ThreadPoolExecutor(8) as pool:
            told = [size for sizes in pool.map(grow, range(8)) for size in sizes]
        assert len(told) == len(set(told))
        assert running_witness.add(submission(0, 399)) == (409, f"{max(told)}\n")
        assert running_witness.add(b"x" * 70_000)[0] == 413


def test_killed_at_any_time_it_never_forgets_what_it_told(folder: Path) -> None:
    port, told = free_port(), 0
    for pause in (0.01, 0.03, 0.08):
        with witness(folder, LOG.verifier.vkey, port) as running_witness:
            sizes = [told]

            def grow(one: Witness = running_witness, sizes: list[int] = sizes) -> None:
                seen = sizes[0]
                while one.process.poll() is None:
                    status, _ = one.add(submission(seen, seen + 1))
                    seen += status == 200
                    sizes.append(seen)

            with ThreadPoolExecutor(1) as pool:
                growing = pool.submit(grow)
                while len(sizes) < 3:
                    time.sleep(0.01)
                time.sleep(pause)
                os.kill(running_witness.process.pid, signal.SIGKILL)
                running_witness.process.wait()
                growing.cancel()
                growing.exception()
            told = max(told, *sizes)
        assert Book(folder, [LOG.verifier]).seen[LOG.name].size in {told, told + 1}
        told = Book(folder, [LOG.verifier]).seen[LOG.name].size


# A home whose log has a witness.


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    initialize(Plan(home, (ECHO, ECHO), None, "sqlite:privity.db", None), NOON)
    return home


def run(*arguments: str | Path, status: int = 0) -> str:
    done = subprocess.run(privity(*arguments), capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def name_witness(home: Path, folder: Path, port: int) -> str:
    """Let a home know its witness; return the witness's key."""
    key = read_cosigner(folder).key.vkey
    (home / "witnesses").write_text(f"# ours\n\nwitness auditor {key} http://127.0.0.1:{port}/\n")
    settings = (home / "settings.toml").read_text()
    settings = settings.replace("[witnesses]", '[witnesses]\nfile = "witnesses"\nseconds = 1')
    (home / "settings.toml").write_text(settings)
    return key


def grow(home: Path, count: int, policy: str = "p") -> None:
    with homes.open_home(load(home)).journal.transaction() as tx:
        for _ in range(count):
            tx.log.append(Entry(Event.SERVICE_STARTED, NOON, policy))


def log_key(home: Path) -> str:
    return homes.open_home(load(home)).signer.verifier.vkey


def test_cosignatures_are_kept_exported_and_checked_by_others(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    port, out = free_port(), tmp_path / "evidence"
    key = name_witness(home, folder, port)
    with witness(folder, log_key(home), port):
        assert "cosigned 2 at" in run("log", "witness", "--ask", "--home", home)
        grow(home, 300)
        assert "cosigned 302 at" in run("log", "witness", "--ask", "--home", home)
        assert "cosigned 302 at" in run("log", "witness", "--ask", "--home", home)
    grow(home, 5)
    run("log", "export", "--cosigned", "-o", out, "--home", home)
    script = subprocess.run(
        ["sh", out / "verify.sh", log_key(home)], capture_output=True, text=True, check=True
    )
    assert "ok   cosigned by example.org/witness" in script.stdout
    _, note = aics_tlog.checkpoint.checkpoint_from_note((out / "checkpoint").read_text())
    keys = [aics_tlog.parse_vkey(each) for each in (log_key(home), key)]
    assert aics_tlog.verify_checkpoint(note, keys[0], keys[1:], quorum=1).size == 302
    cosigned = (out / "checkpoint").read_text()
    (out / "checkpoint").write_text(
        cosigned.replace(cosigned[-9], "A" if cosigned[-9] != "A" else "B")
    )
    assert subprocess.run(["sh", out / "verify.sh"], capture_output=True, check=False).returncode


def test_a_log_that_was_cut_or_rewritten_is_found_by_its_witness(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    port = free_port()
    name_witness(home, folder, port)
    backup = (home / "privity.db").read_bytes()
    with witness(folder, log_key(home), port):
        grow(home, 20)
        run("log", "witness", "--ask", "--home", home)
        for end in ("-wal", "-shm"):
            (home / f"privity.db{end}").unlink(missing_ok=True)
        (home / "privity.db").write_bytes(backup)
        assert run("log", "verify", "--home", home)  # its own checkpoints know nothing
        assert "log_corrupt" in run("log", "witness", "--ask", "--home", home, status=1)
        grow(home, 30, "another")
        assert "another history" in run("log", "witness", "--ask", "--home", home, status=1)


def test_a_witness_that_is_away_is_said_to_be(home: Path, folder: Path) -> None:
    name_witness(home, folder, free_port())
    shown = json.loads(run("log", "witness", "--ask", "--json", "--home", home, status=1))
    (row,) = shown["witnesses"]
    assert (row["size"], "witness_unavailable" in row["error"]) == (0, True)


def test_a_running_gateway_asks_its_witness(home: Path, folder: Path, tmp_path: Path) -> None:
    port = free_port()
    key = name_witness(home, folder, port)
    with witness(folder, log_key(home), port), serving(home, tmp_path / "log") as gateway:
        answer = urllib.request.Request(
            gateway.url + "/v1/chat/completions",
            b'{"model": "m", "messages": [{"role": "user", "content": "a@example.org"}]}',
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(answer, timeout=10) as answered:
            name = answered.headers["x-privity-request"]
        for _ in range(300):
            found = call(f"{gateway.url}/privity/receipts/{name}")
            if f"\u2014 {read_witness_key(key).name} " in json.loads(found)["proofs"][0]:
                break
            time.sleep(0.05)
    receipt = tmp_path / "receipt"
    receipt.write_bytes(found)
    said = run("receipt", "verify", receipt, "--key", log_key(home), "--witness", key)
    assert "cosigned by example.org/witness at" in said


@pytest.mark.parametrize(
    "line", ["witness a b", "witness a b https://c", "log a b c", "witness a b c d e"]
)
def test_a_list_of_witnesses_that_cannot_be_read_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "witnesses").write_text(line)
    with pytest.raises(SettingsInvalid):
        read_witnesses(tmp_path / "witnesses")


def test_without_a_certificate_a_witness_listens_on_loopback_only(folder: Path) -> None:
    run(
        "witness",
        "serve",
        "--home",
        folder,
        "--log",
        LOG.verifier.vkey,
        "--host",
        "0.0.0.0",  # noqa: S104 - it is refused
        status=3,
    )


def test_a_witness_says_its_key(folder: Path) -> None:
    assert run("witness", "key", "--home", folder).strip() == read_cosigner(folder).key.vkey
