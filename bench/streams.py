"""Streams: time to the first text, and whether each event travels alone."""

import asyncio
import re
import time
from dataclasses import dataclass
from statistics import median

from bench.load import request

FIRST = re.compile(rb'"content":\s?"[^"]')


@dataclass(frozen=True)
class Streams:
    """Medians: milliseconds to the first text and to the end; events, and reads with text."""

    first: float
    total: float
    events: float
    reads: float


async def measure(url: str, body: bytes, count: int) -> Streams:
    """Read some streams, one after the other."""
    host, port, sent = request(url, body)
    rows = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection(host, port)
        rows.append(await _one(reader, writer, sent))
        writer.close()
        await writer.wait_closed()
    first, total, events, reads = (median(column) for column in zip(*rows, strict=True))
    return Streams(first * 1e3, total * 1e3, events, reads)


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes
) -> tuple[float, float, int, int]:
    start = time.perf_counter()
    writer.write(sent)
    await reader.readuntil(b"\r\n\r\n")
    seen, first, reads = b"", 0.0, 0
    while not seen.endswith(b"0\r\n\r\n"):
        part = await reader.read(65536)
        if not part:
            break
        seen += part
        reads += b"data:" in part
        if not first and FIRST.search(seen):
            first = time.perf_counter() - start
    return first, time.perf_counter() - start, seen.count(b"data:"), reads
