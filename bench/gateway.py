"""The gateway against the provider itself and against a pass-through that does nothing.

Rounds alternate between the servers, and medians are shown, so that other work on the machine
falls on all of them alike.
"""

import asyncio
import http.client
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TypeVar
from urllib.parse import urlsplit

from bench import bodies, servers
from bench.load import Load, generator, load
from bench.servers import Server
from bench.streams import Streams, measure

CHAT = "/v1/chat/completions"
MESSAGES = "/v1/messages"
ROUNDS = 3
SECONDS = 3
STREAMS = 20
AGENT_REQUESTS = 30
DELTA_MS = 10
DURABLE_WRITES = 100
MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's file system in memory
T = TypeVar("T")


def main() -> None:
    """Measure and print a table in Markdown."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        direct = stack.enter_context(servers.provider("direct", "--mode", "fixed"))
        slow = stack.enter_context(
            servers.provider("direct", "--mode", "fixed", "--delay-ms", str(DELTA_MS))
        )
        fast = [
            direct,
            stack.enter_context(servers.floor(direct.url)),
            stack.enter_context(servers.privity(direct.url, folder / "fast")),
        ]
        delayed = [
            slow,
            stack.enter_context(servers.floor(slow.url)),
            stack.enter_context(servers.privity(slow.url, folder / "delayed")),
        ]
        if MEMORY.is_dir():
            for over, upstream in ((fast, direct), (delayed, slow)):
                memory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY)))
                server = servers.privity(upstream.url, memory, "privity, no disk")
                over.append(stack.enter_context(server))
        body = folder / "chat.json"
        body.write_bytes(bodies.chat())
        many = _rounds(fast, lambda server: load(server.url + CHAT, body, 16, SECONDS))
        single = _rounds(fast, lambda server: load(server.url + CHAT, body, 1, SECONDS))
        streams = _rounds(delayed, _stream)
        durable = _durable(folder)
        _print(fast, many, single, streams)
        print(f"\nThe disk takes {durable:.1f} ms to make 4 kB durable (median).")
        _print_agent(fast)


def _rounds(over: Sequence[Server], act: Callable[[Server], T]) -> dict[str, list[T]]:
    """Measure each server in turn, several times; the first round only warms up."""
    found: dict[str, list[T]] = {server.name: [] for server in over}
    for number in range(ROUNDS + 1):
        for server in over:
            result = act(server)
            if number:
                found[server.name].append(result)
    return found


def _stream(server: Server) -> Streams:
    return asyncio.run(measure(server.url + CHAT, bodies.chat(stream=True), STREAMS))


def _print(
    over: Sequence[Server],
    many: dict[str, list[Load]],
    single: dict[str, list[Load]],
    streams: dict[str, list[Streams]],
) -> None:
    errors = sum(each.errors for loads in (*many.values(), *single.values()) for each in loads)
    print(f"Load by {generator()}; {ROUNDS} rounds of {SECONDS} s; {errors} errors.\n")
    print(
        "| | req/s, 16 connections | of the floor | p50 / p99 ms | p50 ms, 1 connection | added |",
        end="",
    )
    print(f" first text ms ({DELTA_MS} ms a delta) | added | events | reads | RSS MB |")
    print("|---|" + "---:|" * 10)
    base = {name: median(each.rate for each in loads) for name, loads in many.items()}
    alone = {name: median(each.p50 for each in loads) for name, loads in single.items()}
    first = {name: median(each.first for each in rows) for name, rows in streams.items()}
    for server in over:
        name = server.name
        p50, p99 = (median(getattr(each, q) for each in many[name]) for q in ("p50", "p99"))
        cells = [
            name,
            f"{base[name]:,.0f}",
            f"{base[name] / base['floor']:.2f}",
            f"{p50:.1f} / {p99:.1f}",
            f"{alone[name]:.2f}",
            f"{alone[name] - alone['direct']:.2f}",
        ]
        last = streams[name][-1]
        cells += [f"{first[name]:.1f}", f"{first[name] - first['direct']:.1f}"]
        cells += [f"{last.events:.0f}", f"{last.reads:.0f}"]
        print("|", " | ".join([*cells, f"{server.megabytes:.0f}"]), "|")


def _durable(folder: Path) -> float:
    """Return how many milliseconds the disk takes to make a page durable."""
    times = []
    with (folder / "durable").open("wb", buffering=0) as file:
        for _ in range(DURABLE_WRITES):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    return median(times) * 1e3


def _print_agent(over: Sequence[Server]) -> None:
    """Compare an agent's request whose history is new with the next turn of a known one."""
    size = len(bodies.agent(0)) / 1000
    print(f"\n| an agent's request of {size:.0f} kB, ms | all of it new | only the last turn new |")
    print("|---|---:|---:|")
    for server in over:
        new = _times(server, (bodies.agent(number) for number in range(AGENT_REQUESTS)))
        known = _times(server, (bodies.agent(0, number) for number in range(AGENT_REQUESTS)))
        print(f"| {server.name} | {new:.1f} | {known:.1f} |")


def _times(server: Server, requests: Iterable[bytes]) -> float:
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    times = []
    for body in requests:
        start = time.perf_counter()
        connection.request("POST", MESSAGES, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - start)
        if answer.status != http.HTTPStatus.OK:
            message = f"the request was refused with status {answer.status}"
            raise SystemExit(message)
    connection.close()
    return median(times) * 1e3
