"""A real `privity serve` in a fresh home, and the stand-in provider behind it, as processes."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import anthropic
import openai
import pytest

START_SECONDS = 60
RHYTHM = {"mode": "echo", "tool": "", "chunk_chars": 3, "delay_ms": 0, "split_bytes": 0}


def call(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    request = urllib.request.Request(url, body, headers or {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


@dataclass(frozen=True)
class Seen:
    """A request as the provider received it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def everything(self) -> str:
        return f"{self.target} {self.headers} {self.body.decode()}"


@dataclass(frozen=True)
class Provider:
    """The stand-in, and what it received since the test began."""

    url: str

    def seen(self) -> list[Seen]:
        found = json.loads(call(self.url + "/__standin/requests"))
        return [
            Seen(s["method"], s["target"], dict(s["headers"]), base64.b64decode(s["body"]))
            for s in found
        ]

    def last(self) -> Seen:
        return self.seen()[-1]

    def received(self) -> str:
        return "\n".join(seen.everything for seen in self.seen())

    def forget(self) -> None:
        call(self.url + "/__standin/reset", b"")

    @contextmanager
    def behaving(self, **behavior: str | int) -> Iterator[None]:
        call(self.url + "/__standin/behave", json.dumps(behavior).encode())
        try:
            yield
        finally:
            call(self.url + "/__standin/behave", json.dumps(RHYTHM).encode())


@dataclass(frozen=True)
class Gateway:
    """A running server and its home."""

    url: str
    home: Path
    pid: int

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> "Answer":
        try:
            sent = {"content-type": "application/json", **(headers or {})}
            return Answer(200, call(self.url + path, body, sent))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read())


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is always stopped, with its output in a file."""
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory) -> Iterator[Provider]:
    command = [sys.executable, "-m", "tests.provider", "--record", "500", "--chunk-chars", "3"]
    log = tmp_path_factory.mktemp("provider") / "errors"
    with running(command, log) as process:
        yield Provider(process.stdout.readline().strip())


@pytest.fixture
def provider(provider_process: Provider) -> Provider:
    provider_process.forget()
    return provider_process


def privity(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "privity", *map(str, arguments)]


def make_home(home: Path, upstream: str) -> Path:
    toward = ["--upstream-openai", upstream + "/v1", "--upstream-anthropic", upstream]
    subprocess.run(privity("init", "--home", home, *toward), check=True, capture_output=True)
    return home


def quick(home: Path) -> Path:
    """A home whose server starts sooner: it finds what patterns find."""
    settings = home / "settings.toml"
    settings.write_text(settings.read_text().replace('# language = "fast"', 'language = "off"'))
    return home


@contextmanager
def serving(home: Path, log: Path) -> Iterator[Gateway]:
    port = free_port()
    with running(privity("serve", "--home", home, "--port", str(port)), log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process, log)
        yield Gateway(url, home, process.pid)


def wait_until_ready(url: str, process: subprocess.Popen[str], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            call(url + "/readyz")
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server does not get ready:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def gateway(tmp_path_factory, provider_process: Provider) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    home = make_home(folder / "home", provider_process.url)
    with serving(home, folder / "log") as found:
        yield found


@pytest.fixture(scope="session")
def people(tmp_path_factory):
    from tests.system.people_scene import people_talking  # noqa: PLC0415 - it imports this

    with people_talking(tmp_path_factory.mktemp("people")) as found:
        yield found


@pytest.fixture
def openai_client(gateway: Gateway) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=gateway.url + "/v1", api_key="sk-own", max_retries=0) as client:
        yield client


@pytest.fixture
def anthropic_client(gateway: Gateway) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=gateway.url, api_key="own-key", max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}
