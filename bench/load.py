"""Closed-loop load on this machine: wrk where it is installed, else a generator in Python.

`python -m bench.load URL BODY CONNECTIONS SECONDS` runs the latter and prints one JSON line.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SCRIPT = """
local file = assert(io.open("{body}", "rb"))
wrk.body = file:read("*a")
file:close()
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{{"rate": %.1f, "p50": %.4f, "p99": %.4f, "errors": %d}}\\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """Requests a second; the middle and the 99th percentile of their times in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


def generator() -> str:
    """Say what makes the load."""
    return "wrk" if shutil.which("wrk") else "a generator in Python (install wrk for higher loads)"


def load(url: str, body: Path, connections: int, seconds: float) -> Load:
    """Send a body again and again over some connections."""
    wrk = shutil.which("wrk")
    if wrk:
        script = body.with_suffix(".lua")
        script.write_text(SCRIPT.format(body=body))
        command = [wrk, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
        command += ["--timeout", "30s", "-s", str(script), url]
    else:
        command = [sys.executable, "-m", "bench.load", url, str(body)]
        command += [str(connections), str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Load(**json.loads(done.stdout.splitlines()[-1]))


def request(url: str, body: bytes) -> tuple[str, int, bytes]:
    """Return host, port and the bytes of a request."""
    parts = urlsplit(url)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return parts.hostname or "", parts.port or 80, head.encode() + body


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes
) -> tuple[bool, bytes]:
    """Send a request and read its whole answer; say whether it was good."""
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    if length:
        body = await reader.readexactly(int(length.group(1)))
    else:
        body = await reader.readuntil(b"0\r\n\r\n")
    return b" 200 " in head.split(b"\r\n", 1)[0], body


async def _client(place: tuple[str, int, bytes], end: float, times: list[float]) -> int:
    host, port, sent = place
    reader, writer = await asyncio.open_connection(host, port)
    errors = 0
    while time.perf_counter() < end:
        start = time.perf_counter()
        good, _ = await exchange(reader, writer, sent)
        times.append(time.perf_counter() - start)
        errors += not good
    writer.close()
    return errors


async def _run(url: str, body: bytes, connections: int, seconds: float) -> Load:
    place = request(url, body)
    times: list[float] = []
    start = time.perf_counter()
    clients = (_client(place, start + seconds, times) for _ in range(connections))
    errors = sum(await asyncio.gather(*clients))
    rate = len(times) / (time.perf_counter() - start)
    times.sort()
    return Load(rate, times[len(times) // 2] * 1e3, times[int(len(times) * 0.99)] * 1e3, errors)


if __name__ == "__main__":
    address, file, number, length = sys.argv[1:]
    found = asyncio.run(_run(address, Path(file).read_bytes(), int(number), float(length)))
    print(json.dumps(vars(found)))
