"""Whether exchanges are traced here; where they are not, nothing of it is loaded or run."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from importlib.util import find_spec

from privity.errors import SettingsInvalid
from privity.gateway.http import Exchanges
from privity.gateway.report import Report
from privity.settings import Settings


def trace(exchanges: Exchanges, settings: Settings, report: Report, stack: AsyncExitStack) -> None:
    """Trace exchanges from now on if a collector is named; `stack` ends it.

    Raises SettingsInvalid, CredentialMissing, KeyExposed.
    """
    if not settings.traces.endpoint:
        return
    if find_spec("opentelemetry") is None:
        message = "traces.endpoint needs more software; install privity[otel]"
        raise SettingsInvalid(message)
    from privity.adapters.tracing.sending import Tracing  # noqa: PLC0415 - an extra

    tracing = Tracing(settings, report)
    exchanges.carry = tracing.carry
    sending = asyncio.create_task(tracing.keep_sending())

    async def end() -> None:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await tracing.close()

    stack.push_async_callback(end)
