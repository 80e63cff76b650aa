"""How long it takes to rotate the keys of a million people, with everything that goes with it.

    python -m bench.rotation [--people 1000000] [--renewed 20000]

One partition with a key for each person, in one SQLite database with full fsync. The partition's
key is rotated as `privity keys rotate --partition` does it: every person's key is wrapped anew, in
small transactions with entries in the log, and between them others may write for as long as each
took. Beside it, the same rows are updated bare in transactions of the same size, without the
pauses. Then people get new keys of their own, with a record each that is sealed anew.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from privity.adapters.keys.file import create as create_key
from privity.adapters.rotating import rotate_now
from privity.adapters.sql.create import create
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.sql.link import Link, Row, open_engine
from privity.audit.signing import Signer
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.home_secrets import create_secrets
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.rotate import rotate_partitions
from privity.vault.rotate_people import rotate_people
from privity.vault.rotation import BATCH, Means, Steps
from privity.vault.rotation_ports import RootKeys

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=100)
LIFE = Lifetime(NOW, timedelta(days=365))
SIGNER = Signer("bench", bytes(32))
_CHUNK = 10_000
_UPDATE = "UPDATE subject_key SET wrapped = ? WHERE subject = ? AND purpose = ? AND region = ?"


class Wrapped:
    """The secrets of a home that is not there."""

    def __init__(self, custodian: RootKeys) -> None:
        """Make them."""
        self._wrapped = create_secrets().wrap(custodian)

    def read(self) -> bytes:
        """Return them."""
        return self._wrapped

    def write(self, wrapped: bytes) -> None:
        """Put others in their place."""
        self._wrapped = wrapped


def main() -> None:
    """Fill, rotate, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--renewed", type=int, default=20_000, help="people who get new keys")
    given, _ = arguments.parse_known_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder)
        path.chmod(0o700)
        url = f"sqlite:///{path}/bench.db"
        create(url, SIGNER.name, SIGNER)
        journal = SqlJournal(url, SIGNER, 1)
        custodian = create_key(path / "root.key", NOW)
        means = Means(custodian, Wrapped(custodian), "p", timedelta(days=30), lambda: LATER)
        filled = timed(lambda: fill(journal, Vault(custodian, max_keys=16), given))
        print(f"{given.people:,} people with a key each made in {filled:.0f} s")
        measure(journal, url, means, given)


def measure(journal: SqlJournal, url: str, means: Means, given: argparse.Namespace) -> None:
    """Rotate the partition, update bare, renew people's keys; print what each took."""
    took = timed(lambda: run(journal, rotate_partitions(means), given.people, "rewrapped"))
    bare = timed(lambda: update_bare(url, given.people))
    print(f"rotating the partition: {took / 60:.1f} minutes, {given.people / took:,.0f} people/s")
    print(f"updating as many rows bare, without pauses: {bare / 60:.1f} minutes", end="; ")
    print(f"ratio {took / bare:.1f}, half of it pauses in which others write")
    took = timed(
        lambda: run(
            journal, rotate_people(means, LATER - timedelta(days=90)), given.renewed, "renewed"
        )
    )
    print(f"new keys for {given.renewed:,} people: {took:.0f} s, {given.renewed / took:,.0f}/s")


def run(journal: SqlJournal, steps: Steps, total: int, what: str) -> None:
    """Run a rotation to its end, with a progress bar where somebody watches."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        rotate_now(journal, steps, lambda moved: progress.advance(task, moved))


def fill(journal: SqlJournal, vault: Vault, given: argparse.Namespace) -> None:
    """Give everyone a key; the first of them, who are renewed later, also a record."""
    for start in range(0, given.people, _CHUNK):
        with journal.transaction() as tx:
            for number in range(start, min(start + _CHUNK, given.people)):
                old = number < given.renewed
                who = SubjectRef(f"{number:032x}")
                place = Place(Region.EU, Purpose.ASSIST, who, f"r{number}", "transcript")
                if old:
                    vault.seal(tx, place, ConversationRef("c"), bytes(500), LIFE)
                else:
                    vault.prepare(tx, place, LATER)


def update_bare(url: str, people: int) -> None:
    """Write as many bytes into the same rows, in transactions of the same size."""
    link = Link(open_engine(url))
    for start in range(0, people, BATCH):
        link.begin()
        link.run_many(link.sql(_UPDATE), list(rows(start, min(start + BATCH, people), link)))
        link.commit()
    link.close()


def rows(start: int, stop: int, link: Link) -> Iterator[Row]:
    """Yield what the rows of some people hold, to be written again."""
    query = link.sql("SELECT wrapped FROM subject_key WHERE subject = ?")
    for number in range(start, stop):
        subject = f"{number:032x}"
        found = link.one(query, (subject,))
        yield (found and found[0], subject, Purpose.ASSIST.value, Region.EU.value)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds a work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
