"""What pages about evidence read: the logs of every region, and the policy over time.

Invariants: everything here is read and nothing is changed; an entry comes with the proof that it is
in the log, checked against the signed checkpoint before it is shown; nothing holds text of people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.audit.checkpoint import Checkpoint
from privity.audit.entry import Entry
from privity.audit.search import Found, Search
from privity.console.people.published import Checked
from privity.policy.versions import Version


@dataclass(frozen=True, slots=True)
class Known:
    """A log that is kept here: its name in addresses (empty: the home's own), and its key."""

    name: str
    origin: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with its proof. `entry` is None where what stands there cannot be read.

    `body`: the canonical bytes; `leaf`: their hash in the tree; `path`: the hashes from it to the
    signed root; `proof`: all of that in one file (C2SP tlog-proof).
    """

    index: int
    body: bytes
    entry: Entry | None
    leaf: bytes
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    proof: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """When a policy was adopted or announced, in which entry, after which review (or empty)."""

    at: datetime
    index: int
    review: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A log as files in one archive (ZIP): its length in bytes, how many entries, its parts."""

    length: int
    entries: int
    parts: Iterator[bytes]


class Logs(Protocol):
    """The logs. Each function raises DatabaseUnavailable, and BadInput for a name not known."""

    def known(self) -> Sequence[Known]:
        """Return every log, the home's own first."""
        ...

    async def find(self, name: str, asked: Search, before: int | None, most: int) -> Found:
        """Return entries of a log below an index (None: the newest)."""
        ...

    async def show(self, name: str, index: int) -> Shown | None:
        """Return one entry with its proof, or None if there is none. Raises LogCorrupt."""
        ...

    async def bundle(self, name: str) -> Bundle:
        """Return everything that an outsider needs to check a log. Raises LogCorrupt."""
        ...


class Policies(Protocol):
    """The policy over time, as staff see it."""

    def versions(self) -> Sequence[Version]:
        """Return every version, oldest first, with the one that was announced. PolicyInvalid."""
        ...

    async def checked(self) -> Checked:
        """Return the latest results of the evidence. Raises DatabaseUnavailable, LogCorrupt."""
        ...

    async def adopted(self) -> Mapping[str, Adopted]:
        """Return how each policy came into force, by digest, as the log says it."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where those pages look."""

    logs: Logs
    policies: Policies
