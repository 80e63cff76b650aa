"""A receipt says what the log says, and nothing else is believed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.audit.checkpoint import open_checkpoint, sign_checkpoint
from privity.audit.entry import Entry, Event, canonical
from privity.audit.receipt import check, issue
from privity.audit.signing import Signer
from privity.audit.tree import EMPTY, leaf_hash
from privity.errors import BadInput, LogCorrupt
from privity.model.request import began, request_id
from privity.model.words import AppId, Category, PracticeId, Purpose, Treatment

SIGNER = Signer("log", bytes(32))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
REQUEST = request_id(NOON, bytes(8))
ALLOWED = Entry(
    Event.EXCHANGE_ALLOWED,
    NOON,
    "digest",
    because=(PracticeId("answer"),),
    request=REQUEST,
    app=AppId("helpdesk"),
    purpose=Purpose.ASSIST,
    tally={(Category.EMAIL, Treatment.PSEUDONYMIZE): 2},
    facts={"processor": "someone", "region": "eu", "keep_seconds": 3600},
)
ENDED = replace(
    ALLOWED,
    event=Event.EXCHANGE_ENDED,
    at=NOON + timedelta(seconds=7),
    because=(),
    tally={},
    facts={"code": "ok", "status": 200, "kept": 99},
)
REFUSED = replace(ALLOWED, event=Event.EXCHANGE_REFUSED, facts={"code": "bad_body"}, tally={})
OTHER = replace(ENDED, request=request_id(NOON, b"another1"))
STARTED = Entry(Event.SERVICE_STARTED, NOON, "digest")
LOG = [canonical(entry) for entry in (STARTED, ALLOWED, OTHER, ENDED, REFUSED)]
HASHES = [leaf_hash(entry) for entry in LOG]
NOTE = sign_checkpoint(SIGNER, len(LOG), EMPTY.grown(HASHES)[0].root())
SIGNED = open_checkpoint(SIGNER.verifier, NOTE), NOTE


@dataclass
class Tiles:
    hashes: list[bytes]

    def tile(self, level: int, index: int) -> list[bytes]:
        return self.hashes if (level, index) == (0, 0) else []


def receipt(*indices: int) -> bytes:
    return issue(Tiles(HASHES), [(index, LOG[index]) for index in indices], SIGNED)


WHOLE = receipt(1, 3)


def changed(document: bytes, **parts: object) -> bytes:
    return orjson.dumps({**orjson.loads(document), **parts})


def test_a_receipt_says_what_was_found_what_left_to_whom_and_until_when_it_is_kept() -> None:
    said = check(WHOLE, SIGNER.verifier).said
    assert said["found"] == [{"kind": "contact.email", "treatment": "pseudonymize", "count": 2}]
    assert (said["processor"], said["region"], said["policy"]) == ("someone", "eu", "digest")
    assert (said["outcome"], said["because"]) == ("allowed", ["answer"])
    assert said["answer"]["kept_until"] == "2026-01-01T13:00:07.000+00:00"


def test_before_the_end_there_is_a_receipt_without_one() -> None:
    assert check(receipt(1), SIGNER.verifier).said["answer"] is None


def test_a_refusal_has_a_receipt() -> None:
    said = check(receipt(4), SIGNER.verifier).said
    assert (said["outcome"], said["code"], "answer" in said) == ("refused", "bad_body", False)


def test_what_was_not_kept_has_no_end_date() -> None:
    ended = canonical(replace(ENDED, facts={"code": "ok", "kept": 0}))
    hashes = [leaf_hash(LOG[1]), leaf_hash(ended)]
    note = sign_checkpoint(SIGNER, 2, EMPTY.grown(hashes)[0].root())

    signed = (open_checkpoint(SIGNER.verifier, note), note)
    document = issue(Tiles(hashes), [(0, LOG[1]), (1, ended)], signed)
    assert check(document, SIGNER.verifier).said["answer"]["kept_until"] is None


@pytest.mark.parametrize("indices", [(0,), (3,), (1, 2), (3, 1), (1, 3, 3), (4, 3, 3), (1, 4)])
def test_entries_that_are_not_one_exchange_have_no_receipt(indices: tuple[int, ...]) -> None:
    with pytest.raises(BadInput):
        receipt(*indices)


def test_words_that_the_entries_do_not_say_are_refused() -> None:
    said = {**orjson.loads(WHOLE)["said"], "processor": "someone else"}
    with pytest.raises(LogCorrupt, match="something else"):
        check(changed(WHOLE, said=said), SIGNER.verifier)


def test_proofs_of_two_exchanges_are_refused() -> None:
    proofs = [orjson.loads(WHOLE)["proofs"][0], orjson.loads(receipt(4))["proofs"][0]]
    with pytest.raises(LogCorrupt):
        check(changed(WHOLE, proofs=proofs), SIGNER.verifier)
    with pytest.raises(LogCorrupt):
        check(changed(WHOLE, proofs=proofs[:1] * 2), SIGNER.verifier)


def test_another_logs_receipt_is_refused() -> None:
    with pytest.raises(LogCorrupt):
        check(WHOLE, Signer("log", bytes(31) + b"x").verifier)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"[]",
        changed(WHOLE, receipt="privity.receipt/v2"),
        changed(WHOLE, proofs=[]),
        changed(WHOLE, proofs=[7]),
        changed(WHOLE, proofs="text"),
        changed(WHOLE, more=1),
    ],
)
def test_what_is_no_receipt_is_refused(document: bytes) -> None:
    with pytest.raises(BadInput):
        check(document, SIGNER.verifier)


@given(st.data())
def test_any_changed_character_of_a_proof_is_refused(data: st.DataObject) -> None:
    proofs = orjson.loads(WHOLE)["proofs"]
    which = data.draw(st.integers(0, 1))
    at = data.draw(st.integers(0, len(proofs[which]) - 1))
    other = data.draw(st.sampled_from("A9=\n x").filter(lambda c: c != proofs[which][at]))
    proofs[which] = proofs[which][:at] + other + proofs[which][at + 1 :]
    with pytest.raises(LogCorrupt):
        check(changed(WHOLE, proofs=proofs), SIGNER.verifier)


@given(st.integers(0, 10**10), st.binary(min_size=8, max_size=8))
def test_the_id_of_an_exchange_says_when_it_began(seconds: int, random: bytes) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    found = began(request_id(at, random))
    assert found is not None
    assert abs(found - at) < timedelta(milliseconds=1)


@pytest.mark.parametrize("name", ["", "pvr_", "pvr_" + "0" * 27, "pvr_" + "g" * 28, "x" * 32])
def test_what_is_no_id_has_no_time(name: str) -> None:
    assert began(name) is None


def test_an_id_from_beyond_the_calendar_has_no_time() -> None:
    assert began("pvr_" + "f" * 28) is None
