"""A server of our own, in a scratch home with the same policy, that may be killed.

Invariants: the home that was given is only read; everything the child can write without being told
where is inside the scratch folder: its home, its working and temporary folders, its output, and its
core dumps, which are allowed on purpose.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import tomlkit

from privity.errors import OperatorError
from privity.model.policy import Policy
from privity.model.words import Purpose, Recipient, Region
from privity.policy.decide import recipients, residences, serves
from privity.policy.load import load
from privity.settings import FILE

POLICY = "policy.toml"
PRIVITY = (sys.executable, "-m", "privity")
_DUMPS = ("/bin/sh", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$0" "$@"')
SHUTDOWN_SECONDS = 1
_START_SECONDS = 60
_STOP_SECONDS = 20


@dataclass(slots=True)
class Child:
    """The server under test, and where it lives.

    `regions`: those that messages can state; none where its home has one region.
    """

    scratch: Path
    command: Sequence[str] = PRIVITY
    url: str = ""
    process: Process | None = None
    starts: int = field(default=0)
    regions: tuple[Region, ...] = ()

    @property
    def home(self) -> Path:
        """Its home."""
        return self.scratch / "home"

    @property
    def pid(self) -> int:
        """Its process, or 0."""
        return self.process.pid if self.process else 0

    async def make_home(self, provider: str, policy: Path | None = None) -> None:
        """Make a scratch home with this provider. Raises OperatorError."""
        for name in ("tmp", "work", "user", "output"):
            (self.scratch / name).mkdir()
        options = ["--upstream-openai", provider + "/v1", "--upstream-anthropic", provider]
        if policy is not None:
            options += ["--policy", str(policy)]
        made = await self._run("init", "--home", str(self.home), *options)
        if await made.wait():
            message = "a scratch home cannot be made: " + self._output()
            raise OperatorError(message)

    async def settle(self, home: Path, provider: str) -> None:
        """Make a scratch home with the policy and limits of `home`, and debug logging.

        Only the wait for running answers at a stop is shorter: some never end here.

        Raises OperatorError.
        """
        policy = self.scratch / POLICY
        text, to = _with_host((home / POLICY).read_text("utf-8"), provider)
        policy.write_text(text, "utf-8")
        await self.make_home(provider, policy)
        await self._make_regions(load(text, POLICY), to)
        settings = self.home / FILE
        document = tomlkit.parse(settings.read_text("utf-8"))
        given = tomlkit.parse((home / FILE).read_text("utf-8"))
        limits = given.get("limits", {})
        document["limits"] = {**limits, "shutdown_seconds": SHUTDOWN_SECONDS}
        document["log"] = {"level": "debug"}
        settings.write_text(tomlkit.dumps(document), "utf-8")

    async def _make_regions(self, policy: Policy, to: Recipient) -> None:
        """Make a store for each further region. Raises OperatorError."""
        for region in residences(policy)[1:]:
            made = await self._run("region", "add", region.value, "--home", str(self.home))
            if await made.wait():
                message = "a store for a region cannot be made: " + self._output()
                raise OperatorError(message)
            served = (each for each in residences(policy, Purpose.ASSIST) if serves(to, each))
            self.regions = tuple(served)

    async def start(self, session: aiohttp.ClientSession) -> None:
        """Start the server and wait until it is ready. Raises OperatorError."""
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = await self._run("serve", "--home", str(self.home), "--port", str(port))
        for _ in range(_START_SECONDS * 20):
            with suppress(aiohttp.ClientError):
                async with session.get(self.url + "/readyz") as answer:
                    if answer.ok:
                        return
            if self.process.returncode is not None:
                break
            await asyncio.sleep(0.05)
        message = "the server does not get ready: " + self._output()
        raise OperatorError(message)

    async def end(self, number: signal.Signals) -> int:
        """End the server with a signal and return its exit status (negative: a signal's)."""
        process = self.process
        if process is None:
            return 0
        with suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                status = await process.wait()
        except TimeoutError:
            process.kill()
            status = await process.wait()
        self.process = None
        return status

    async def _run(self, *arguments: str) -> Process:
        self.starts += 1
        output = self.scratch / "output" / f"{self.starts}-{arguments[0]}"
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.scratch / "user"),
            "TMPDIR": str(self.scratch / "tmp"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "PYTHONDEVMODE": "1",
        }
        with output.open("wb") as sink:
            return await asyncio.create_subprocess_exec(
                *_DUMPS,
                *self.command,
                *arguments,
                cwd=self.scratch / "work",
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sink,
                stderr=asyncio.subprocess.STDOUT,
            )

    def _output(self) -> str:
        """Return the end of what the last command said: it runs on planted data only."""
        newest = max((self.scratch / "output").iterdir(), key=lambda p: p.stat().st_mtime_ns)
        return newest.read_text("utf-8", "replace")[-400:]


def _with_host(text: str, provider: str) -> tuple[str, Recipient]:
    """Let the stand-in play the processor that answers people, those of the default region first.

    Returns the policy and that processor.
    """
    policy = load(text, POLICY)
    default = next(iter(residences(policy, Purpose.ASSIST)), None)
    every = recipients(policy, Purpose.ASSIST)
    shared = sorted(every, key=lambda to: not serves(to, default))
    if not shared:
        message = "the policy lets no processor answer people, so nothing can be exercised"
        raise OperatorError(message)
    document = tomlkit.parse(text)
    for processor in document["processor"].unwrap():
        if processor["name"] == shared[0].name:
            place = document["processor"].unwrap().index(processor)
            document["processor"][place]["hosts"] = [provider.removeprefix("http://")]
    return tomlkit.dumps(document), shared[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
