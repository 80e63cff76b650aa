"""Whatever part fails: nothing leaves, or nothing is lost; the client is told in its own shape."""

# ruff: noqa: ASYNC110

import asyncio
import threading

import orjson
import pytest

from privity.audit.entry import Event
from privity.errors import (
    DatabaseUnavailable,
    DetectorUnavailable,
    KeyStoreUnavailable,
    LogUnavailable,
    Overloaded,
    UpstreamUnavailable,
)
from privity.gateway import afterwards, path, record
from privity.gateway.report import Line
from tests.gateway_in_memory import EMAIL, QUESTION, Answer, Gateway, delta, exchange, streamed

STREAM = orjson.dumps({**orjson.loads(QUESTION), "stream": True})
BROKEN = UpstreamUnavailable("the provider's answer broke off: ClientPayloadError")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch) -> None:
    monkeypatch.setattr(afterwards, "PAUSES", (0.0, 0.0))


def failing(error: Exception):
    async def find(leaves):
        raise error

    return find


@pytest.mark.parametrize(
    "error", [DetectorUnavailable("x"), RuntimeError(EMAIL), MemoryError(EMAIL)]
)
def test_nothing_leaves_when_the_detector_fails(error) -> None:
    gateway = Gateway()
    reply = gateway.with_means(find=failing(error)).ask()
    assert (reply.status, reply.code) == (503, "detector_unavailable")
    assert gateway.upstream.seen == []
    assert EMAIL not in reply.body.decode() + repr(gateway.lines)


def test_a_refusal_for_want_of_a_detector_is_written() -> None:
    gateway = Gateway()
    gateway.with_means(find=failing(DetectorUnavailable("x"))).ask()
    assert gateway.journal.events() == [Event.EXCHANGE_REFUSED]
    assert gateway.journal.last().facts["code"] == "detector_unavailable"


@pytest.mark.parametrize("error", [DatabaseUnavailable("x"), LogUnavailable("x"), Overloaded("x")])
def test_nothing_leaves_when_the_entry_cannot_be_written(error) -> None:
    gateway = Gateway()
    gateway.journal.errors[0] = error
    reply = gateway.ask()
    assert (reply.status, reply.code) == (503, error.code)
    assert gateway.upstream.seen == []


def test_nothing_leaves_when_the_key_store_fails() -> None:
    gateway = Gateway()
    gateway.custodian.error = KeyStoreUnavailable("x")
    reply = gateway.ask()
    assert (reply.status, reply.code) == (503, "key_store_unavailable")
    assert gateway.upstream.seen == []


def test_an_exchange_that_was_never_allowed_has_no_end() -> None:
    gateway = Gateway()
    gateway.journal.errors[0] = DatabaseUnavailable("x")
    gateway.ask()
    assert gateway.journal.events() == []


def test_an_answer_reaches_the_client_even_if_it_cannot_be_kept_at_once() -> None:
    gateway = Gateway()
    gateway.journal.errors[1] = DatabaseUnavailable("x")
    assert gateway.ask().status == 200
    assert gateway.journal.events() == [Event.EXCHANGE_ALLOWED, Event.EXCHANGE_ENDED]


def test_what_could_not_be_kept_in_the_end_is_reported() -> None:
    gateway = Gateway()
    gateway.journal.errors.update({1: DatabaseUnavailable("x"), 2: LogUnavailable("x")})
    gateway.journal.errors[3] = DatabaseUnavailable("x")
    gateway.ask()
    assert gateway.lines[-1] == (Line.KEEP_FAILED, {"code": "database_unavailable"})


def test_an_answer_that_cannot_be_minimized_is_not_kept() -> None:
    gateway = Gateway()
    find = gateway.means.find

    async def once(leaves):
        gateway.with_means(find=find)
        if gateway.upstream.seen:
            raise DetectorUnavailable("x")
        return await find(leaves)

    gateway.with_means(find=once).ask()
    assert gateway.journal.last().facts["code"] == "not_kept.detector_unavailable"
    assert gateway.journal.kept.sealed == []


def test_a_provider_that_is_down_is_a_502_and_has_its_end_in_the_log() -> None:
    gateway = Gateway()
    gateway.upstream.error = UpstreamUnavailable("x")
    reply = gateway.ask()
    assert (reply.status, reply.code) == (502, "upstream_unavailable")
    assert gateway.journal.last().facts["code"] == "upstream_unavailable"


def test_a_providers_error_passes_with_its_status() -> None:
    gateway = Gateway()
    error = b'{"error":{"message":"busy","type":"server_error"}}'
    gateway.upstream.answer = lambda _: Answer(status=529, parts=[error])
    reply = gateway.ask()
    assert (reply.status, reply.body) == (529, error)


def test_garbage_in_an_answer_neither_hangs_nor_raises() -> None:
    gateway = Gateway()
    gateway.upstream.answer = lambda _: Answer(parts=[b"\xff\x00<html>", b"{" * 50])
    assert gateway.ask().complete


def test_an_answer_cut_before_its_first_byte_is_a_502() -> None:
    gateway = Gateway()
    gateway.upstream.answer = lambda _: Answer(parts=[b'{"half":', BROKEN])
    reply = gateway.ask()
    assert (reply.status, reply.code) == (502, "upstream_unavailable")


def test_a_stream_cut_in_the_middle_ends_with_an_error_event() -> None:
    gateway = Gateway()
    gateway.upstream.answer = streamed(delta("one "), delta("two "), BROKEN)
    reply = gateway.ask(STREAM)
    assert reply.complete
    assert b'"one "' in reply.body
    assert b"upstream_unavailable" in reply.body.rpartition(b"data: ")[2]
    assert gateway.journal.last().facts["code"] == "upstream_unavailable"


def test_a_long_answer_cut_in_the_middle_never_looks_complete() -> None:
    gateway = Gateway()
    gateway.upstream.answer = lambda _: Answer(parts=[b'"' + b"a" * 600_000, BROKEN])
    body = orjson.dumps({"model": "m", "input": "no personal data"})
    reply = gateway.ask(body, path="/v1/embeddings")
    assert not reply.complete


def test_events_are_not_merged_and_not_held_back() -> None:
    gateway = Gateway()
    times: list[float] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        gateway.upstream.answer = streamed(delta("a"), 0.05, delta("b"), 0.05, delta("c"))
        reply = await exchange(gateway.app(), STREAM)
        times.extend([len(reply.parts), loop.time()])

    asyncio.run(run())
    assert times[0] >= 3


def test_a_client_that_leaves_ends_the_exchange_at_the_provider() -> None:
    gateway = Gateway()
    gateway.upstream.answer = streamed(delta("a"), 30.0, delta("b"))

    async def run() -> None:
        leave = asyncio.Event()
        asking = asyncio.create_task(exchange(gateway.app(), STREAM, leave=leave))
        while not gateway.upstream.answers:
            await asyncio.sleep(0.01)
        leave.set()
        await asyncio.wait_for(asking, 5)
        await gateway.afterwards.drain(5)

    asyncio.run(run())
    assert gateway.upstream.answers[0].closed
    assert gateway.journal.last().facts["code"] == "client_left"


def test_a_client_that_leaves_before_the_answer_begins_cancels_the_call() -> None:
    gateway = Gateway()
    gateway.upstream.pause = 30.0

    async def run() -> None:
        leave = asyncio.Event()
        asking = asyncio.create_task(exchange(gateway.app(), leave=leave))
        while not gateway.upstream.seen:
            await asyncio.sleep(0.01)
        leave.set()
        await asyncio.wait_for(asking, 5)
        await gateway.afterwards.drain(5)

    asyncio.run(run())
    assert gateway.journal.events() == [Event.EXCHANGE_ALLOWED, Event.EXCHANGE_ENDED]


def test_a_body_over_the_limit_is_refused_and_written() -> None:
    gateway = Gateway(max_body_bytes=1024)
    reply = gateway.ask(b" " * 2000 + QUESTION)
    assert (reply.status, reply.code) == (413, "too_large")
    assert gateway.journal.last().facts["code"] == "too_large"


def test_a_body_that_comes_in_parts_is_bounded_as_a_whole() -> None:
    gateway = Gateway(max_body_bytes=1024)
    reply = gateway.ask(parts=[b" " * 800, b" " * 800, QUESTION])
    assert (reply.status, reply.code) == (413, "too_large")


def test_a_body_that_is_too_deep_is_refused() -> None:
    gateway = Gateway()
    body = b'{"model":"m","messages":' + b"[" * 5000 + b"]" * 5000 + b"}"
    reply = gateway.ask(body)
    assert (reply.status, reply.code) == (400, "too_deep")


def test_a_body_that_does_not_arrive_is_refused() -> None:
    gateway = Gateway(body_seconds=0)
    reply = gateway.ask(parts=[b"{", 1.0, b"}"])
    assert (reply.status, reply.code) == (408, "too_slow")


def test_a_client_that_neither_reads_nor_leaves_does_not_hold_its_place_for_ever() -> None:
    gateway = Gateway(exchange_seconds=0.1)
    reply = gateway.ask(stalls=True)
    assert not reply.complete
    assert gateway.journal.last().facts["code"] == "client_left"


def test_too_many_requests_at_once_are_told_to_come_again() -> None:
    gateway = Gateway(max_concurrency=2)
    gateway.upstream.pause = 0.2

    async def run() -> list[int]:
        app = gateway.app()
        replies = await asyncio.gather(*(exchange(app) for _ in range(5)))
        assert all(r.headers.get("retry-after") == "1" for r in replies if r.status == 503)
        return sorted(reply.status for reply in replies)

    assert asyncio.run(run()) == [200, 200, 503, 503, 503]


def test_when_ends_pile_up_no_new_request_begins() -> None:
    gateway = Gateway()
    gateway.afterwards = afterwards.Afterwards(1, gateway.report)
    gateway.with_means(afterwards=gateway.afterwards)

    async def run() -> int:
        gateway.afterwards(lambda: asyncio.sleep(1))
        return (await exchange(gateway.app())).status

    assert asyncio.run(run()) == 503


def test_requests_at_once_never_get_each_others_words() -> None:
    gateway = Gateway()
    people = [f"person{number}.kowalska@example.org" for number in range(40)]

    async def run() -> list[bytes]:
        app = gateway.app()
        bodies = [QUESTION.replace(EMAIL.encode(), person.encode()) for person in people]
        return [r.body for r in await asyncio.gather(*(exchange(app, body) for body in bodies))]

    for person, answer in zip(people, asyncio.run(run()), strict=True):
        assert person.encode() in answer
        assert sum(other.encode() in answer for other in people) == 1


def test_a_defect_is_told_by_its_place_and_never_by_its_words() -> None:
    gateway = Gateway()

    def broken(_):
        raise ValueError(EMAIL)

    gateway.upstream.answer = broken
    reply = gateway.ask()
    assert (reply.status, reply.code) == (500, "internal")
    line, facts = gateway.lines[-1]
    assert line is Line.DEFECT
    assert str(facts["where"]).startswith("ValueError at tests.faults.test_gateway:")
    assert gateway.journal.last().facts["code"] == "internal"


@pytest.mark.parametrize(("size", "apart"), [(1000, False), (200_000, True)])
def test_only_long_bodies_are_worked_on_in_a_thread(monkeypatch, size, apart) -> None:
    threads = {}

    def watched(module, name):
        work = getattr(module, name)

        def watching(*given):
            threads[name] = threading.current_thread() is not threading.main_thread()
            return work(*given)

        monkeypatch.setattr(module, name, watching)

    for name in ("read", "treat", "weigh"):
        watched(path, name)
    watched(record, "transcript")
    said = (EMAIL + " and so on. ") * (size // 40)
    question = {"model": "m", "messages": [{"role": "user", "content": said}]}
    assert Gateway().ask(orjson.dumps(question)).status == 200
    assert threads == dict.fromkeys(threads, apart)


def test_a_long_body_that_is_wrong_is_refused_as_a_short_one_is() -> None:
    reply = Gateway().ask(b"[" * 200_000)
    assert (reply.status, reply.code) == (400, "too_deep")


def test_an_anthropic_error_says_its_code_once() -> None:
    gateway = Gateway()
    reply = gateway.ask(b"no JSON", path="/v1/messages")
    assert orjson.loads(reply.body)["error"]["message"].count("bad_body") == 1
