"""What checks look at: an installation as its settings name it, and the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from privity.adapters import home as homes
from privity.adapters.keys.custodian import open_custodian
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.sql.read import Snapshot
from privity.audit.entry import Entry, Event
from privity.audit.signing import Signer
from privity.audit.stored import read_entry
from privity.errors import LogCorrupt
from privity.model.policy import Policy
from privity.settings import Settings

PAGE = 16_384
"""How many entries of the log are looked through at once."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings of a home, or of a region's store in it, and when it is looked at."""

    settings: Settings
    at: datetime

    def policy(self) -> Policy:
        """Return the policy. Raises HomeMissing, PolicyInvalid."""
        return homes.read_policy(self.settings.home)

    def signer(self) -> Signer:
        """Return who signs the log. Raises KeyStoreUnavailable, KeyExposed."""
        custodian = open_custodian(self.settings.key_uri)
        secrets = homes.read_secrets(self.settings.folder, custodian)
        return Signer(self.settings.storage.origin, secrets.signing)

    def journal(self) -> SqlJournal:
        """Return the journal, not started. Raises as `signer` does."""
        return SqlJournal(self.settings.database_url, self.signer(), 1)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give a view of the database that stands still. Raises DatabaseUnavailable."""
        with self.journal().reader.snapshot() as snapshot:
            yield snapshot


def written_at(body: bytes) -> datetime:
    """Return when an entry was written, also one of a later version. Raises LogCorrupt."""
    try:
        return datetime.fromtimestamp(orjson.loads(body)["at"] / 1000, UTC)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError) as error:
        message = "an entry of the log cannot be read"
        raise LogCorrupt(message) from error


def newest(snapshot: Snapshot, event: Event, since: datetime) -> Entry | None:
    """Return the newest entry about an event that is not older than this, or None.

    The log is looked through from its end, as far as there are entries that are young enough.
    """
    stop, part = snapshot.head().size, f'"event":"{event}"'.encode()
    while stop > 0:
        start = max(0, stop - PAGE)
        found = [read_entry(body) for _, body in snapshot.containing(part, start, stop)]
        of_it = [entry for entry in found if entry.event is event]
        if of_it:
            return of_it[-1] if of_it[-1].at >= since else None
        _, first = next(iter(snapshot.entries(start, start + 1)))
        if written_at(first) < since:
            return None
        stop = start
    return None
