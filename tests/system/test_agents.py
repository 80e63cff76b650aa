"""Agents of people are heard through the Data Rights Protocol; nobody else is."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privity.audit.signing import Verifier
from privity.console.agents import Counter, build_agents
from privity.governance.drp import EXERCISES, Agent, Network
from privity.governance.requests import RequestKind, State
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef
from privity.policy.load import load
from privity.policy.starter import starter
from privity.rights.controls import Control, Setting
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from tests.conftest import Database
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET, KEYS = bytes(32), (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))
ONE, TWO = KEYS
SHOP = AppId("shop")
ANN = SubjectRef(reference(SECRET, "person", SHOP, Raw("ann@example.org")))
REQUESTS = "/drp/v1/data-rights-request"


def agent(name: str, key: Ed25519PrivateKey) -> Agent:
    return Agent(name, Verifier(f"agent/{name}", key.public_key().public_bytes_raw()), SHOP)


NETWORK = Network("US", {"ONE": agent("ONE", ONE), "TWO": agent("TWO", TWO)}, SECRET)


class Shelf:
    """One store, whose writes are made at once."""

    def __init__(self, database: Database) -> None:
        self.journal = database.journal()
        self.vault = Vault(MemoryCustodian())

    async def of(self, _: object) -> "Shelf":
        return self

    async def change(self, work):
        with self.journal.transaction() as tx:
            return work(tx)


class Counters:
    """The endpoints on a database, and what agents send there."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.shelf = Shelf(database)
        self.ids = count(1)

        async def lives(_: SubjectRef) -> Region:
            return Region.EU

        policy = load(starter(), "starter.toml")
        links = "https://example.org"
        counter = Counter(NETWORK, self.shelf, policy, SECRET, links, lives, lambda: self.now)  # type: ignore[arg-type]
        self.app = build_agents(counter)

    def keep(self) -> None:
        place = Place(Region.EU, Purpose.ASSIST, ANN, "r", "transcript")
        life = Lifetime(NOON, timedelta(days=30))
        with self.shelf.journal.transaction() as tx:
            self.shelf.vault.seal(tx, place, ConversationRef("c"), b"body", life)

    def claims(self, **changed: object) -> dict[str, object]:
        given = {
            "agent-id": "ONE",
            "business-id": "US",
            "issued-at": self.now.isoformat(),
            "expires-at": (self.now + timedelta(minutes=10)).isoformat(),
            "drp.version": "0.9.4",
            "exercise": "deletion",
            "regime": "ccpa",
            "email": "ann@example.org",
            "email_verified": True,
            "agent-request-id": f"case-{next(self.ids)}",
        }
        return given | {name.replace("_", "-"): value for name, value in changed.items()}

    def send(self, body: bytes, token: str = "", path: str = REQUESTS, method: str = "POST"):
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                headers = {"content-type": "text/plain"}
                headers |= {"authorization": f"Bearer {token}"} if token else {}
                return await client.request(method, path, content=body, headers=headers)

        return asyncio.run(ask())

    def exercise(self, **changed: object) -> httpx.Response:
        return self.send(signed(self.claims(**changed)), NETWORK.token(NETWORK.agents["ONE"]))

    def requests(self):
        with self.shelf.journal.transaction() as tx:
            return tx.requests.all(closed=True)

    def letters(self) -> int:
        with self.shelf.journal.transaction() as tx:
            return len(tx.outbox.all())


def signed(claims: object, key: Ed25519PrivateKey = ONE) -> bytes:
    body = orjson.dumps(claims)
    return base64.b64encode(key.sign(body) + body)


@pytest.fixture
def counters(sqlite_database: Database) -> Counters:
    return Counters(sqlite_database)


def test_an_agent_sets_up_its_token_and_shows_it(counters: Counters) -> None:
    answer = counters.send(signed(counters.claims()), path="/drp/v1/agent/ONE")
    assert answer.status_code == 200
    token = answer.json()["token"]
    assert answer.json()["agent-id"] == "ONE"
    assert counters.send(b"", token, "/drp/v1/agent/ONE", "GET").json() == {}
    assert counters.send(b"", token, "/drp/v1/agent/TWO", "GET").status_code == 403


def test_a_set_up_that_does_not_count_is_refused_without_a_word(counters: Counters) -> None:
    for path, body in (
        ("ONE", signed(counters.claims(), TWO)),
        ("TWO", signed(counters.claims(), ONE)),
        ("THREE", signed(counters.claims())),
        ("ONE", b"nothing"),
    ):
        answer = counters.send(body, path=f"/drp/v1/agent/{path}")
        assert (answer.status_code, answer.content) == (403, b"")


def test_a_deletion_waits_for_the_person_whom_we_know(counters: Counters) -> None:
    counters.keep()
    said = counters.exercise().json()
    assert said["status"] == "in_progress"
    assert said["agent_request_id"] == "case-1"
    assert said["expected_by"] == "2026-04-16"
    (request,) = counters.requests()
    assert (request.state, request.asked.subject) == (State.UNPROVEN, ANN)
    assert counters.letters() == 1


def test_whom_we_do_not_know_gets_no_letter_and_the_agent_an_answer(counters: Counters) -> None:
    said = counters.exercise().json()
    assert (said["status"], said["reason"]) == ("denied", "no_match")
    assert counters.letters() == 0


def test_an_opt_out_takes_effect_at_once(counters: Counters) -> None:
    said = counters.exercise(exercise="sale:opt_out").json()
    assert said["status"] == "fulfilled"
    with counters.shelf.journal.transaction() as tx:
        choice = tx.choices.of(ANN).of(Setting(Control.TRAIN))
    assert choice is not None
    assert choice.value is False


@pytest.mark.parametrize("what", EXERCISES)
def test_every_right_of_the_protocol_is_taken(counters: Counters, what: str) -> None:
    counters.keep()
    assert counters.exercise(exercise=what).status_code == 200
    assert counters.requests()[0].asked.kind is EXERCISES[what]
    assert isinstance(EXERCISES[what], RequestKind)


def test_an_agent_follows_and_withdraws_its_request(counters: Counters) -> None:
    counters.keep()
    name = counters.exercise().json()["request_id"]
    token = NETWORK.token(NETWORK.agents["ONE"])
    stands = counters.send(b"", token, f"{REQUESTS}/{name}", "GET")
    assert stands.json()["status"] == "in_progress"
    assert stands.json()["agent_request_id"] == "case-1"
    gone = counters.send(signed({"reason": "changed"}), token, f"{REQUESTS}/{name}", "DELETE")
    assert gone.json()["status"] == "revoked"


def test_no_agent_sees_or_withdraws_the_request_of_another(counters: Counters) -> None:
    counters.keep()
    name = counters.exercise().json()["request_id"]
    other = NETWORK.token(NETWORK.agents["TWO"])
    assert counters.send(b"", other, f"{REQUESTS}/{name}", "GET").status_code == 403
    answer = counters.send(signed({"reason": "x"}, TWO), other, f"{REQUESTS}/{name}", "DELETE")
    assert answer.status_code == 403
    assert counters.requests()[0].state is State.UNPROVEN


def test_what_was_asked_twice_is_one_request_with_two_names(counters: Counters) -> None:
    counters.keep()
    first, second = counters.exercise().json(), counters.exercise().json()
    assert first["request_id"] != second["request_id"]
    assert first["status"] == second["status"] == "in_progress"
    assert counters.letters() == 1


def test_a_replayed_message_is_taken_once(counters: Counters) -> None:
    body, token = signed(counters.claims()), NETWORK.token(NETWORK.agents["ONE"])
    assert counters.send(body, token).status_code == 200
    assert counters.send(body, token).status_code == 403
    assert len(counters.requests()) == 1


MINUTE = timedelta(minutes=1)
HOSTILE = {
    "another agent's id": {"agent_id": "TWO"},
    "another business": {"business_id": "THEM"},
    "no business": {"business_id": None},
    "expired": {"issued_at": NOON - 9 * MINUTE, "expires_at": NOON},
    "not yet": {"issued_at": NOON + MINUTE, "expires_at": NOON + 5 * MINUTE},
    "too long": {"issued_at": NOON, "expires_at": NOON + 16 * MINUTE},
    "backwards": {"issued_at": NOON, "expires_at": NOON - MINUTE},
    "no zone": {"expires_at": "2026-03-02T12:05:00"},
    "no time": {"expires_at": "soon"},
    "an older protocol": {"drp.version": "0.5"},
}


@pytest.mark.parametrize("changed", HOSTILE.values(), ids=HOSTILE)
def test_what_does_not_count_changes_nothing(counters: Counters, changed) -> None:
    told = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in changed.items()}
    answer = counters.exercise(**told)
    assert answer.status_code == 403
    assert answer.json() == {"code": "403", "message": "the message does not count", "fatal": True}
    assert counters.requests() == ()


def test_a_message_of_one_agent_with_the_token_of_another_does_not_count(counters) -> None:
    body = signed(counters.claims())
    for token in (NETWORK.token(NETWORK.agents["TWO"]), "", "x"):
        assert counters.send(body, token).status_code == 403
    assert counters.requests() == ()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_altered_message_counts(counters: Counters, data) -> None:
    sent = bytearray(base64.b64decode(signed(counters.claims(agent_request_id="1"))))
    at = data.draw(st.integers(0, len(sent) - 1))
    sent[at] ^= data.draw(st.integers(1, 255))
    token = NETWORK.token(NETWORK.agents["ONE"])
    assert counters.send(base64.b64encode(bytes(sent)), token).status_code == 403
    assert counters.requests() == ()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300) | st.text(max_size=80).map(str.encode))
def test_no_noise_counts(counters: Counters, noise: bytes) -> None:
    token = NETWORK.token(NETWORK.agents["ONE"])
    assert counters.send(noise, token).status_code == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"exercise": "sale:opt_in"},
        {"exercise": "everything"},
        {"regime": "moon"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "ann"},
        {"email": "ann@example.org\r\nBcc: eve@example.org"},
        {"agent_request_id": "<script>"},
    ],
)
def test_what_cannot_be_done_is_said(counters: Counters, changed) -> None:
    claims = counters.claims() | {
        (k if "email" in k else k.replace("_", "-")): v for k, v in changed.items()
    }
    answer = counters.send(signed(claims), NETWORK.token(NETWORK.agents["ONE"]))
    assert answer.status_code == 400
    assert answer.json()["fatal"] is True
    assert "ann@" not in answer.text
    assert counters.requests() == ()


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"{", json.dumps({"a": 1}).encode()])
def test_a_signed_message_that_is_no_request_does_not_count(counters, body: bytes) -> None:
    sent = base64.b64encode(ONE.sign(body) + body)
    assert counters.send(sent, NETWORK.token(NETWORK.agents["ONE"])).status_code == 403


def test_a_body_is_bounded(counters: Counters) -> None:
    token = NETWORK.token(NETWORK.agents["ONE"])
    assert counters.send(b"A" * 70_000, token).status_code == 413


def test_a_token_changes_with_the_key() -> None:
    assert NETWORK.token(agent("ONE", ONE)) != NETWORK.token(agent("ONE", TWO))
    assert NETWORK.token(agent("ONE", ONE)) != NETWORK.token(agent("TWO", ONE))


@pytest.mark.parametrize("name", ["", "local", "moon.1", "eu.", "local.0", "../x"])
def test_a_name_of_nothing_shows_nothing(counters: Counters, name: str) -> None:
    token = NETWORK.token(NETWORK.agents["ONE"])
    answer = counters.send(b"", token, f"{REQUESTS}/{name}", "GET")
    assert answer.status_code in {403, 404, 405}
