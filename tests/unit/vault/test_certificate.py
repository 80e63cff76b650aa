"""A deletion certificate convinces whoever has the log's public key, and nobody can make one up."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from privity.audit.checkpoint import open_checkpoint, sign_checkpoint
from privity.audit.entry import Entry, Event, canonical
from privity.audit.signing import Signer
from privity.audit.tree import EMPTY, leaf_hash
from privity.errors import BadInput, LogCorrupt
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.certificate import Certificate, check, issue
from privity.vault.erase import erase, remove
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from tests.fakes import MemoryCustodian, MemoryTransaction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
ANN, BOB = SubjectRef("a" * 32), SubjectRef("b" * 32)
SIGNER = Signer("privity.test/log", bytes(range(32)))


class Log:
    """A log in memory, as certificates read it."""

    def __init__(self, entries: list[bytes], signer: Signer = SIGNER) -> None:
        self.bodies = entries
        edge, _ = EMPTY.grown(map(leaf_hash, entries))
        note = sign_checkpoint(signer, edge.size, edge.root())
        self.signed = (open_checkpoint(signer.verifier, note), note)

    def entries(self, start: int, stop: int | None = None):
        return list(enumerate(self.bodies))[start:stop]

    def tile(self, level: int, index: int):
        return [leaf_hash(body) for body in self.bodies] if (level, index) == (0, 0) else []


@pytest.fixture
def tx() -> MemoryTransaction:
    tx = MemoryTransaction()
    vault = Vault(MemoryCustodian())
    for record in ("1", "2"):
        place = Place(Region.EU, Purpose.ASSIST, ANN, record, "transcript")
        life = Lifetime(NOON, timedelta(days=1))
        vault.seal(tx, place, ConversationRef("c"), b"body", life)
    erase(tx, vault, BOB, NOON, "p")
    erase(tx, vault, ANN, NOON, "p")
    return tx


@pytest.fixture
def finished(tx) -> list[bytes]:
    remove(tx, 0, LATER, "p")
    remove(tx, 1, LATER, "p")
    return tx.log.entries


@pytest.fixture
def text(finished) -> str:
    log = Log(finished)
    return issue(log, 1, log.signed)


def test_a_certificate_says_what_was_destroyed_and_when(text: str) -> None:
    assert check(text, SIGNER.verifier) == Certificate(
        log="privity.test/log",
        subject=ANN,
        keys=1,
        records=2,
        held=0,
        unreadable_at=NOON,
        removed_at=LATER,
        entries=(1, 3),
    )


def test_a_certificate_of_another_log_is_refused(text: str) -> None:
    with pytest.raises(LogCorrupt):
        check(text, Signer(SIGNER.name, bytes(32)).verifier)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", BOB),
        ("destroyed", {"keys": 1, "records": 3}),
        ("held", 1),
        ("unreadable_at", LATER.isoformat()),
        ("entries", [1, 2]),
        ("log", "another"),
        ("remark", "all is well"),
    ],
)
def test_a_certificate_that_shows_more_than_it_proves_is_refused(text, name, value) -> None:
    with pytest.raises(LogCorrupt):
        check(json.dumps({**json.loads(text), name: value}), SIGNER.verifier)


@pytest.mark.parametrize("form", ["", "[]", "{", '{"form": "x"}'])
def test_what_is_no_certificate_is_refused(form: str) -> None:
    with pytest.raises(BadInput) as caught:
        check(form, SIGNER.verifier)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("proofs", [None, [], ["", 1], ["", "", ""]])
def test_a_certificate_without_its_two_proofs_is_refused(text: str, proofs) -> None:
    with pytest.raises(BadInput):
        check(json.dumps({**json.loads(text), "proofs": proofs}), SIGNER.verifier)


def test_entries_that_do_not_belong_together_are_refused(finished) -> None:
    log = Log(finished)
    one, other = (json.loads(issue(log, entry, log.signed)) for entry in (0, 1))
    for proofs in (
        [one["proofs"][0], other["proofs"][1]],
        list(reversed(one["proofs"])),
        [one["proofs"][0]] * 2,
    ):
        with pytest.raises(LogCorrupt):
            check(json.dumps({**one, "proofs": proofs}), SIGNER.verifier)


def signed_anyway(erased: dict, removed: dict) -> str:
    """A certificate from a log that holds whatever we like, signed by the right key."""
    good = [
        Entry(Event.SUBJECT_ERASED, NOON, "p", subject=ANN, facts={"keys": 1, "held": 0}),
        Entry(
            Event.SUBJECT_REMOVED,
            NOON,
            "p",
            subject=ANN,
            facts={"erasure": 0, "records": 1, "left": 0} | removed,
        ),
    ]
    if erased:
        good[0] = Entry(Event.SUBJECT_ERASED, NOON, "p", **erased)
    log = Log([canonical(entry) for entry in good])
    return issue(log, 0, log.signed)


@pytest.mark.parametrize(
    ("erased", "removed"),
    [
        ({}, {"left": 1}),
        ({}, {"records": "many"}),
        ({"subject": ANN}, {}),
        ({"facts": {"keys": 1, "held": 0}}, {}),
    ],
)
def test_entries_that_prove_no_erasure_make_no_certificate(erased, removed) -> None:
    with pytest.raises(LogCorrupt):
        signed_anyway(erased, removed)


@pytest.mark.parametrize("entry", [-1, 2, 99])
def test_only_an_erasure_is_certified(finished, entry: int) -> None:
    log = Log(finished)
    with pytest.raises(BadInput):
        issue(log, entry, log.signed)


def test_nothing_is_certified_before_the_last_record_is_gone(tx) -> None:
    log = Log(tx.log.entries)
    with pytest.raises(BadInput):
        issue(log, 1, log.signed)
