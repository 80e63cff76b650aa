"""An identity provider's keys come over TLS that privity verifies, or not at all."""

import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from joserfc.jwk import ECKey, KeySet

from privity.adapters import tls

KEY = ECKey.generate_key("P-256", {"kid": "published"})
DOCUMENT = json.dumps(KeySet([KEY]).as_dict(private=False)).encode()
FETCH = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from privity.adapters.identity.keys import fetching, read_keys
from privity.errors import IdentityUnavailable
from privity.settings import load
settings = load(Path(sys.argv[1]))
named = replace(settings, identity=replace(settings.identity, keys=sys.argv[2]))
try:
    print(*read_keys(asyncio.run(fetching(named)())))
except IdentityUnavailable as error:
    print(error.code)
"""


class Provider(http.server.BaseHTTPRequestHandler):
    """Publishes its keys in one place, and the same with a redirect everywhere else."""

    def do_GET(self) -> None:
        moved = self.path != "/keys"
        self.send_response(302 if moved else 200)
        self.send_header("location", "/keys")
        self.send_header("content-length", str(len(DOCUMENT)))
        self.end_headers()
        self.wfile.write(DOCUMENT)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def port(authority: trustme.CA) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def fetched(folder: Path, trusted: trustme.CA, url: str) -> str:
    """What a process gets that trusts this authority alone; OpenSSL reads its settings once."""
    trusted.cert_pem.write_to_path(folder / "ca.pem")
    subprocess.run(
        [sys.executable, "-m", "privity", "init", "--home", folder / "home"],
        check=True,
        capture_output=True,
    )
    given = {"OPENSSL_CONF": str(tls.CONFIGURATION), "SSL_CERT_FILE": str(folder / "ca.pem")}
    done = subprocess.run(
        [sys.executable, "-c", FETCH, folder / "home", url],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def test_keys_are_fetched_from_a_provider_whose_certificate_is_trusted(
    tmp_path, authority, port
) -> None:
    assert fetched(tmp_path, authority, f"https://localhost:{port}/keys") == "published"


def test_keys_of_a_provider_that_nobody_vouches_for_count_for_nothing(tmp_path, port) -> None:
    url = f"https://localhost:{port}/keys"
    assert fetched(tmp_path, trustme.CA(), url) == "identity_unavailable"


def test_a_certificate_for_another_host_is_refused(tmp_path, authority, port) -> None:
    url = f"https://127.0.0.1:{port}/keys"
    assert fetched(tmp_path, authority, url) == "identity_unavailable"


def test_what_comes_with_a_redirect_counts_for_nothing(tmp_path, authority, port) -> None:
    url = f"https://localhost:{port}/moved"
    assert fetched(tmp_path, authority, url) == "identity_unavailable"
