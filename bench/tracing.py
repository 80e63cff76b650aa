"""What traces cost on the path of a message, and that they cost nothing where they are off.

    python -m bench.tracing [--exchanges 300]

Carries exchanges through a gateway whose stores and provider are in memory, in turns: off, and
traced with none and with all of them sampled. Prints the median of each, its ratio to the first,
and what the table of steps costs, through which somebody can trace at all.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from tests.gateway_in_memory import Gateway, exchange

from privity.adapters.tracing.spans import traced
from privity.gateway.http import Carry, Exchanges
from privity.gateway.path import STEPS, carry

MICROSECONDS = 1e6


def main() -> None:
    """Print a table in Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--exchanges", type=int, default=300)
    given, _ = arguments.parse_known_args()
    took = asyncio.run(_measured(given.exchanges))
    base = statistics.median(took["off"])
    print("| traces | us an exchange | of off |")
    print("|---|---:|---:|")
    for name, times in took.items():
        middle = statistics.median(times)
        print(f"| {name} | {middle:.0f} | {middle / base:.3f} |")
    print(f"\nThe table of steps itself: {_table():.2f} us an exchange.")


async def _measured(count: int) -> dict[str, list[float]]:
    gateways = {
        "off": _gateway(None),
        "on, none sampled": _gateway(_traced(ALWAYS_OFF)),
        "on, all sampled": _gateway(_traced(ALWAYS_ON)),
    }
    took: dict[str, list[float]] = {name: [] for name in gateways}
    for _ in range(count):
        for name, (gateway, app) in gateways.items():
            begun = time.perf_counter()
            await exchange(app)
            await gateway.afterwards.drain(10)
            took[name].append((time.perf_counter() - begun) * MICROSECONDS)
    return took


def _gateway(carrying: Carry | None) -> tuple[Gateway, Exchanges]:
    gateway = Gateway()
    app = gateway.app()
    app.carry = carrying or carry
    return gateway, app


def _traced(sampler: Sampler) -> Carry:
    return traced(TracerProvider(sampler).get_tracer("bench"))


def _table() -> float:
    """Return what looking up seven steps and two frames more cost."""

    async def inner() -> None:
        return None

    async def outer() -> None:
        await inner()

    async def each(act: Callable[[], Awaitable[None]], times: int) -> float:
        begun = time.perf_counter()
        for _ in range(times):
            await act()
            _ = (STEPS.identify, STEPS.permit, STEPS.minimize, STEPS.write, STEPS.ask)
            _ = (STEPS.restore, STEPS.keep)
        return (time.perf_counter() - begun) / times * MICROSECONDS

    async def plain(times: int) -> float:
        begun = time.perf_counter()
        for _ in range(times):
            await inner()
        return (time.perf_counter() - begun) / times * MICROSECONDS

    many = 100_000
    return asyncio.run(each(outer, many)) * 2 - asyncio.run(plain(many)) * 2


if __name__ == "__main__":
    main()
