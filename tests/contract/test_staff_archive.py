"""The conversations of two regions, as staff read them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from privity.adapters.people import StoreShelf
from privity.adapters.receipts import LoggedReceipts, Witnesses
from privity.adapters.staff_console import StoreArchive
from privity.errors import RecordUnknown
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from tests.two_regions import LOCAL, US, TwoRegions, make

ANN, TALK = "ann", ConversationRef("talk")


def talked(two: TwoRegions, region: Region) -> None:
    two.settle(ANN, region)
    store = two.there.stores[region]
    place = Place(region, Purpose.ASSIST, SubjectRef(ANN), "r", "transcript")
    said = orjson.dumps({"asked": ["hello"], "answered": ["good day"]})
    with store.journal.transaction() as tx:
        Vault(store.custodian).seal(tx, place, TALK, said, Lifetime(two.now, timedelta(days=20)))


def shelf(two: TwoRegions, region: Region) -> StoreShelf:
    store = two.there.stores[region]
    reader = store.journal.reader
    witnesses = Witnesses(store.settings.home, (), reader, store.signer.verifier)
    return StoreShelf(store, Vault(store.custodian), LoggedReceipts(reader, witnesses))


def test_what_was_found_before_its_person_moved_is_not_opened(tmp_path: Path) -> None:
    two = make(tmp_path / "home")
    talked(two, LOCAL)
    archive = StoreArchive(two.there, tuple(shelf(two, each) for each in (LOCAL, US)))
    found = asyncio.run(archive.find(TALK))
    assert found.region is LOCAL
    assert asyncio.run(archive.opened(found, two.now)).exchanges
    two.move(ANN, US)
    with pytest.raises(RecordUnknown):
        asyncio.run(archive.opened(found, two.now))
    assert asyncio.run(archive.find(TALK)).region is US
