"""The API for people says what the pages say, and its description is true."""

import io
import json
import subprocess
import urllib.error
import urllib.request
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Mount, Route

from privity.access.app_keys import LOCAL
from privity.adapters import home as homes
from privity.adapters.parenting import parents_of
from privity.audit import tlog_proof
from privity.audit.entry import Entry, Event
from privity.audit.receipt import check as check_receipt
from privity.audit.signing import Verifier
from privity.audit.stored import read_entry
from privity.console.people import api
from privity.model.text import Raw
from privity.model.words import ConversationRef, Language, Purpose, Region
from privity.rights import export
from privity.rights.minors import Ward
from privity.rights.parents import Acting, ask
from privity.settings import load
from privity.vault import certificate, discard
from tests.system.conftest import privity
from tests.system.people_scene import Browser, People

DESCRIPTION = Path(api.__file__).with_name("openapi.json")
ROOT = "/privacy/api/v1"
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
description = schemathesis.openapi.from_path(DESCRIPTION)


class Program:
    """A program that speaks for a person."""

    def __init__(self, people: People, name: str, **changed: object) -> None:
        self.people = people
        self.token = people.session(name, **changed)

    def ask(self, way: str, body: object = None) -> bytes:
        method, path = way.split(" ")
        data = None if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        url = self.people.url + ROOT + path
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def read(self, way: str, body: object = None) -> dict:
        return json.loads(self.ask(way, body))

    def refused(self, way: str, body: object = None) -> tuple[int, str]:
        with pytest.raises(urllib.error.HTTPError) as caught:
            self.ask(way, body)
        with caught.value as error:
            return error.code, json.loads(error.read())["error"]["code"]


def verifier(people: People) -> Verifier:
    return homes.open_home(load(people.home)).signer.verifier


def test_a_link_becomes_a_session_once(people: People) -> None:
    program = Program(people, "api-once")
    link = people.token("api-once")
    program.token = program.read("POST /session", {"link": link})["session"]
    assert program.read("GET /data")["count"] == 0
    assert program.refused("POST /session", {"link": link}) == (401, "pass_invalid")


def test_a_session_that_was_left_is_over_everywhere(people: People) -> None:
    program = Program(people, "api-leaves")
    assert program.ask("DELETE /session") == b""
    assert program.refused("GET /data") == (401, "not_signed_in")


def test_what_is_kept_is_shown_minimized_and_deleted_with_a_certificate(people: People) -> None:
    people.say("api-ann", "I am Margaret Okafor, write to margaret@example.org", "first")
    people.say("api-ann", "What grows in the shade?", "second")
    program = Program(people, "api-ann")
    found = program.read("GET /data")
    assert found["count"] == 2
    shown = program.read(f"GET /conversations/{found['conversations'][1]['id']}")
    assert "margaret@example.org" not in json.dumps(shown)
    assert "[EMAIL_" in json.dumps(shown)
    gone = program.read("POST /deletions", {"exchanges": [shown["exchanges"][0]["id"]]})
    certified = program.ask(f"GET /deletions/{gone['entry']}").decode()
    said = discard.check(certified, verifier(people))
    assert list(said.records) == gone["exchanges"]
    assert program.read("GET /data")["count"] == 1


def test_deleting_everything_leaves_nothing_and_a_certificate(people: People) -> None:
    people.say("api-bob", "Please remember my address: 12 Oak Street, Springfield", "one")
    program = Program(people, "api-bob")
    entry = program.read("POST /erasure")["entry"]
    assert program.read("GET /data") == {"kinds": [], "conversations": [], "count": 0, "held": 0}
    said = certificate.check(program.ask(f"GET /deletions/{entry}").decode(), verifier(people))
    assert (said.subject, said.records) == (people.subject("api-bob"), 1)


def test_an_export_holds_everything_and_is_signed(people: People) -> None:
    people.say("api-eve", "How long does bread rise?", "one")
    program = Program(people, "api-eve")
    program.ask("PUT /choices/train", {"value": "yes"})
    data = program.ask("POST /export")
    checked = export.check(data, verifier(people))
    assert checked.subject == people.subject("api-eve")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        line = json.loads(archive.read("conversations.jsonl"))
        assert line["asked"] == ["How long does bread rise?"]
        assert b"How long does bread rise?" in archive.read("your-data.html")
        decided = [json.loads(each) for each in archive.read("choices.jsonl").splitlines()]
        proven = json.loads(archive.read("ledger.json"))["said"]
    assert {"setting": "train", "value": "yes"}.items() <= decided[1].items()
    assert [(each["setting"], each["value"]) for each in proven] == [("train", "yes")]


def test_the_export_of_a_child_proves_the_steps_of_a_parents_consent(people: People) -> None:
    subject = people.subject("api-kim")
    store = homes.open_home(load(people.home))
    by = parents_of(store, homes.policy_in_force(store))
    child = Ward(subject, LOCAL, Purpose.ASSIST, Region.LOCAL)
    with store.journal.transaction() as tx:
        ask(Acting(tx, by, datetime.now(UTC)), child, Raw("parent@example.org"), Language.EN)
    program = Program(people, "api-kim")
    program.ask("PUT /choices/review", {"value": "no"})
    data = program.ask("POST /export")
    export.check(data, verifier(people))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        ledger = json.loads(archive.read("ledger.json"))
    assert [each["what"] for each in ledger["said"]] == ["parent", "chosen"]
    proven = [tlog_proof.check(proof, verifier(people)) for proof in ledger["proofs"]]
    assert [read_entry(each.entry).subject for each in proven] == [subject, subject]
    listed = privity("choices", "ledger", "--subject", subject, "--home", people.home)
    printed = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    assert "step sent" in printed
    assert "setting review" in printed


def test_a_choice_holds_at_once_and_is_never_wider_than_the_policy(people: People) -> None:
    program = Program(people, "api-chooser")
    days = 7 * 86400
    after = program.read("PUT /choices/keep", {"value": str(days)})
    assert after["choices"][0]["value"] == str(days)
    longer = {"value": str(400 * 86400)}
    assert program.refused("PUT /choices/keep", longer) == (400, "choice_not_offered")
    assert program.refused("PUT /choices/sales", {"value": "yes"}) == (400, "choice_not_offered")


def test_a_restriction_stops_every_optional_use_at_once(people: People) -> None:
    program = Program(people, "api-stops")
    program.ask("PUT /choices/train", {"value": "yes"})
    opened = program.read("POST /requests", {"kind": "restriction"})
    assert opened["state"] == "open"
    values = {c["setting"]: c["value"] for c in program.read("GET /choices")["choices"]}
    assert {v for s, v in values.items() if s != "keep"} == {"no"}
    assert [each["id"] for each in program.read("GET /requests")["requests"]] == [opened["id"]]


def test_a_note_stands_beside_its_conversation(people: People) -> None:
    people.say("api-note", "When does the shop open?", "one")
    program = Program(people, "api-note")
    ref = program.read("GET /data")["conversations"][0]["id"]
    program.ask(f"POST /conversations/{ref}/notes", {"text": "I asked about Sunday."})
    notes = program.read(f"GET /conversations/{ref}")["notes"]
    assert [note["text"] for note in notes] == ["I asked about Sunday."]


def test_a_message_in_the_history_has_a_receipt_that_holds(people: People) -> None:
    people.say("api-past", "What is a fair rent?", "one")
    program = Program(people, "api-past")
    (message,) = program.read("GET /history")["messages"]
    checked = check_receipt(program.ask(f"GET /receipts/{message['request']}"), verifier(people))
    assert checked.said["request"] == message["request"]


def test_whoever_read_a_conversation_is_told_with_the_reason(people: People) -> None:
    facts = {"by": "s", "approver": "t", "purpose": "security", "ticket": "SEC-7"}
    subject, conversation = people.subject("api-read"), ConversationRef("ab" * 16)
    read = Entry(
        Event.CONVERSATION_READ,
        datetime.now(UTC),
        "p",
        subject=subject,
        conversation=conversation,
        facts=facts,
    )
    with homes.open_home(load(people.home)).journal.transaction() as tx:
        tx.log.append(read)
    (looked,) = Program(people, "api-read").read("GET /history")["looked"]
    assert (looked["conversation"], looked["facts"]["ticket"]) == (conversation, "SEC-7")
    page = Browser(people, {"__Host-privity-session": people.session("api-read")})
    shown = page.send("GET /privacy/history").body
    assert "A member of staff read a conversation of yours" in shown
    assert "for security, case SEC-7" in shown


@pytest.mark.parametrize("way", ["POST /deletions", "POST /erasure", "POST /export"])
def test_what_cannot_be_undone_needs_a_recent_sign_in(people: People, way: str) -> None:
    old = datetime.now(UTC) - timedelta(minutes=6)
    program = Program(people, "api-old", authenticated_at=old)
    body = {"exchanges": []} if way.endswith("deletions") else None
    assert program.refused(way, body) == (403, "sign_in_again")


def test_a_browsers_cookie_opens_nothing_here(people: People) -> None:
    cookie = {"cookie": f"__Host-privity-session={people.session('api-cookie')}"}
    request = urllib.request.Request(people.url + ROOT + "/data", headers=cookie)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    with caught.value as error:
        assert error.code == 401


def test_the_description_has_every_call_and_no_other() -> None:
    (mount,) = api.routes(None)
    assert isinstance(mount, Mount)
    routes = [route for route in mount.routes if isinstance(route, Route)]
    there = {
        (route.path.replace(":int", ""), method.lower())
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }
    paths = json.loads(DESCRIPTION.read_text())["paths"]
    told = {(path, method) for path, methods in paths.items() for method in methods}
    assert told == there - {("/openapi.json", "get")}


@description.parametrize()
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_call_surprises_the_server(people: People, case) -> None:
    token = people.session("api-anyone")
    case.call_and_validate(
        base_url=people.url + ROOT,
        headers={"authorization": f"Bearer {token}"},
        checks=CHECKS,
        timeout=30,
    )
