"""Fifty people of the staff at work in the console while the gateway is under load.

Each opens a page of their own menu, looks at it for some ten seconds, and opens the next one.
Rounds with and without them alternate, so that other work on the machine falls on both alike.
"""

import asyncio
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NoReturn
from urllib.parse import urlsplit

from tests.security.crew import SESSION, Employee, employ
from tests.system.people_scene import People

from bench import bodies, servers
from bench.load import Load, exchange, generator, load
from privity.access.staff import Role

STAFF = 50
ROUNDS = 3
SECONDS = 12
CONNECTIONS = 8
LOOKS = (5.0, 15.0)
"""For how many seconds somebody looks at a page."""
_LINK = re.compile(r'href="(/console(?:/[a-z-]+)?)"')


@dataclass(frozen=True)
class Colleague:
    """Somebody who is signed in, and the pages of their menu."""

    who: Employee
    pages: tuple[str, ...]


@dataclass
class Seen:
    """How long pages took, in seconds, and how many were not shown."""

    times: list[float] = field(default_factory=list)
    errors: int = 0

    def at(self, share: float) -> float:
        """Return a quantile in milliseconds."""
        ordered = sorted(self.times)
        return ordered[int(share * (len(ordered) - 1))] * 1e3


def main() -> None:
    """Measure and print a table in Markdown."""
    with (
        tempfile.TemporaryDirectory() as place,
        servers.provider("direct", "--mode", "fixed") as upstream,
        servers.privity(upstream.url, Path(place) / "served") as server,
    ):
        folder = Path(place)
        people = People(server.url, folder / "served" / "home")
        roles = list(Role)
        staff = [_with_menu(employ(people, {roles[n % len(roles)]})) for n in range(STAFF)]
        body = folder / "chat.json"
        body.write_bytes(bodies.chat())
        alone: list[Load] = []
        beside: list[Load] = []
        seen = Seen()
        for number in range(ROUNDS + 1):
            found = _load(server.url, body)
            with working(server.url, staff, Seen() if not number else seen):
                shared = _load(server.url, body)
            if number:  # the first round only warms up
                alone.append(found)
                beside.append(shared)
        _print(alone, beside, seen)


def _with_menu(who: Employee) -> Colleague:
    return Colleague(who, tuple(sorted(set(_LINK.findall(who.get("/console").body)))))


def _load(url: str, body: Path) -> Load:
    return load(url + "/v1/chat/completions", body, CONNECTIONS, SECONDS)


@contextmanager
def working(url: str, staff: list[Colleague], seen: Seen) -> Iterator[None]:
    """Let everybody work until the end of the block."""
    over = threading.Event()

    def work() -> None:
        asyncio.run(_all(url, staff, seen, over))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def _all(url: str, staff: list[Colleague], seen: Seen, over: threading.Event) -> None:
    tasks = [asyncio.create_task(_works(url, each, seen)) for each in staff]
    await asyncio.to_thread(over.wait)
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(ended, asyncio.CancelledError):
            raise ended


async def _works(url: str, one: Colleague, seen: Seen) -> NoReturn:
    """Open one page after the other; by the next one the browser's connection is closed."""
    chance = random.Random(one.who.id)  # noqa: S311 - it chooses pages
    place = urlsplit(url)
    await asyncio.sleep(chance.uniform(0, LOOKS[1]))
    while True:
        head = f"GET {chance.choice(one.pages)} HTTP/1.1\r\nhost: {place.netloc}\r\n"
        start = time.perf_counter()
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        sent = f"{head}cookie: {SESSION}={one.who.secret}\r\n\r\n".encode()
        good, _ = await exchange(reader, writer, sent)
        writer.close()
        seen.times.append(time.perf_counter() - start)
        seen.errors += not good
        await asyncio.sleep(chance.uniform(*LOOKS))


def _print(alone: list[Load], beside: list[Load], seen: Seen) -> None:
    errors = sum(each.errors for each in (*alone, *beside)) + seen.errors
    print(f"Load by {generator()}; {ROUNDS} rounds of {SECONDS} s; {errors} errors.\n")
    rate, p50 = (
        tuple(median(getattr(each, what) for each in loads) for loads in (alone, beside))
        for what in ("rate", "p50")
    )
    print(f"| the gateway, {CONNECTIONS} connections | alone | beside {STAFF} people | ratio |")
    print("|---|---:|---:|---:|")
    print(f"| requests a second | {rate[0]:,.0f} | {rate[1]:,.0f} | {rate[1] / rate[0]:.2f} |")
    print(f"| p50 ms | {p50[0]:.1f} | {p50[1]:.1f} | {p50[1] / p50[0]:.2f} |")
    shown = len(seen.times) / (ROUNDS * SECONDS)
    print(f"\nThe console showed {shown:.0f} pages a second: p50 {seen.at(0.5):.0f} ms, ", end="")
    print(f"p99 {seen.at(0.99):.0f} ms.")


if __name__ == "__main__":
    main()
