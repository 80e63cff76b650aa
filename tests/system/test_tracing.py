"""Traces as a collector gets them: over HTTP, in protobuf, with no word of anybody."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from privity.adapters.tracing.spans import Said
from tests.system.conftest import Gateway, Provider, make_home, quick, serving

CANARY = "margaret.okafor@example.org"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SENT = {
    "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
    "tracestate": "vendor=canary7731",
    "baggage": "person=canary7731",
}


@dataclass
class Collector:
    """What arrived, and how it was authorized."""

    port: int = 0
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    came: threading.Event = field(default_factory=threading.Event)

    def requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]

    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests()
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    found = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.tokens.add(self.headers["authorization"])
            found.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(found.status if self.path == "/v1/traces" else 404)
            self.send_header("content-length", "0")
            self.end_headers()
            found.came.set()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


def traced_home(folder: Path, provider: Provider, port: int) -> Path:
    home = quick(make_home(folder / "home", provider.url))
    token = home / "token"
    token.write_text("collector-token")
    token.chmod(0o600)
    given = f'endpoint = "http://127.0.0.1:{port}/v1/traces"\ncredential = "file:token"\n'
    settings = home / "settings.toml"
    settings.write_text(settings.read_text().replace("[traces]\n", f"[traces]\n{given}"))
    return home


@pytest.fixture(scope="module")
def spans(collector: Collector, provider_process: Provider, tmp_path_factory) -> list[Span]:
    """The spans of one exchange that was answered and one that was refused."""
    folder = tmp_path_factory.mktemp("traced")
    provider_process.forget()
    question = {"model": "m", "messages": [{"role": "user", "content": f"Write to {CANARY}."}]}
    with serving(traced_home(folder, provider_process, collector.port), folder / "log") as gateway:
        ask(gateway, question)
        ask(gateway, {**question, "unknown": CANARY}, 400)
    return collector.spans()


def ask(gateway: Gateway, body: dict[str, object], status: int = 200) -> None:
    answer = gateway.post("/v1/chat/completions", orjson.dumps(body), SENT)
    assert answer.status == status


def test_every_step_arrives_under_the_clients_trace(spans: list[Span]) -> None:
    names = {span.name for span in spans if span.trace_id.hex() == TRACE}
    steps = {"identify", "permit", "minimize", "write", "ask", "restore", "keep"}
    assert names == {"exchange", *steps}


def test_spans_hold_listed_names_and_no_word_of_anybody(
    spans: list[Span], collector: Collector
) -> None:
    assert {each.key for span in spans for each in span.attributes} <= set(Said)
    assert {len(span.events) for span in spans} == {0}
    sent = b"".join(collector.bodies)
    assert [word for word in (CANARY, "margaret", "canary7731") if word.encode() in sent] == []


def test_who_sends_and_from_what_machine_is_not_told(
    spans: list[Span], collector: Collector
) -> None:
    resources = [
        each.resource for request in collector.requests() for each in request.resource_spans
    ]
    names = {each.key for resource in resources for each in resource.attributes}
    assert names == {"service.name", "service.version"}
    assert collector.tokens == {"Bearer collector-token"}


def test_nothing_of_a_clients_context_reaches_a_provider(
    spans: list[Span], provider_process: Provider
) -> None:
    seen = provider_process.seen()
    assert len(seen) == 1
    assert not {"traceparent", "tracestate", "baggage"} & {name.lower() for name in seen[0].headers}


def test_a_collector_that_is_away_holds_up_nobody(provider: Provider, tmp_path: Path) -> None:
    home = traced_home(tmp_path, provider, 9)
    question = {"model": "m", "messages": [{"role": "user", "content": "Hello."}]}
    with serving(home, tmp_path / "log") as gateway:
        ask(gateway, question)
    said = (tmp_path / "log").read_text()
    assert "event=traces_failed code=collector_unavailable" in said
