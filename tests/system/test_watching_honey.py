"""Honey records: like every other to who reads, in no figure, gone and renewed in time."""

import json
import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from privity.adapters import home as homes
from privity.adapters.moving import Everywhere, everywhere
from privity.adapters.watch.planting import Honey, marks_of, people, plant, plots
from privity.audit.verify import verify
from privity.vault.keep import Vault
from privity.vault.retain import sweep
from tests.homes import NOON, Living, make
from tests.system.conftest import privity

DAY = timedelta(days=1)
HOLDINGS = {"StoredElsewhere", "HeldFor", "Overdue"}


@pytest.fixture
def living(tmp_path: Path) -> Living:
    return make(tmp_path / "home")


def there(living: Living, days: int = 0) -> Everywhere:
    opened = living.opened
    policy = homes.policy_in_force(opened)
    return everywhere(homes.stores(opened), policy, lambda: NOON + DAY * days)


def honey(living: Living, each: int = 2) -> tuple[Honey, ...]:
    found = there(living)
    region, store = next(iter(found.stores.items()))
    return people(marks_of(store), plots(store, region, found.policy), each)


def records(living: Living) -> dict[str, int]:
    with living.opened.journal.transaction() as tx:
        return {each.subject: len(tx.records.of(each.subject)) for each in honey(living)}


def kept(living: Living) -> int:
    with living.opened.journal.reader.snapshot() as snapshot:
        return sum(each.records for each in snapshot.kept())


def test_planting_again_plants_nothing_more(living: Living) -> None:
    assert plant(there(living), 2, os.urandom) == 2
    assert plant(there(living), 2, os.urandom) == 0
    assert all(records(living).values())


def test_what_is_planted_opens_like_a_conversation_and_holds_its_canary(living: Living) -> None:
    plant(there(living), 2, os.urandom)
    opened = living.opened
    with opened.journal.transaction() as tx:
        for each in honey(living):
            for record in tx.records.of(each.subject):
                body = Vault(opened.custodian).open(tx, record, NOON)
                assert set(orjson.loads(body)) == {"asked", "answered"}
                assert marks_of(opened).canaries_in(body) == (each.canary,)
                assert marks_of(opened).is_reference(record.conversation)


def test_honey_is_in_no_figure(living: Living) -> None:
    before = kept(living)
    plant(there(living), 2, os.urandom)
    assert kept(living) == before


def test_honey_is_not_evidence_of_what_is_kept_and_where(living: Living) -> None:
    with living.opened.journal.reader.snapshot() as snapshot:
        before = snapshot.places()
    plant(there(living), 2, os.urandom)
    with living.opened.journal.reader.snapshot() as snapshot:
        assert snapshot.places() == before


def test_honey_does_not_say_when_the_next_record_ends(living: Living) -> None:
    def ends() -> list[datetime]:
        with living.opened.journal.reader.snapshot() as snapshot:
            return [each.next_end for each in snapshot.kept()]

    before = ends()
    plant(there(living, -20), 2, os.urandom)
    assert ends() == before


def test_the_command_counts_no_honey_in_its_evidence(living: Living) -> None:
    def examined() -> list[int]:
        asked = privity("policy", "evidence", "--json", "--home", living.opened.settings.home)
        said = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
        return [each["examined"] for each in json.loads(said) if {*each["queries"]} <= HOLDINGS]

    before = examined()
    plant(there(living), 2, os.urandom)
    assert examined() == before


def test_honey_ends_by_the_policy_and_others_follow(living: Living) -> None:
    plant(there(living), 2, os.urandom)
    later = NOON + DAY * 400
    with living.opened.journal.transaction() as tx:
        sweep(tx, later, "p")
    assert set(records(living).values()) == {0}
    assert plant(there(living, 400), 2, os.urandom) == 2


def test_the_log_says_how_many_and_not_which(living: Living) -> None:
    plant(there(living), 2, os.urandom)
    opened = living.opened
    with opened.journal.reader.snapshot() as log:
        said = b"".join(body for _, body in log.entries(0))
        assert verify(log, opened.signer.verifier).problems == ()
    assert b"honey.planted" in said
    assert not any(each.subject.encode() in said for each in honey(living))


def test_a_dump_that_was_found_names_whose_canary_is_in_it(living: Living, tmp_path: Path) -> None:
    plant(there(living), 1, os.urandom)
    (tmp_path / "dump").write_text(f"... {honey(living)[0].canary} ...")
    command = privity("watch", "test", tmp_path / "dump", "--home", living.home)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "canary of local in local\n")
