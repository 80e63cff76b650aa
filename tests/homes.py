"""Whole homes for tests: with a person who speaks, a backup, an exported log."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from privity.adapters import home as homes
from privity.adapters.backup import BackedUp, backup
from privity.adapters.bundle import Signed, export
from privity.adapters.initialize import Plan, initialize
from privity.adapters.restore import Restored, Wanted, restore
from privity.audit.checkpoint import open_checkpoint
from privity.audit.verify import verify
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.settings import ECHO, load
from privity.vault.erase import erase, remove_next
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.retain import Swept, sweep

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PLANTED = 3
"""Records of the made-up person whom every new home has, under one key."""


def make(home: Path, database: str = "sqlite:privity.db") -> "Living":
    initialize(Plan(home, (ECHO, ECHO), None, database, None), NOON)
    return Living(home)


@dataclass
class Living:
    """A home in which people speak and are erased."""

    home: Path

    @property
    def opened(self) -> homes.Home:
        return homes.open_home(load(self.home))

    @property
    def root_key(self) -> Path:
        return self.home / "keys" / "root.key"

    def speak(self, who: str, record: str, end: datetime = NOON + 30 * DAY) -> None:
        opened = self.opened
        place = Place(Region.EU, Purpose.ASSIST, SubjectRef(who), record, "transcript")
        life = Lifetime(NOON, end - NOON)
        with opened.journal.transaction() as tx:
            vault = Vault(opened.custodian)
            vault.seal(tx, place, ConversationRef("c"), record.encode(), life)

    def erase(self, who: str, now: datetime = NOON) -> None:
        opened = self.opened
        with opened.journal.transaction() as tx:
            erase(tx, Vault(opened.custodian), SubjectRef(who), now, "p")

    def remove(self, now: datetime = NOON) -> None:
        left = True
        while left:
            with self.opened.journal.transaction() as tx:
                left = remove_next(tx, now, "p")

    def sweep(self, now: datetime) -> Swept:
        with self.opened.journal.transaction() as tx:
            return sweep(tx, now, "p")

    def held(self, *people: str) -> dict[str, bytes]:
        """What is listed of these people; every record must open, and the log be whole."""
        opened = self.opened
        vault = Vault(opened.custodian)
        with opened.journal.transaction() as tx:
            records = [each for who in people for each in tx.records.of(SubjectRef(who))]
            found = {each.place.record: vault.open(tx, each, NOON) for each in records}
        with opened.journal.reader.snapshot() as snapshot:
            assert verify(snapshot, opened.signer.verifier).problems == ()
        return found

    def backup(self, place: Path, now: datetime = NOON) -> BackedUp:
        return backup(self.opened, place, now, "p")

    def export(self, folder: Path) -> Path:
        opened = self.opened
        with opened.journal.reader.snapshot() as snapshot:
            note = snapshot.head().note
            signed = Signed(open_checkpoint(opened.signer.verifier, note), note)
            export(snapshot, opened.signer.verifier, signed, folder)
        return folder

    def restore(
        self, file: Path, home: Path, since: Path | None, now: datetime = NOON, **more: object
    ) -> Restored:
        return restore(Wanted(file, home, since, self.root_key, **more), now)
