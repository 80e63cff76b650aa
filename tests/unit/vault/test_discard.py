"""Deleting single records: only theirs, never what is held, with a proof that stands alone."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from privity.adapters import home as homes
from privity.audit.checkpoint import open_checkpoint
from privity.audit.signing import Signer, Verifier
from privity.errors import BadInput, LogCorrupt
from privity.model.words import SubjectRef
from privity.vault import discard
from privity.vault.keep import Vault
from privity.vault.ports import Hold
from privity.vault.replay import replay
from tests.homes import NOON, Living, make

ANN, BOB = SubjectRef("ann"), SubjectRef("bob")


@pytest.fixture
def home(tmp_path) -> Living:
    living = make(tmp_path / "home")
    for record in ("1", "2", "3"):
        living.speak("ann", record)
    living.speak("bob", "4")
    return living


def deleted(home: Living, *names: str, of: SubjectRef = ANN) -> discard.Discarded | None:
    with home.opened.journal.transaction() as tx:
        return discard.discard(tx, of, names, NOON, "p")


def certified(home: Living, entry: int) -> tuple[str, Verifier]:
    opened: homes.Home = home.opened
    with opened.journal.reader.snapshot() as snapshot:
        note = snapshot.head().note
        signed = (open_checkpoint(opened.signer.verifier, note), note)
        return discard.issue(snapshot, entry, signed), opened.signer.verifier


def test_only_the_named_records_of_their_person_go(home: Living) -> None:
    found = deleted(home, "1", "3", "4", "none")
    assert found is not None
    assert found.records == ("1", "3")
    assert set(home.held("ann", "bob")) == {"2", "4"}


def test_nothing_is_written_where_nothing_is_theirs(home: Living) -> None:
    with home.opened.journal.reader.snapshot() as snapshot:
        before = snapshot.head().size
    assert deleted(home, "4", "none") is None
    with home.opened.journal.reader.snapshot() as snapshot:
        assert snapshot.head().size == before


def test_a_record_under_a_hold_stays_and_is_counted(home: Living) -> None:
    held = Hold("h", "1", "case", "a", "b", NOON, NOON + timedelta(days=9))
    with home.opened.journal.transaction() as tx:
        tx.holds.add(held)
    found = deleted(home, "1", "2")
    assert found is not None
    assert (found.records, found.held) == (("2",), 1)
    assert set(home.held("ann")) == {"1", "3"}


def test_too_many_at_once_are_refused(home: Living) -> None:
    with pytest.raises(BadInput):
        deleted(home, *map(str, range(discard.AT_ONCE + 1)))


def test_a_certificate_is_checked_with_the_public_key_alone(home: Living) -> None:
    found = deleted(home, "1", "2")
    assert found is not None
    text, verifier = certified(home, found.entry)
    said = discard.check(text, verifier)
    assert (said.subject, said.records, said.held) == (ANN, ("1", "2"), 0)
    assert said.deleted_at == NOON


@pytest.mark.parametrize(
    ("name", "value"), [("records", ["1"]), ("held", 1), ("subject", "bob"), ("entry", 0)]
)
def test_a_certificate_that_shows_more_than_it_proves_is_refused(
    home: Living, name: str, value: object
) -> None:
    found = deleted(home, "1", "2")
    assert found is not None
    text, verifier = certified(home, found.entry)
    forged = {**orjson.loads(text), name: value}
    with pytest.raises(LogCorrupt):
        discard.check(orjson.dumps(forged).decode(), verifier)


def test_a_certificate_of_another_log_is_refused(home: Living) -> None:
    found = deleted(home, "1")
    assert found is not None
    text, _ = certified(home, found.entry)
    with pytest.raises(LogCorrupt):
        discard.check(text, Signer("privity.local", bytes(32)).verifier)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form":1,"proofs":[]}', '{"proofs":"x"}'])
def test_what_is_no_certificate_is_refused(home: Living, text: str) -> None:
    with pytest.raises(BadInput):
        discard.check(text, home.opened.signer.verifier)


def test_another_entry_has_no_certificate(home: Living) -> None:
    with pytest.raises(BadInput):
        certified(home, 0)


def test_what_was_deleted_after_a_backup_goes_again(home: Living) -> None:
    found = deleted(home, "1")
    assert found is not None
    with home.opened.journal.reader.snapshot() as snapshot:
        _, body = next(iter(snapshot.entries(found.entry, found.entry + 1)))
    home.speak("ann", "1")
    with home.opened.journal.transaction() as tx:
        replay(tx, Vault(home.opened.custodian), body, datetime(2026, 1, 2, tzinfo=UTC))
    assert set(home.held("ann")) == {"2", "3"}
