"""What a span says of an exchange, and whose child it becomes."""

import subprocess
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import get_current_span

from privity.adapters.tracing.spans import Said, parent_of, traced
from privity.errors import SettingsInvalid
from privity.settings import parse
from tests.gateway_in_memory import Gateway

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
STEPS = ["identify", "permit", "minimize", "write", "ask", "restore", "keep"]


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def watched(spans: InMemorySpanExporter, **bounds: float) -> Gateway:
    """A gateway whose exchanges are traced."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    tracer = provider.get_tracer("privity")

    class Traced(Gateway):
        def app(self):
            exchanges = super().app()
            exchanges.carry = traced(tracer)
            return exchanges

    return Traced(**bounds)


def test_an_exchange_has_a_span_for_each_step(spans) -> None:
    watched(spans).ask()
    found = {span.name: span for span in spans.get_finished_spans()}
    whole = found.pop("exchange")
    assert sorted(found) == sorted(STEPS)
    assert {span.parent.span_id for span in found.values()} == {whole.context.span_id}


def test_a_span_says_listed_things_only(spans) -> None:
    watched(spans).ask()
    said = {name for span in spans.get_finished_spans() for name in span.attributes}
    assert said <= set(Said)
    assert {"privity.endpoint", "privity.findings", "privity.code", "privity.bytes"} <= said


def test_a_refusal_is_its_code_and_no_message(spans) -> None:
    watched(spans).ask(b'{"model": "a", "model": "b"}')
    found = {span.name: span for span in spans.get_finished_spans()}
    refused = found["exchange"]
    assert refused.attributes["privity.code"] == found["identify"].attributes["privity.code"]
    assert refused.status.description is None
    assert [span.events for span in found.values()] == [()] * len(found)


def test_a_clients_trace_becomes_the_parent(spans) -> None:
    parent = f"00-{TRACE}-{SPAN}-01"
    watched(spans).ask(headers=[(b"traceparent", parent.encode()), (b"baggage", b"name=ann")])
    whole = next(span for span in spans.get_finished_spans() if span.name == "exchange")
    assert f"{whole.context.trace_id:032x}" == TRACE
    assert f"{whole.parent.span_id:016x}" == SPAN


@given(st.text(alphabet="0123456789abcdef-, x", max_size=70))
def test_what_has_not_the_exact_form_is_nobodys_child(text: str) -> None:
    context = get_current_span(parent_of({"traceparent": text})).get_span_context()
    exact = f"00-{context.trace_id:032x}-{context.span_id:016x}" == text[:52]
    assert exact or not context.is_valid


@pytest.mark.parametrize(
    "parent", [f"00-{'0' * 32}-{SPAN}-01", f"01-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}"]
)
def test_a_parent_that_means_nothing_is_left_out(parent: str) -> None:
    context = get_current_span(parent_of({"traceparent": parent})).get_span_context()
    assert not context.is_valid


@pytest.mark.parametrize(
    "line",
    ['endpoint = "http://otel.example.org/v1/traces"', 'endpoint = "x"', 'credential = "secret"'],
)
def test_a_collector_is_reached_by_tls_and_its_token_is_elsewhere(line: str, tmp_path) -> None:
    with pytest.raises(SettingsInvalid):
        parse({"traces": tomllib.loads(line)}, tmp_path)


def test_where_nothing_is_traced_nothing_of_it_is_loaded() -> None:
    looking = "import sys, privity.app; print(any('opentelemetry' in name for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", looking], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
