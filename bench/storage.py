"""How fast writing is: the log and sealed records, beside bare inserts of the same bytes.

    python -m bench.storage [--seconds 1] [--entries 100000]

Both sides commit to the same disk with full fsync, in turns, in one run, so the ratio says what
tree, signature, sealing and index cost; sealing stands beside `openssl speed`, too. SQLite always;
PostgreSQL too when PRIVITY_TEST_POSTGRES names a server. One thread, no event loop: what a group of
waiting requests costs together.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import re
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from privity.adapters.keys.file import FileCustodian
from privity.adapters.sql.create import create
from privity.adapters.sql.link import Into, Link, open_engine
from privity.adapters.sql.pending import RECORD
from privity.adapters.sql.read import Reader
from privity.adapters.sql.session import Session
from privity.audit import tlog_proof
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Entry, Event, canonical
from privity.audit.signing import Signer
from privity.audit.verify import verify
from privity.model.words import (
    Category,
    ConversationRef,
    Purpose,
    Region,
    RequestId,
    SubjectRef,
    Treatment,
)
from privity.vault.aead import OVERHEAD, Key, new_key
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIFE = Lifetime(NOW, timedelta(days=30))
SIGNER = Signer("bench", bytes(32))
ROUNDS = 5
_BARE = (
    "CREATE TABLE bare_entry (position {key} PRIMARY KEY, body {bytes})",
    "CREATE TABLE bare_record ({columns}, PRIMARY KEY (id))",
    "CREATE INDEX bare_subject ON bare_record (subject)",
    "CREATE INDEX bare_end ON bare_record (delete_at)",
)
_BARE_ENTRY = Into("bare_entry", (("position", "bigint"), ("body", "bytea")))
_BARE_RECORD = Into("bare_record", RECORD.columns)


@dataclass
class Side:
    """One database with both sides in it: ours, and bare tables of the same shape."""

    session: Session
    bare: Link
    vault: Vault
    written: int = 0

    def append(self, group: int) -> None:
        """Append a group of entries to the log."""
        self._run([_appending(self._next()) for _ in range(group)])

    def append_bare(self, group: int) -> None:
        """Insert the same bytes into a bare table."""
        rows = [(n, canonical(_entry(n))) for n in (self._next() for _ in range(group))]
        self._insert(_BARE_ENTRY, rows)

    def seal(self, group: int, size: int) -> None:
        """Seal and store a group of records."""
        self._run([_sealing(self.vault, self._next(), size) for _ in range(group)])

    def seal_bare(self, group: int, size: int) -> None:
        """Insert as many bytes into a bare table with the same indexes."""
        rows = [_row(self._next(), size) for _ in range(group)]
        self._insert(_BARE_RECORD, rows)

    def _next(self) -> int:
        self.written += 1
        return self.written

    def _run(self, works: list[Callable[[Any], object]]) -> None:
        for outcome in self.session.run(works):
            if outcome.error is not None:
                raise outcome.error

    def _insert(self, into: Into, rows: list[tuple[Any, ...]]) -> None:
        self.bare.begin()
        self.bare.add(into, rows)
        self.bare.commit()


def main() -> None:
    """Print every figure with its ratio to the bare database."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=1.0, help="for each side of a figure")
    arguments.add_argument("--entries", type=int, default=100_000, help="in the log for proofs")
    given, _ = arguments.parse_known_args()
    print(f"SQLite {sqlite3.sqlite_version}; full fsync on both sides; {ROUNDS} rounds in turns")
    for size in (1_000, 10_000):
        _sealing_alone(size, given.seconds)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder)
        _measure("SQLite", f"sqlite:///{path}/bench.db", path, given.seconds)
        postgres = os.environ.get("PRIVITY_TEST_POSTGRES")
        if postgres:
            _measure("PostgreSQL", postgres, path, given.seconds)
        _measure_reading(f"sqlite:///{path}/proofs.db", given.entries)


def _measure(name: str, url: str, folder: Path, seconds: float) -> None:
    side = _open(url, folder / f"{name}.key")
    for group in (1, 64, 4096):
        ours, bare = _in_turns(
            lambda group=group: side.append(group),
            lambda group=group: side.append_bare(group),
            seconds,
        )
        _tell(f"{name}: append, {group} in a commit", ours * group, bare * group)
    for size in (1_000, 10_000):
        ours, bare = _in_turns(
            lambda size=size: side.seal(64, size),
            lambda size=size: side.seal_bare(64, size),
            seconds,
        )
        _tell(f"{name}: seal and store {size:,} bytes, 64 in a commit", ours * 64, bare * 64)
        cipher = _openssl(size)
        if cipher:
            print(f"  that is {ours * 64 / cipher:.4f} of `openssl speed` ({cipher:,.0f}/s)")
    side.session.close()
    side.bare.close()


def _sealing_alone(size: int, seconds: float) -> None:
    """Print how fast sealing is by itself, beside the same cipher in OpenSSL's own loop."""
    key, body, place, calls = Key(new_key()), os.urandom(size), b"place", 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        key.seal(body, place)
        calls += 1
    rate, cipher = calls / (time.perf_counter() - start), _openssl(size)
    ratio = f"openssl speed {cipher:,.0f}/s, ratio {rate / cipher:.2f}" if cipher else "no openssl"
    print(f"seal {size:,} bytes, alone: {rate:,.0f}/s, {ratio}")


@functools.cache
def _openssl(size: int) -> float:
    """Return how often a second `openssl speed` encrypts so many bytes; 0 if it is not there."""
    command = ["openssl", "speed", "-elapsed", "-evp", "aes-256-gcm", "-bytes", str(size)]
    with contextlib.suppress(OSError):
        done = subprocess.run(
            [*command, "-seconds", "1", "-mr"], capture_output=True, text=True, check=False
        )
        found = re.search(r"AES-256-GCM:([0-9.]+)", done.stdout)
        return float(found[1]) / size if found else 0.0
    return 0.0


def _open(url: str, key: Path) -> Side:
    create(url, SIGNER.name, SIGNER)
    engine = open_engine(url)
    bare = Link(engine)
    bare.begin()
    sqlite = engine.dialect.name == "sqlite"
    types = {"bytes": "BLOB", "key": "INTEGER"} if sqlite else {"bytes": "BYTEA", "key": "BIGINT"}
    kinds = ((name, types["bytes"] if kind == "bytea" else kind) for name, kind in RECORD.columns)
    types["columns"] = ", ".join(f"{name} {kind}" for name, kind in kinds)
    for statement in _BARE:
        bare.run(statement.format(**types))
    bare.commit()
    key.write_bytes(new_key())
    key.chmod(0o600)
    return Side(Session(engine, SIGNER), bare, Vault(FileCustodian(key)))


def _in_turns(
    ours: Callable[[], None], bare: Callable[[], None], seconds: float
) -> tuple[float, float]:
    """Return calls a second of both, medians over rounds in which they take turns."""
    rates: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, found in ((ours, rates[0]), (bare, rates[1])):
            calls, start = 0, time.perf_counter()
            while time.perf_counter() - start < seconds / ROUNDS:
                call()
                calls += 1
            found.append(calls / (time.perf_counter() - start))
    return statistics.median(rates[0]), statistics.median(rates[1])


def _measure_reading(url: str, entries: int) -> None:
    create(url, SIGNER.name, SIGNER)
    session = Session(open_engine(url), SIGNER)
    for start in range(0, entries, 4096):
        numbers = range(start, min(start + 4096, entries))
        session.run([_appending(n) for n in numbers])
    session.close()
    with Reader(open_engine(url)).snapshot() as snapshot:
        note = snapshot.head().note
        signed = open_checkpoint(SIGNER.verifier, note), note
        took = []
        for index in range(0, entries, max(1, entries // 200)):
            body = next(iter(snapshot.entries(index, index + 1)))[1]
            start_at = time.perf_counter()
            tlog_proof.prove(snapshot, index, body, signed)
            took.append(time.perf_counter() - start_at)
        print(f"proof of one of {entries:,} entries: {statistics.median(took) * 1e3:.2f} ms")
        start_at = time.perf_counter()
        report = verify(snapshot, SIGNER.verifier)
        rate = report.size / (time.perf_counter() - start_at)
        print(
            f"verification of the whole log: {rate:,.0f} entries/s, {len(report.problems)} problems"
        )


def _tell(what: str, ours: float, bare: float) -> None:
    print(f"{what}: {ours:,.0f}/s, bare {bare:,.0f}/s, ratio {ours / bare:.2f}", flush=True)


def _entry(number: int) -> Entry:
    return Entry(
        Event.EXCHANGE_ALLOWED,
        NOW,
        "0" * 64,
        request=RequestId(f"{number:032x}"),
        subject=SubjectRef(f"{number % 100:032x}"),
        tally={(Category.EMAIL, Treatment.PSEUDONYMIZE): 2},
    )


def _row(number: int, size: int) -> tuple[Any, ...]:
    """Return a record as it would be stored, with random bytes in the place of what is sealed."""
    own = {"id": uuid4().hex, "subject": f"s{number % 100}", "body": os.urandom(size + OVERHEAD)}
    return tuple(own.get(name, "" if kind == "text" else number) for name, kind in RECORD.columns)


def _appending(number: int) -> Callable[[Any], object]:
    return lambda tx: tx.log.append(_entry(number))


def _sealing(vault: Vault, number: int, size: int) -> Callable[[Any], object]:
    body = os.urandom(size)
    place = Place(
        Region.EU, Purpose.ASSIST, SubjectRef(f"s{number % 100}"), uuid4().hex, "transcript"
    )
    return lambda tx: vault.seal(tx, place, ConversationRef("c"), body, LIFE)


if __name__ == "__main__":
    main()
