"""TLS 1.3 with AES-256 and nothing else, shown by real handshakes on both sides."""

import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from privity.adapters import tls
from tests.system.conftest import free_port, make_home, privity, running

WEAK = """openssl_conf = weak
[weak]
ssl_conf = tls
[tls]
system_default = only
[only]
Ciphersuites = TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256
"""
GET = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "weak.cnf").write_text(WEAK)
    return folder


@pytest.fixture(scope="module")
def port(files: Path, tmp_path_factory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("served")
    home = make_home(folder / "home", "http://127.0.0.1:9")
    settings = (home / "settings.toml").read_text()
    given = f'certificate = "{files}/cert.pem"\nkey = "{files}/key.pem"\n'
    (home / "settings.toml").write_text(settings.replace("[tls]\n", "[tls]\n" + given))
    number = free_port()
    with running(privity("serve", "--home", home, "--port", str(number)), folder / "log") as server:
        assert server.stdout.readline().startswith("privity listens on https://")
        yield number


def shake_hands(port: int, files: Path, version: str, *, weak: bool = False) -> str:
    """Connect in a process of its own, because OpenSSL reads its configuration once."""
    program = f"""
import socket, ssl
context = ssl.create_default_context(cafile={str(files / "ca.pem")!r})
context.minimum_version = context.maximum_version = ssl.TLSVersion.{version}
try:
    with socket.create_connection(("127.0.0.1", {port}), 10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall({GET!r})
            print(secure.cipher()[0], secure.recv(15).decode())
except (ssl.SSLError, OSError) as error:
    print("refused", type(error).__name__)
"""
    given = {"OPENSSL_CONF": str(files / "weak.cnf")} if weak else {}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env={**os.environ, **given}, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


def test_a_client_gets_tls_13_with_aes_256(port: int, files: Path) -> None:
    assert shake_hands(port, files, "TLSv1_3") == "TLS_AES_256_GCM_SHA384 HTTP/1.1 200 OK"


def test_a_client_that_only_has_tls_12_is_refused(port: int, files: Path) -> None:
    assert shake_hands(port, files, "TLSv1_2").startswith("refused")


def test_a_client_that_only_has_aes_128_is_refused(port: int, files: Path) -> None:
    assert shake_hands(port, files, "TLSv1_3", weak=True).startswith("refused")


@contextmanager
def provider(files: Path, version: ssl.TLSVersion) -> Iterator[int]:
    """A server that notes nothing and answers one handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "cert.pem", files / "key.pem")
    context.maximum_version = version

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                accepted, _ = listening.accept()
            except OSError:
                return
            try:
                context.wrap_socket(accepted, server_side=True).close()
            except OSError:
                accepted.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def call_provider(port: int, files: Path) -> str:
    """Shake hands as the upstream client does, in a process with privity's configuration."""
    program = f"""
import socket, ssl
from pathlib import Path
from privity.adapters.tls import client_context
context = client_context(Path({str(files / "ca.pem")!r}))
try:
    with socket.create_connection(("127.0.0.1", {port}), 10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            print(secure.cipher()[0])
except (ssl.SSLError, OSError) as error:
    print("refused", type(error).__name__)
"""
    environment = {**os.environ, "OPENSSL_CONF": str(tls.CONFIGURATION)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


def test_a_provider_is_called_with_tls_13_and_aes_256(files: Path) -> None:
    with provider(files, ssl.TLSVersion.TLSv1_3) as number:
        assert call_provider(number, files) == "TLS_AES_256_GCM_SHA384"


def test_a_provider_that_only_has_tls_12_is_not_called(files: Path) -> None:
    with provider(files, ssl.TLSVersion.TLSv1_2) as number:
        assert call_provider(number, files).startswith("refused")


def test_a_provider_that_only_has_aes_128_is_not_called(files: Path) -> None:
    program = f"""
import socket, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain({str(files / "cert.pem")!r}, {str(files / "key.pem")!r})
with socket.create_server(("127.0.0.1", 0)) as listening:
    print(listening.getsockname()[1], flush=True)
    accepted, _ = listening.accept()
    try:
        context.wrap_socket(accepted, server_side=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
"""
    environment = {**os.environ, "OPENSSL_CONF": str(files / "weak.cnf")}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as weak:
        number = int(weak.stdout.readline())
        assert call_provider(number, files).startswith("refused")
        assert weak.stdout.readline().strip() == "SSLError"


def test_a_provider_with_an_unknown_certificate_is_not_called(files: Path, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    with provider(files, ssl.TLSVersion.TLSv1_3) as number:
        assert call_provider(number, tmp_path) == "refused SSLCertVerificationError"


def test_a_process_without_the_configuration_gets_no_context() -> None:
    program = "from privity.adapters.tls import client_context; client_context(None)"
    environment = {k: v for k, v in os.environ.items() if k != "OPENSSL_CONF"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "InsecureListen" in done.stderr


def test_beyond_loopback_nothing_is_served_without_tls(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", "http://127.0.0.1:9")
    command = privity("serve", "--home", home, "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3
    assert "insecure_listen" in done.stderr
