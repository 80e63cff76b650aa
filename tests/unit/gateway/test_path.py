"""One message on its path: what leaves, what is written, what comes back, what is kept."""

import ast
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from privity.audit.entry import Event
from privity.gateway.wire.endpoint import Provider
from privity.model.words import Category, Treatment
from tests.gateway_in_memory import EMAIL, QUESTION, Gateway, delta, streamed

SRC = Path(__file__).parents[3] / "src" / "privity"
STAGES = {"Received": "http", "Identified": "path", "Permitted": "path", "Ready": "path"}


@pytest.mark.parametrize(("stage", "step"), STAGES.items())
def test_a_stage_is_made_by_its_own_step_only(stage: str, step: str) -> None:
    makers = {
        module.stem
        for module in SRC.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == stage
    }
    assert makers == {step}


def test_the_provider_sees_a_token_and_the_client_their_own_words() -> None:
    gateway = Gateway()
    reply = gateway.ask()
    left = gateway.upstream.seen[0].body.data
    assert EMAIL.encode() not in left
    assert b"[EMAIL_" in left
    assert orjson.loads(reply.body)["choices"][0]["message"]["content"] == (
        f"Write to {EMAIL}, please."
    )


def test_a_body_without_findings_leaves_byte_for_byte() -> None:
    gateway = Gateway()
    body = b'{ "model":"m",\n "messages":[{"role":"user","content":"2 + 2 = \\u0034?"}] }'
    gateway.ask(body)
    assert gateway.upstream.seen[0].body.data == body


def test_the_entry_says_by_which_practice_to_whom_and_what_was_found() -> None:
    gateway = Gateway()
    gateway.ask()
    allowed = gateway.journal.kept.entries[0]
    assert allowed.event is Event.EXCHANGE_ALLOWED
    assert allowed.because == ("answer",)
    assert allowed.tally == {(Category.EMAIL, Treatment.PSEUDONYMIZE): 1}
    assert (allowed.facts["processor"], allowed.facts["region"]) == ("echo", "local")
    assert allowed.facts["keep_seconds"] == 30 * 24 * 3600


def test_the_end_says_how_much_went_back_and_was_kept() -> None:
    gateway = Gateway()
    reply = gateway.ask()
    ended = gateway.journal.last()
    assert ended.event is Event.EXCHANGE_ENDED
    assert (ended.facts["code"], ended.facts["status"]) == ("ok", 200)
    assert ended.facts["bytes"] == len(reply.body)
    assert ended.facts["kept"] > 0


def test_what_is_kept_opens_to_minimized_text_only() -> None:
    gateway = Gateway()
    gateway.ask()
    (record,) = gateway.journal.kept.sealed
    opened = gateway.means.vault.open(gateway.journal.kept, record, record.made_at)
    text = orjson.loads(opened)
    assert EMAIL not in opened.decode()
    assert text["asked"][0].startswith("Write to [EMAIL_")
    assert text["answered"] == text["asked"]


def test_personal_data_that_the_model_made_up_is_not_kept_either() -> None:
    gateway = Gateway()
    gateway.upstream.answer = streamed(delta("Ask tom.bec"), delta("ker@example.net, he knows."))
    gateway.ask(orjson.dumps({**orjson.loads(QUESTION), "stream": True}))
    (record,) = gateway.journal.kept.sealed
    opened = gateway.means.vault.open(gateway.journal.kept, record, record.made_at)
    assert b"tom.becker" not in opened
    assert b"Ask [EMAIL_" in opened


def test_a_record_ends_when_the_policy_says() -> None:
    gateway = Gateway()
    gateway.ask()
    (record,) = gateway.journal.kept.sealed
    assert (record.delete_at - record.made_at).days == 30


def test_one_value_has_one_token_in_every_turn() -> None:
    gateway = Gateway()
    first = {"role": "user", "content": f"Write to {EMAIL}."}
    answer = {"role": "assistant", "content": "Done."}
    gateway.ask(orjson.dumps({"model": "m", "messages": [first]}))
    gateway.ask(orjson.dumps({"model": "m", "messages": [first, answer, first]}))
    one, two = (orjson.loads(seen.body.data)["messages"] for seen in gateway.upstream.seen)
    assert one[0] == two[0] == two[2]


def test_two_conversations_have_different_tokens() -> None:
    gateway = Gateway()
    for name in (b"1", b"2"):
        gateway.ask(headers=[(b"x-privity-conversation", name)])
    one, two = (seen.body.data for seen in gateway.upstream.seen)
    assert one != two


def test_a_list_of_models_is_written_and_not_kept() -> None:
    gateway = Gateway()
    reply = gateway.ask(b"", path="/v1/models", method="GET")
    assert reply.status == 200
    assert gateway.journal.events() == [Event.EXCHANGE_ALLOWED, Event.EXCHANGE_ENDED]
    assert gateway.journal.kept.sealed == []


def test_a_body_where_none_belongs_is_refused() -> None:
    gateway = Gateway()
    reply = gateway.ask(EMAIL.encode(), path="/v1/models", method="GET")
    assert (reply.status, reply.code, gateway.upstream.seen) == (400, "bad_body", [])


def test_a_provider_the_policy_does_not_name_receives_nothing() -> None:
    gateway = Gateway()
    charters = {
        purpose: replace(charter, recipients=dict.fromkeys(charter.recipients))
        for purpose, charter in gateway.means.charters.items()
    }
    reply = gateway.with_means(charters=charters).ask()
    assert (reply.status, reply.code, gateway.upstream.seen) == (403, "not_permitted", [])
    assert gateway.journal.events() == [Event.EXCHANGE_REFUSED]


@pytest.mark.parametrize(
    ("headers", "held", "passes"),
    [
        ([(b"authorization", b"Bearer sk-own")], False, True),
        ([(b"authorization", b"Bearer sk-own")], True, False),
        ([(b"cookie", b"a=b")], False, False),
    ],
)
def test_the_clients_own_key_passes_only_where_we_hold_none(headers, *, held, passes) -> None:
    gateway = Gateway()
    gateway.with_means(held=frozenset(Provider) if held else frozenset())
    gateway.ask(headers=headers)
    assert bool(gateway.upstream.seen[0].headers) is passes


def test_every_answer_names_its_exchange() -> None:
    gateway = Gateway()
    reply = gateway.ask()
    assert reply.headers["x-privity-request"] == gateway.journal.last().request


def test_counts_say_how_much_was_minimized() -> None:
    gateway = Gateway()
    gateway.ask()
    seen = gateway.counters.seen()
    assert (seen.weight.came, seen.weight.left) == (len(EMAIL), 0)
    assert seen.ended == {"ok": 1}


def test_whatever_is_refused_is_counted_once() -> None:
    gateway = Gateway()
    gateway.ask(b"{")
    gateway.ask(path="/v1/files")
    gateway.ask(headers=[(b"host", b"evil.example")])
    gateway.ask(headers=[(b"content-encoding", b"gzip")])
    assert gateway.counters.seen().refused == {
        "bad_body": 1,
        "unknown_endpoint": 1,
        "unauthenticated": 1,
        "unsupported_encoding": 1,
    }


def test_who_is_not_known_cannot_fill_the_log() -> None:
    gateway = Gateway()
    gateway.ask(headers=[(b"host", b"evil.example")])
    assert gateway.journal.events() == []


def test_an_answer_is_sent_with_its_length_and_a_stream_at_once() -> None:
    gateway = Gateway()
    assert gateway.ask().headers["content-length"]
    gateway.upstream.answer = streamed(delta("a"))
    reply = gateway.ask(orjson.dumps({**orjson.loads(QUESTION), "stream": True}))
    assert "content-length" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"
