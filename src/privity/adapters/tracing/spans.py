"""One span for each exchange, and one for each step of its path (W3C Trace Context, OTLP).

Invariants: what a span says has a name in `Said` and comes from a type of the path, as a code, a
count or a reference; an exception is its code, never its message; a client's `traceparent` becomes
the parent if it has its exact form, and nothing else of a client's context is read or passed on:
no `tracestate`, no `baggage`, and to a provider no `traceparent` either.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from privity.errors import PrivityError
from privity.gateway.http import Carry
from privity.gateway.means import Client, Means
from privity.gateway.path import STEPS, carry
from privity.gateway.stages import Exchange, Identified, Permitted, Ready, Received
from privity.gateway.steps import Steps

Made = TypeVar("Made")
Act: TypeAlias = Callable[..., Awaitable[Any]]
"""A step: what it is given and makes is said by `Steps`."""
_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NOBODY = Context()


class Said(StrEnum):
    """What a span can say."""

    REQUEST = "privity.request"
    ENDPOINT = "privity.endpoint"
    PURPOSE = "privity.purpose"
    REGION = "privity.region"
    PROCESSOR = "privity.processor"
    CODE = "privity.code"
    STATUS = "http.response.status_code"
    TEXTS = "privity.texts"
    FINDINGS = "privity.findings"
    BYTES = "privity.bytes"


def traced(tracer: Tracer) -> Carry:
    """Return the path of a message with a span for it and for each of its steps."""
    names = [each.name for each in fields(Steps)]
    steps = Steps(**{name: _step(tracer, name, getattr(STEPS, name)) for name in names})

    async def carrying(received: Received, means: Means, client: Client) -> None:
        with tracer.start_as_current_span(
            "exchange",
            parent_of(received.headers),
            SpanKind.SERVER,
            about(received),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            await _watched(span, carry(received, means, client, steps))

    return carrying


def parent_of(headers: Mapping[str, str]) -> Context:
    """Return the context that a client's `traceparent` names, or an empty one."""
    found = _PARENT.fullmatch(headers.get("traceparent", ""))
    if found is None:
        return _NOBODY
    trace, span, flags = (int(part, 16) for part in found.groups())
    context = SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(flags & 1))
    return set_span_in_context(NonRecordingSpan(context), _NOBODY) if context.is_valid else _NOBODY


def about(made: object) -> dict[str, str | int]:
    """Return what a span says of what a step was given or made."""
    said: dict[Said, str | int] = {}
    match made:
        case Received():
            said[Said.REQUEST] = made.request
            said[Said.ENDPOINT] = made.endpoint.name.lower()
            said[Said.PURPOSE] = made.caller.purpose.value
        case Identified():
            said[Said.TEXTS] = 0 if made.parsed is None else len(made.parsed.leaves)
            if made.lodged.region is not None:
                said[Said.REGION] = made.lodged.region.value
        case Permitted():
            said[Said.PROCESSOR] = made.recipient.name
        case Ready():
            said[Said.FINDINGS] = sum(made.tally.values())
            said[Said.BYTES] = len(made.outbound.body.data)
        case Exchange():
            said[Said.CODE] = made.code
            said[Said.STATUS] = made.status
            said[Said.BYTES] = made.bytes_out
        case _:
            pass
    return {name.value: value for name, value in said.items()}


def _step(tracer: Tracer, name: str, act: Act) -> Act:
    """Return a step with a span around it."""
    kind = SpanKind.CLIENT if name == "ask" else SpanKind.INTERNAL

    async def stepping(*given: Any) -> Any:
        with tracer.start_as_current_span(
            name, kind=kind, record_exception=False, set_status_on_exception=False
        ) as span:
            made = await _watched(span, act(*given))
            for each in (made, *given):
                if each is made or isinstance(each, Exchange):
                    span.set_attributes(about(each))
            return made

    return stepping


async def _watched(span: Span, act: Awaitable[Made]) -> Made:
    """Wait for an act; if it fails, the span has its code."""
    try:
        return await act
    except PrivityError as error:
        _failed(span, error.code)
        raise
    except Exception:
        _failed(span, PrivityError.code)
        raise


def _failed(span: Span, code: str) -> None:
    span.set_attribute(Said.CODE.value, code)
    span.set_status(Status(StatusCode.ERROR))
