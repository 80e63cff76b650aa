"""Whole homes for tests with people of two regions: `local`, the home's own, and `us`."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from privity.adapters import home as homes
from privity.adapters.erasing import ErasedThere, erase_person
from privity.adapters.moving import Everywhere, Moved, everywhere, finish_moves, move_person
from privity.adapters.regions import NewRegion, add_region
from privity.audit.verify import verify
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.policy.load import load as load_policy
from privity.settings import load
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from privity.vault.residence import Settling, settle
from privity.vault.residence_move import Move
from tests.homes import DAY, NOON
from tests.homes import make as make_one

LOCAL, US = Region.LOCAL, Region.US


def make(home: Path, database: str = "sqlite:privity.db", further: str = "") -> "TwoRegions":
    """Make a home; `further` is the database of the region `us`."""
    make_one(home, database)
    add_region(homes.open_home(load(home)), NewRegion(US, further), NOON)
    policy = home / homes.POLICY
    text = policy.read_text().replace('store_in = "local"', 'store_in = ["local", "us"]')
    policy.write_text(text)
    homes.adopt_policy(homes.open_home(load(home)), frozenset({load_policy(text, "p").digest}))
    return TwoRegions(home)


@dataclass
class TwoRegions:
    """A home in which people of two regions speak, move and are erased."""

    home: Path
    now: datetime = NOON

    @property
    def there(self) -> Everywhere:
        opened = homes.open_home(load(self.home))
        stores = homes.stores(opened)
        return everywhere(stores, homes.policy_in_force(opened), lambda: self.now)

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
