"""TLS 1.3 with AES-256-GCM, on both sides of the gateway, or no connection at all.

Python's `ssl` cannot choose the cipher suites of TLS 1.3, but OpenSSL reads them from the file that
`OPENSSL_CONF` names (see `config(5)`, section "SSL Configuration"). So the server process is
started with a configuration of its own, and every context is looked at after it was made: one that
would speak anything weaker is not used (InsecureListen).
"""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path

from privity.errors import InsecureListen

CONFIGURATION = Path(__file__).with_name("openssl.cnf")
SUITE = "TLS_AES_256_GCM_SHA384"


def is_strict() -> bool:
    """Whether this process was started with privity's OpenSSL configuration."""
    return os.environ.get("OPENSSL_CONF") == str(CONFIGURATION)


def restart_strictly() -> None:
    """Replace this process by itself, under privity's OpenSSL configuration.

    It must be there before OpenSSL wakes up, which is before the first line of this program could
    run; so this has to happen once, at the start of a command that serves or connects.
    """
    environment = {**os.environ, "OPENSSL_CONF": str(CONFIGURATION)}
    os.execve(sys.executable, sys.orig_argv, environment)  # noqa: S606


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return a context to serve with. Raises InsecureListen."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        message = f"tls.certificate and tls.key do not load: {type(error).__name__}"
        raise InsecureListen(message) from error
    return _strict(context)


def client_context(authorities: Path | None) -> ssl.SSLContext:
    """Return a context to call providers with; certificates and host names are verified."""
    try:
        context = ssl.create_default_context(cafile=authorities)
    except (OSError, ssl.SSLError) as error:
        message = f"upstream.authorities does not load: {type(error).__name__}"
        raise InsecureListen(message) from error
    return _strict(context)


def _strict(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    suites = {cipher["name"] for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.3"}
    if suites != {SUITE}:
        message = "this process would accept other TLS suites than AES-256; start it by `privity`"
        raise InsecureListen(message)
    return context
