"""What erasing a person costs, whatever they ever said.

    python -m bench.erasure [--records 100000] [--rounds 9]

Erases people with 1 record and people with many, in turns, in one SQLite database with full fsync,
and compares the transactions that make them unreadable. The removal of records that nobody can read
any more comes after, in batches; it is measured by itself.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from privity.adapters.keys.file import create as create_key
from privity.adapters.sql.create import create
from privity.adapters.sql.journal import SqlJournal
from privity.audit.signing import Signer
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.erase import erase, remove
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIFE = Lifetime(NOW, timedelta(days=30))
SIGNER = Signer("bench", bytes(32))
BODY = bytes(500)


class Took(NamedTuple):
    """Seconds: until nothing opens any more, and until the last record is gone."""

    unreadable: float
    removed: float


def main() -> None:
    """Print the cost of both, and the ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=9)
    given, _ = arguments.parse_known_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder)
        path.chmod(0o700)
        url = f"sqlite:///{path}/bench.db"
        create(url, SIGNER.name, SIGNER)
        journal = SqlJournal(url, SIGNER, 1)
        vault = Vault(create_key(path / "root.key", NOW))
        few, many = [], []
        for number in range(given.rounds):
            for found, records in ((few, 1), (many, given.records)):
                who = SubjectRef(f"{number}-{records}")
                _fill(journal, vault, who, records)
                found.append(_erase(journal, vault, who))
    one = statistics.median(took.unreadable for took in few)
    all_ = statistics.median(took.unreadable for took in many)
    print(f"until nothing opens, 1 record:           {one * 1e3:8.2f} ms")
    print(f"until nothing opens, {given.records:,} records: {all_ * 1e3:8.2f} ms")
    print(f"ratio: {all_ / one:.2f}")
    rest = statistics.median(took.removed for took in many)
    print(f"then removing {given.records:,} records: {rest:.2f} s, {given.records / rest:,.0f}/s")


def _fill(journal: SqlJournal, vault: Vault, who: SubjectRef, records: int) -> None:
    for start in range(0, records, 5000):
        with journal.transaction() as tx:
            for number in range(start, min(start + 5000, records)):
                place = Place(Region.EU, Purpose.ASSIST, who, f"{who}-{number}", "transcript")
                vault.seal(tx, place, ConversationRef("c"), BODY, LIFE)


def _erase(journal: SqlJournal, vault: Vault, who: SubjectRef) -> Took:
    start = time.perf_counter()
    with journal.transaction() as tx:
        entry = erase(tx, vault, who, NOW, "p").entry
    middle = time.perf_counter()
    removed = None
    while removed is None:
        with journal.transaction() as tx:
            removed = remove(tx, entry, NOW, "p")
    return Took(middle - start, time.perf_counter() - middle)


if __name__ == "__main__":
    main()
