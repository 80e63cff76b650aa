"""Events reach real receivers: TLS with a certificate that counts, and nothing lost while down."""

import asyncio
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from privity.adapters import home as homes
from privity.adapters.home import Home
from privity.adapters.initialize import Plan, initialize
from privity.adapters.watch.receivers import Collector, Receiver, Syslog, To, Webhook, signature
from privity.adapters.watch.sending import Sender, Sent
from privity.audit.entry import Entry, Event
from privity.errors import EgressRefused, EventsRefused, ReceiverUnavailable
from privity.oversight.events import Read
from privity.oversight.ocsf import Source, event
from privity.settings import load
from tests.homes import ECHO
from tests.system.conftest import free_port
from tests.system.watched_scene import LONGEST_SECONDS, watched

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FACTS = {"by": "ann", "rule": "no-one-decides-alone"}
DENIED = event(
    Read(7, NOW.timestamp(), "access.denied", {"event": "access.denied"}, FACTS),
    Source("log.example", "1"),
)
REFUSED = "not taken"
FRAME = re.compile(rb"(\d+) ")


@dataclass
class Taken:
    """What a receiver took."""

    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    answer: bytes = b"{}"


@contextmanager
def http_receiver(port: int = 0, context: ssl.SSLContext | None = None) -> Iterator[tuple]:
    taken = Taken()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.calls.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(taken.status)
            self.send_header("content-length", str(len(taken.answer)))
            self.end_headers()
            self.wfile.write(taken.answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", taken
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def syslog_receiver(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A server that reads messages by their announced lengths (RFC 5425, 6587)."""
    taken: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with suppress(OSError), connection:
                    stream = (
                        connection
                        if context is None
                        else context.wrap_socket(connection, server_side=True)
                    )
                    data = b""
                    while part := stream.recv(65_536):
                        data += part
                    while found := FRAME.match(data):
                        start = found.end()
                        taken.append(data[start : start + int(found[1])])
                        data = data[start + int(found[1]) :]

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], taken
    server.close()


def send(receiver: object) -> None:
    asyncio.run(receiver.send([DENIED, DENIED], NOW))


def wait_for(done) -> None:
    end = time.monotonic() + LONGEST_SECONDS
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
    assert done()


def test_a_syslog_message_has_the_form_of_its_standard() -> None:
    with syslog_receiver() as (port, taken):
        send(Syslog(To(f"tcp://127.0.0.1:{port}"), "here"))
        wait_for(lambda: len(taken) == 2)
    head, _, body = taken[0].partition(b" - access.denied - ")
    assert re.fullmatch(rb"<109>1 2026-03-04T12:00:00\.000000Z here privity", head)
    assert json.loads(body)["metadata"]["uid"] == "log.example/7"


def test_a_datagram_is_one_message() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        send(Syslog(To(f"udp://127.0.0.1:{server.getsockname()[1]}"), "here"))
        assert server.recv(65_536).startswith(b"<109>1 ")


def test_a_collector_reads_what_it_gets_as_log_records() -> None:
    with http_receiver() as (url, taken):
        send(Collector(To(f"{url}/v1/logs"), "1"))
    read = json_format.Parse(taken.calls[0][1], ExportLogsServiceRequest())
    records = read.resource_logs[0].scope_logs[0].log_records
    assert len(records) == 2
    assert records[0].time_unix_nano == int(NOW.timestamp()) * 10**9
    assert json.loads(records[0].body.string_value)["activity_name"] == "access.denied"


def test_a_call_is_signed_so_that_its_receiver_knows_who_sent_it() -> None:
    with http_receiver() as (url, taken):
        send(Webhook(To(url), "secret"))
    headers, body = taken.calls[0]
    named = (headers["webhook-id"], headers["webhook-timestamp"])
    assert headers["webhook-signature"] == signature("secret", *named, body)
    assert headers["webhook-signature"] != signature("other", *named, body)
    assert len(json.loads(body)["events"]) == 2


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_was_not_taken_is_an_error(status: int) -> None:
    with http_receiver() as (url, taken):
        taken.status = status
        with pytest.raises(ReceiverUnavailable):
            send(Webhook(To(url), "secret"))
    assert len(taken.calls) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_never_taken_is_told_from_what_is_not_taken_now(status: int) -> None:
    with http_receiver() as (url, taken):
        taken.status = status
        with pytest.raises(EventsRefused):
            send(Webhook(To(url), "secret"))


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (b'"1"', 1),
        (b"1", 1),
        (b"99", 2),
        (b"0", 0),
        (b"null", 0),
        (b'"many"', 0),
        (b"-1", 0),
        (b"1.5", 0),
        (b"true", 0),
        (b"[1]", 0),
    ],
)
def test_a_collector_says_how_many_records_it_rejected(said: bytes, count: int) -> None:
    with http_receiver() as (url, taken):
        taken.answer = b'{"partialSuccess": {"rejectedLogRecords": %s}}' % said
        collector = Collector(To(f"{url}/v1/logs"), "1")
        assert asyncio.run(collector.send([DENIED, DENIED], NOW)) == count


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"partialSuccess": null}', b"\xff"])
def test_an_answer_that_says_nothing_of_rejected_records_is_success(answer: bytes) -> None:
    with http_receiver() as (url, taken):
        taken.answer = answer
        assert asyncio.run(Collector(To(f"{url}/v1/logs"), "1").send([DENIED], NOW)) == 0


class Picky:
    """A receiver that refuses every piece in which an event of these entries is."""

    def __init__(self, *never: int, most: int = 512) -> None:
        self.never, self.most, self.taken = set(never), most, list[int]()

    async def send(self, events: list, at: datetime) -> int:
        del at
        places = [each["metadata"]["sequence"] for each in events]
        if self.never & set(places) or len(places) > self.most:
            raise EventsRefused(REFUSED)
        self.taken += places
        return 0


@pytest.fixture
def home(tmp_path: Path) -> Home:
    initialize(Plan(tmp_path / "h", (ECHO, ECHO), None, "sqlite:privity.db", None), homes.now())
    opened = homes.open_home(load(tmp_path / "h"))
    with opened.journal.transaction() as tx:
        for _ in range(20):
            tx.log.append(Entry(Event.ACCESS_DENIED, homes.now(), "p", facts=FACTS))
    return opened


def sent_to(home: Home, receiver: Receiver, pieces: int) -> list[Sent]:
    async def send() -> list[Sent]:
        await home.journal.start()
        sender = Sender(home, "p", "otlp", receiver, "me")
        try:
            return [await sender.send_waiting() for _ in range(pieces)]
        finally:
            await home.journal.close()

    return asyncio.run(send())


def log_of(home: Home) -> list[bytes]:
    with home.journal.reader.snapshot() as snapshot:
        return [body for _, body in snapshot.entries(0)]


def test_one_event_that_is_never_taken_holds_up_no_other(home: Home) -> None:
    picky, size = Picky(10), len(log_of(home))
    sent_to(home, picky, 12)
    assert {*range(size)} - {10} >= {*picky.taken} >= {*range(size - 20, size)} - {10}
    assert picky.taken == sorted(set(picky.taken))


def test_the_log_says_which_event_a_receiver_never_took(home: Home) -> None:
    sent_to(home, Picky(10), 12)
    (said,) = [body for body in log_of(home) if b'"watch.untaken"' in body]
    assert b'"entry":10' in said
    assert b'"receiver":"otlp"' in said


def test_a_receiver_that_takes_small_pieces_gets_everything(home: Home) -> None:
    picky, size = Picky(most=3), len(log_of(home))
    assert not any(each.refused for each in sent_to(home, picky, size))
    assert picky.taken == sorted(set(picky.taken))
    assert {*picky.taken} >= {*range(size - 20, size)}


def test_what_a_collector_took_in_part_is_not_sent_again(home: Home) -> None:
    with http_receiver() as (url, taken):
        taken.answer = b'{"partialSuccess": {"rejectedLogRecords": "1"}}'
        found = sent_to(home, Collector(To(f"{url}/v1/logs"), "1"), 3)
    assert [each.refused for each in found] == [1, 0, 0]
    assert len(taken.calls) == 1


def test_a_receiver_at_an_address_that_was_not_declared_is_not_reached() -> None:
    for receiver in (Syslog(To("tcp://10.0.0.1:514"), "x"), Webhook(To("http://10.0.0.1"), "x")):
        with pytest.raises(EgressRefused):
            send(receiver)


def test_a_receiver_that_is_down_gets_everything_later_once_in_order(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "secret").write_text("hush")
    (tmp_path / "secret").chmod(0o600)
    settings = {"webhook": f"http://127.0.0.1:{port}", "webhook_secret": f"file:{tmp_path}/secret"}
    with watched(tmp_path, **settings) as house:
        wait_for(lambda: "sending_failed" in (tmp_path / "log").read_text() or house.approve_own())
        house.approve_own()
        with http_receiver(port) as (_, taken):
            wait_for(lambda: b"alert.raised" in b"".join(body for _, body in taken.calls))
            said = [each for _, body in taken.calls for each in json.loads(body)["events"]]
    places = [each["metadata"]["sequence"] for each in said]
    assert places == sorted(set(places))
    assert "access.denied" in {each["activity_name"] for each in said}


def test_a_receiver_over_tls_has_to_be_who_it_says(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    known = {"authorities": f"{tmp_path}/ca.pem"}
    with syslog_receiver(context) as (port, taken):
        with watched(tmp_path / "good", syslog=f"tls://localhost:{port}", **known) as house:
            house.approve_own()
            wait_for(lambda: any(b"access.denied" in each for each in taken))
        count = len(taken)
        with watched(tmp_path / "bad", syslog=f"tls://127.0.0.1:{port}", **known) as house:
            log = tmp_path / "bad" / "log"
            house.approve_own()
            wait_for(lambda: "sending_failed" in log.read_text() or house.approve_own())
            assert "receiver_unavailable" in log.read_text()
        assert len(taken) == count
