"""Spans on their way to a collector: OTLP over HTTP, in protobuf, through the firewall.

Invariants: nothing of a message waits for a collector; spans wait in a bounded queue, and the
oldest go when it is full; the environment's OTEL variables decide nothing; what goes wrong is
reported by code, and what a collector answers is not read.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version

import aiohttp
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from privity.adapters.egress import guarded
from privity.adapters.tracing.spans import traced
from privity.adapters.upstream.credentials import read_secret
from privity.errors import CollectorUnavailable, PrivityError
from privity.gateway.http import Carry
from privity.gateway.report import Line, Report
from privity.settings import Settings

SECONDS = 2.0
BATCH = 512
MOST = 8192
TIMEOUT = 10.0
_TAKEN = 200
_LIMITS = SpanLimits(16, 0, 0, 0, 0, 128, 128)


class Collected(SpanProcessor):
    """Spans that ended and wait to be sent."""

    def __init__(self) -> None:
        self._spans: deque[ReadableSpan] = deque(maxlen=MOST)

    def on_end(self, span: ReadableSpan) -> None:
        """Let a span wait, if it is to be sent at all."""
        if span.context is not None and span.context.trace_flags.sampled:
            self._spans.append(span)

    def take(self) -> Sequence[ReadableSpan]:
        """Take what waits, at most a batch."""
        return [self._spans.popleft() for _ in range(min(BATCH, len(self._spans)))]


class Tracing:
    """Traces of one process, and where they go."""

    def __init__(self, settings: Settings, report: Report) -> None:
        """Connect to nothing yet. Raises CredentialMissing, KeyExposed, InsecureListen."""
        given = settings.traces
        named = {"service.name": "privity", "service.version": version("privity")}
        sampler = ParentBased(TraceIdRatioBased(given.percent / 100))
        self._provider = TracerProvider(sampler, Resource(named), span_limits=_LIMITS)
        self._collected = Collected()
        self._provider.add_span_processor(self._collected)
        self._url = given.endpoint
        self._ranges = settings.egress.networks
        self._headers = {"content-type": "application/x-protobuf"}
        if given.credential:
            secret = read_secret(given.credential, settings.home)
            self._headers["authorization"] = f"Bearer {secret}"
        self._report = report
        self.carry: Carry = traced(self._provider.get_tracer("privity", version("privity")))

    async def keep_sending(self) -> None:
        """Send what waits, now and again, until cancelled."""
        while True:
            await asyncio.sleep(SECONDS)
            await self.send()

    async def send(self) -> None:
        """Send what waits; what a collector does not take is lost, and that is reported."""
        while spans := self._collected.take():
            try:
                await self._post(await asyncio.to_thread(_encoded, spans))
            except PrivityError as error:
                self._report(Line.TRACES_FAILED, {"code": error.code, "count": len(spans)})
                return

    async def _post(self, body: bytes) -> None:
        """Raise CollectorUnavailable unless the collector takes a batch."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with (
                aiohttp.ClientSession(
                    connector=guarded(self._url, self._ranges), timeout=timeout
                ) as session,
                session.post(
                    self._url, data=body, headers=self._headers, allow_redirects=False
                ) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            message = f"the collector cannot be reached: {type(error).__name__}"
            raise CollectorUnavailable(message) from error
        if status != _TAKEN:
            message = f"the collector answered with status {status}"
            raise CollectorUnavailable(message)

    async def close(self) -> None:
        """Send what is left, once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TIMEOUT):
                await self.send()


def _encoded(spans: Sequence[ReadableSpan]) -> bytes:
    encoded: bytes = encode_spans(spans).SerializeToString()
    return encoded
