"""What is measured, as processes: the stand-in provider, the floor, and privity in a fresh home."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A server that listens at `url`."""

    name: str
    url: str
    pid: int

    @property
    def megabytes(self) -> float:
        """Resident memory of the process and its children, in 10⁶ bytes (Linux)."""
        pids = [self.pid, *_children(self.pid)]
        return sum(_resident(pid) for pid in pids) / 1e6


@contextmanager
def provider(name: str, *options: str) -> Iterator[Server]:
    """Run the stand-in."""
    command = [sys.executable, "-m", "tests.provider", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            yield Server(name, process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()


@contextmanager
def floor(upstream: str) -> Iterator[Server]:
    """Run the floor in one worker."""
    port = _free_port()
    options = ["--no-access-log", "--log-level", "warning", "--loop", "uvloop"]
    command = [sys.executable, "-m", "uvicorn", "bench.floor:app", "--port", str(port), *options]
    with _serving("floor", command, port, {"FLOOR_UPSTREAM": upstream}) as server:
        yield server


@contextmanager
def privity(upstream: str, folder: Path, name: str = "privity") -> Iterator[Server]:
    """Run privity in one worker, in a fresh home, with everything on."""
    home, port = folder / "home", _free_port()
    program = [sys.executable, "-m", "privity"]
    toward = ["--upstream-openai", upstream + "/v1", "--upstream-anthropic", upstream]
    subprocess.run(
        [*program, "init", "--home", str(home), *toward], check=True, capture_output=True
    )
    command = [*program, "serve", "--home", str(home), "--port", str(port)]
    with _serving(name, command, port, {}) as server:
        yield server


@contextmanager
def _serving(
    name: str, command: list[str], port: int, extra: Mapping[str, str]
) -> Iterator[Server]:
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **extra}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(url + "/readyz", process)
            yield Server(name, url, process.pid)
        finally:
            process.terminate()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.05)
    message = f"{url} does not get ready"
    raise SystemExit(message)


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in path.read_text().split()] if path.exists() else []
    return found + [grandchild for child in found for grandchild in _children(child)]


def _resident(pid: int) -> int:
    path = Path(f"/proc/{pid}/statm")
    pages = int(path.read_text().split()[1]) if path.exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
