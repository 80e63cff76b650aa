"""Whole homes for tests with people of two regions: `local`, the home's own, and `us`."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from privity.adapters import home as homes
from privity.adapters.backup import backup
from privity.adapters.bundle import Signed, export
from privity.adapters.erasing import ErasedThere, erase_person
from privity.adapters.initialize import Plan, initialize
from privity.adapters.moving import Everywhere, Moved, everywhere, finish_moves, move_person
from privity.adapters.regions import NewRegion, add_region
from privity.adapters.restore import Wanted, restore
from privity.adapters.rotating import means_of, rotate_now
from privity.audit.checkpoint import open_checkpoint
from privity.audit.verify import verify
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.policy.starter import starter
from privity.settings import ECHO, load
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.residence import Settling, settle
from privity.vault.residence_move import Move
from privity.vault.retain import believe, sweep
from privity.vault.rotate import rotate_partitions
from privity.vault.rotate_people import rotate_person
from tests.homes import DAY, NOON

LOCAL, US = Region.LOCAL, Region.US


def make(home: Path, database: str = "sqlite:privity.db", further: str = "") -> "TwoRegions":
    """Make a home; `further` is the database of the region `us`."""
    policy = home.with_name(f"{home.name}-policy.toml")
    policy.write_text(starter().replace('store_in = "local"', 'store_in = ["local", "us"]'))
    initialize(Plan(home, (ECHO, ECHO), None, database, policy), NOON)
    add_region(homes.open_home(load(home)), NewRegion(US, further), NOON)
    return TwoRegions(home)


@dataclass
class TwoRegions:
    """A home in which people of two regions speak, move and are erased."""

    home: Path
    now: datetime = NOON
    opened: Everywhere | None = None

    @property
    def there(self) -> Everywhere:
        """The home, opened once: keys and policy stay what they are, whatever is put back."""
        if self.opened is None:
            opened = homes.open_home(load(self.home))
            stores = homes.stores(opened)
            policy = homes.policy_in_force(opened)
            self.opened = everywhere(stores, policy, lambda: self.now)
        return self.opened

    def settle(self, who: str, region: Region) -> Region:
        there = self.there
        with there.home.journal.transaction() as tx:
            asked = Settling(SubjectRef(who), region, there.own)
            return settle(tx, asked, self.now, there.policy.digest)

    def speak(self, who: str, record: str, region: Region, end: datetime = NOON + 30 * DAY) -> None:
        """Keep a record of a person in a region, as the gateway does."""
        store = self.there.stores[region]
        place = Place(region, Purpose.ASSIST, SubjectRef(who), record, "transcript")
        life = Lifetime(self.now, end - self.now)
        with store.journal.transaction() as tx:
            vault = Vault(store.custodian)
            vault.seal(tx, place, ConversationRef("c"), record.encode(), life)

    def move(self, who: str, to: Region, *, with_holds: bool = False) -> Moved:
        there = self.there
        return move_person(there, Move(SubjectRef(who), to, "T-1", with_holds, there.policy.digest))

    def finish(self) -> int:
        return finish_moves(self.there)

    def erase(self, who: str) -> tuple[ErasedThere, ...]:
        return erase_person(self.there, SubjectRef(who))

    def lives(self, who: str) -> Region | None:
        with self.there.home.journal.transaction() as tx:
            return tx.residences.get(SubjectRef(who))

    def held(self, region: Region, *people: str) -> dict[str, bytes]:
        """What is listed of these people in a region; all of it opens, and the log is whole."""
        store = self.there.stores[region]
        vault = Vault(store.custodian)
        with store.journal.transaction() as tx:
            records = [each for who in people for each in tx.records.of(SubjectRef(who))]
            assert {each.place.region for each in records} <= {region}
            found = {each.place.record: vault.open(tx, each, self.now) for each in records}
        with store.journal.reader.snapshot() as snapshot:
            assert verify(snapshot, store.signer.verifier).problems == ()
        return found

    def sweep(self) -> None:
        for store in self.there.every:
            overdue = 1
            while overdue:
                with store.journal.transaction() as tx:
                    overdue = sweep(tx, self.now, "p").overdue

    def rotate(self, who: str) -> None:
        """Rotate a person's keys and those of partitions, in every region."""
        there = self.there
        for store in there.every:
            means = means_of(store, there.policy.digest)
            for steps in (rotate_partitions(means), rotate_person(means, SubjectRef(who))):
                rotate_now(store.journal, steps, lambda _: None)

    def back_up(self, region: Region, file: Path) -> None:
        backup(self.there.stores[region], file, self.now, "p")

    def export(self, region: Region, folder: Path) -> Path:
        store = self.there.stores[region]
        with store.journal.reader.snapshot() as snapshot:
            note = snapshot.head().note
            signed = Signed(open_checkpoint(store.signer.verifier, note), note)
            export(snapshot, store.signer.verifier, signed, folder)
        return folder

    def put_back(self, region: Region, file: Path, since: Path) -> None:
        """Lose the store of a further region, and put it back from a backup."""
        folder = load(self.home).of(region).folder
        root = folder.rename(folder.with_name("lost")) / "root.key"
        wanted = Wanted(file, self.home, since, root, region=region)
        done = restore(wanted, self.now)
        shutil.rmtree(root.parent)
        if done.doubtful:
            with self.there.stores[region].journal.transaction() as tx:
                believe(tx, self.now, "p")
                sweep(tx, self.now, "p")
