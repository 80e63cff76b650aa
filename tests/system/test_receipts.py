"""A receipt for every exchange, for who had it, and verifiable by anyone."""

import asyncio
import json
import subprocess
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path

import aics_tlog
import pytest

from privity.adapters import receipts
from privity.adapters.receipts import LoggedReceipts, anywhere, near
from privity.adapters.witness.asking import Witnesses
from privity.audit.entry import Entry, Event
from privity.audit.receipt import check
from privity.audit.signing import read_vkey
from privity.model.request import request_id
from privity.model.words import AppId
from tests.conftest import SIGNER, Database
from tests.system.conftest import Gateway, call, privity

EMAIL = "margaret.okafor@example.org"
BODY = json.dumps(
    {"model": "m", "messages": [{"role": "user", "content": f"Write to {EMAIL}, please."}]}
).encode()
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def ask(gateway: Gateway, body: bytes = BODY, **headers: str) -> tuple[int, Message]:
    """Send a request; return the status and headers of its answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(
        gateway.url + "/v1/chat/completions", body, {"content-type": "application/json", **named}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def complete(gateway: Gateway, path: str, **headers: str) -> bytes:
    """The receipt, once the end of its exchange is in the log."""
    for _ in range(200):
        found = call(gateway.url + path, headers=headers)
        if json.loads(found)["said"].get("answer", 1):
            return found
        time.sleep(0.02)
    pytest.fail("the exchange has no end")


def run(*arguments: str | Path) -> str:
    done = subprocess.run(privity(*arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def key(gateway: Gateway) -> str:
    return run("log", "checkpoint", "--public-key", "--home", gateway.home).strip()


def test_a_request_that_asks_is_told_where_its_receipt_is(gateway: Gateway, key: str) -> None:
    status, headers = ask(gateway, x_privity_receipt="1")
    path = headers["x-privity-receipt"]
    assert (status, path) == (200, f"/privity/receipts/{headers['x-privity-request']}")
    said = check(complete(gateway, path), read_vkey(key)).said
    assert said["found"] == [{"kind": "contact.email", "treatment": "pseudonymize", "count": 1}]
    assert (said["outcome"], said["app"]) == ("allowed", "local")
    assert said["answer"]["status"] == 200
    assert said["answer"]["kept_until"] > said["answer"]["at"]


def test_a_request_that_does_not_ask_has_a_receipt_all_the_same(gateway: Gateway) -> None:
    _, headers = ask(gateway)
    assert "x-privity-receipt" not in headers
    assert complete(gateway, f"/privity/receipts/{headers['x-privity-request']}")


def test_a_refused_request_has_a_receipt(gateway: Gateway, key: str) -> None:
    body = b'{"model": "m", "messages": [], "what_is_this": "text"}'
    status, headers = ask(gateway, body, x_privity_receipt="1")
    assert status == 400
    said = check(call(gateway.url + headers["x-privity-receipt"]), read_vkey(key)).said
    assert (said["outcome"], said["code"]) == ("refused", "unknown_field")


def test_a_receipt_holds_nothing_that_a_person_wrote(gateway: Gateway) -> None:
    _, headers = ask(gateway, x_privity_receipt="1", x_privity_person="margaret")
    found = complete(gateway, headers["x-privity-receipt"])
    entries = b"".join(
        line.encode() for proof in json.loads(found)["proofs"] for line in proof.splitlines()
    )
    assert b"margaret" not in found + entries
    assert EMAIL.encode() not in found


def test_a_receipt_is_for_the_application_that_had_the_exchange(gateway: Gateway) -> None:
    mine = run("app", "add", "receipts-mine", "--home", gateway.home).strip()
    other = run("app", "add", "receipts-other", "--home", gateway.home).strip()
    time.sleep(2.5)  # keys work within seconds
    _, headers = ask(gateway, authorization=f"Bearer {mine}")
    path = f"/privity/receipts/{headers['x-privity-request']}"
    assert complete(gateway, path, authorization=f"Bearer {mine}")
    for stranger in ({"x-api-key": other}, {}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            call(gateway.url + path, headers=stranger)
        with refused.value as error:
            assert (error.code, b"receipt_unknown" in error.read()) == (404, True)


@pytest.mark.parametrize("name", ["", "x", "pvr_" + "0" * 28, "pvr_" + "f" * 28, "../metrics"])
def test_an_id_that_nobody_had_has_no_receipt(gateway: Gateway, name: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(f"{gateway.url}/privity/receipts/{name}")
    with refused.value as error:
        assert error.code == 404


def test_the_commands_show_a_receipt_and_verify_it_with_the_key_alone(
    gateway: Gateway, key: str, tmp_path: Path
) -> None:
    _, headers = ask(gateway, x_privity_receipt="1")
    complete(gateway, headers["x-privity-receipt"])
    file = tmp_path / "receipt.json"
    shown = run("receipt", "show", headers["x-privity-request"], "--home", gateway.home)
    file.write_text(shown)
    lines = run("receipt", "verify", file, "--key", key)
    assert "1 contact.email (pseudonymize)" in lines
    assert json.loads(run("receipt", "verify", file, "--key", key, "--json"))["app"] == "local"
    file.write_text(shown.replace('"count": 1', '"count": 0'))
    done = subprocess.run(
        privity("receipt", "verify", file, "--key", key),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "log_corrupt" in done.stderr) == (3, True)


def test_a_library_that_is_not_ours_follows_the_proof(gateway: Gateway, key: str) -> None:
    _, headers = ask(gateway, x_privity_receipt="1")
    found = json.loads(call(gateway.url + headers["x-privity-receipt"]))
    head, _, note = found["proofs"][0].partition("\n\n")
    _, extra, index, *path = head.split("\n")
    checkpoint, signed = aics_tlog.checkpoint.checkpoint_from_note(note)
    assert aics_tlog.verify_checkpoint(signed, aics_tlog.parse_vkey(key)).ok
    assert aics_tlog.verify_leaf_inclusion(
        aics_tlog.note.b64_decode(extra.removeprefix("extra ")),
        int(index.removeprefix("index ")),
        checkpoint.size,
        [aics_tlog.note.b64_decode(each) for each in path],
        checkpoint.root,
    )


# Finding an exchange in a log of many.

APP = AppId("a")


def exchange(number: int, event: Event, after: float = 0) -> Entry:
    at = NOON + timedelta(seconds=number)
    request = request_id(at, number.to_bytes(8, "big"))
    return Entry(event, at + timedelta(seconds=after), "p", request=request, app=APP)


def name(number: int) -> str:
    return exchange(number, Event.EXCHANGE_ALLOWED).request


@pytest.fixture
def busy(database: Database) -> Database:
    """A log in which exchanges overlap: each ends 50 places after it began; every 7th never."""
    with database.journal().transaction() as tx:
        for number in range(300):
            tx.log.append(exchange(number, Event.EXCHANGE_ALLOWED))
            if number >= 50 and number % 7:
                tx.log.append(exchange(number - 50, Event.EXCHANGE_ENDED, 50))
    return database


def test_every_exchange_is_found_with_its_end(busy: Database, monkeypatch) -> None:
    monkeypatch.setattr(receipts, "_STEP", 16)
    with busy.journal().reader.snapshot() as log:
        for number in (0, 1, 6, 100, 249, 250, 299):
            ends = 50 <= number + 50 < 300 and (number + 50) % 7 != 0
            found = near(log, name(number))
            assert len(found) == 1 + ends
            assert f'"{name(number)}"'.encode() in found[0][1]
            assert found == anywhere(log, name(number))
        assert near(log, request_id(NOON, b"nobody!!")) == []
        assert near(log, request_id(NOON - timedelta(days=1), b"nobody!!")) == []
        assert near(log, request_id(NOON + timedelta(days=1), b"nobody!!")) == []


def test_an_exchange_is_found_where_clocks_differ(database: Database) -> None:
    with database.journal().transaction() as tx:
        for number in range(200):
            skew = timedelta(seconds=3 if number % 2 else 0)
            entry = exchange(number, Event.EXCHANGE_ALLOWED)
            tx.log.append(Entry(entry.event, entry.at + skew, "p", request=entry.request, app=APP))
    with database.journal().reader.snapshot() as log:
        assert all(near(log, name(number)) for number in range(0, 200, 9))


def test_another_application_gets_nothing(busy: Database, tmp_path: Path) -> None:
    reader = busy.journal().reader
    logged = LoggedReceipts(reader, Witnesses(tmp_path, (), reader, SIGNER.verifier))
    assert asyncio.run(logged.find(name(3), APP))
    assert asyncio.run(logged.find(name(3), AppId("b"))) is None
