"""Put a backup back to try: in a folder of its own inside the home, which is gone afterwards.

1. The log is exported, as an outsider would have it. 2. The backup is restored into a new home with
a SQLite file, whatever database the home has, and everything erased since is erased there again.
3. The log there is verified whole, and what is kept there is counted. 4. The folder is removed.
5. The entry of the home's own log says that it worked, and how much came back.

Invariants: the home itself is not changed but by that entry; what is put back serves nobody; the
folder is for its owner alone, and is removed however this ends.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from privity.adapters.bundle import Signed, export
from privity.adapters.home import IN_FORCE, Home, open_home
from privity.adapters.restore import Restored, Wanted, restore
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.verify import verify
from privity.errors import BadInput, LogCorrupt
from privity.settings import load

_DATABASE = "sqlite:privity.db"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came back: entries of the log, records, and erasures that were made again."""

    entries: int
    records: int
    erasures: int


def try_backup(home: Home, file: Path, now: datetime, policy: str) -> Tried:
    """Put a backup of this home back, look, and write that it worked.

    `policy`: the digest of the one in force. Raises BadInput, Tampered, LogCorrupt and what
    `restore` raises; then no entry is written.
    """
    if home.settings.regions or home.settings.region is not None:
        message = "a home with further regions is put back by hand, region by region"
        raise BadInput(message)
    with _folder(home.settings.home) as folder:
        done = restore(_wanted(home, file, folder), now)
        tried = _looked(folder / "home", done)
    facts = {"size": done.size, "records": tried.records, "erasures": tried.erasures}
    with home.journal.transaction() as tx:
        tx.log.append(Entry(Event.BACKUP_TRIED, now, policy, facts=facts))
    return tried


@contextmanager
def _folder(inside: Path) -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(prefix=".tried-", dir=inside)
    except OSError as error:
        message = f"no folder can be made in {inside}: {error.strerror}"
        raise BadInput(message) from error
    with made as folder:
        yield Path(folder)


def _wanted(home: Home, file: Path, folder: Path) -> Wanted:
    """Export the log, and say what is put back where."""
    settings, verifier = home.settings, home.signer.verifier
    with home.journal.reader.snapshot() as snapshot:
        note = snapshot.head().note
        signed = Signed(open_checkpoint(verifier, note), note)
        export(snapshot, verifier, signed, folder / "log")
    return Wanted(
        file,
        folder / "home",
        folder / "log",
        settings.key_file,
        _DATABASE,
        settings.home / IN_FORCE,
        keys=settings.keys.root,
    )


def _looked(home: Path, done: Restored) -> Tried:
    """Open what was put back as a server would. Raises LogCorrupt and the like."""
    opened = open_home(load(home))
    with opened.journal.reader.snapshot() as snapshot:
        if verify(snapshot, opened.signer.verifier).problems:
            message = "the log that was put back is not whole"
            raise LogCorrupt(message)
        records = sum(each.records for each in snapshot.kept())
    return Tried(done.size + done.entries, records, done.erasures)
