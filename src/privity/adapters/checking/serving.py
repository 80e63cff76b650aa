"""Checks of how clients are served: TLS, certificate, a real handshake, processes, detection."""

from __future__ import annotations

import os
import socket
import ssl
import stat
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from privity.adapters import tls
from privity.adapters.checking.setup import Setup
from privity.adapters.detectors import FOLDER, Reading, open_detector
from privity.adapters.listening import as_served
from privity.errors import InsecureListen, KeyExposed
from privity.governance.checks import Verdict, advice, well, wrong
from privity.settings import Settings

SOON = timedelta(days=30)
VERY_SOON = timedelta(days=7)
SECONDS = 5
_NOT_USED = "not used; only this machine can connect"
_RENEW = "Renew it, put it where tls.certificate says, and start the server again."


def encryption(setup: Setup) -> Verdict:
    """Load the certificate and its key as a server does."""
    given = setup.settings.tls
    if not given.certificate:
        remedy = "Set tls.certificate and tls.key; privity ends TLS itself, behind no proxy."
        return advice("tls_missing", _NOT_USED, remedy)
    key = setup.settings.path(given.key)
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        message = f"{key} may be read by others"
        raise KeyExposed(message)
    _context(setup.settings)
    return well(f"TLS 1.3 with {tls.SUITE}")


def certificate(setup: Setup) -> Verdict:
    """Read the chain: whose it is, who signed it, how long it lasts."""
    settings = setup.settings
    if not settings.tls.certificate:
        return well(_NOT_USED)
    chain = _chain(settings.path(settings.tls.certificate))
    for below, above in pairwise(chain):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            detail = "a certificate of the chain is not signed by the one after it"
            remedy = "Put the certificate first, then what signed it, in order."
            return wrong("certificate_chain", detail, remedy)
    name = urlsplit(settings.people.url).hostname
    if name and not _is_for(chain[0], name):
        remedy = "Order one for the host of people.url, or mend people.url."
        return wrong("certificate_name", f"it is not for {name}", remedy)
    return _lasting(setup, chain)


def _lasting(setup: Setup, chain: tuple[x509.Certificate, ...]) -> Verdict:
    ends = min(each.not_valid_after_utc for each in chain)
    left = ends - setup.at
    if setup.at < max(each.not_valid_before_utc for each in chain) or left <= timedelta(0):
        return wrong("certificate_expired", "it is not valid now", _RENEW)
    detail = f"{left.days} days left, {len(chain)} in the chain"
    if left < VERY_SOON:
        return wrong("certificate_ends", detail, _RENEW)
    if left < SOON:
        return advice("certificate_ends", detail, _RENEW)
    if chain[0].issuer == chain[0].subject:
        remedy = "Use one that clients' authorities signed, or give clients this one to trust."
        return advice("certificate_self_signed", detail, remedy)
    return well(detail)


def _chain(file: Path) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError) as error:
        message = f"tls.certificate cannot be read: {type(error).__name__}"
        raise InsecureListen(message) from error


def _is_for(leaf: x509.Certificate, name: str) -> bool:
    """Say whether a certificate names a host, also by a wildcard of one label (RFC 6125, 6.4.3)."""
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    hosts = [each.lower() for each in names.get_values_for_type(x509.DNSName)]
    addresses = [str(each) for each in names.get_values_for_type(x509.IPAddress)]
    wild = "*." + name.partition(".")[2]
    return name.lower() in hosts or wild.lower() in hosts or name in addresses


@dataclass(frozen=True, slots=True)
class _Shaken:
    """What a handshake agreed on."""

    version: str
    suite: str


def handshake(setup: Setup) -> Verdict:
    """Shake hands with the server, or, where none is running, with its certificate here."""
    settings = setup.settings
    if not settings.tls.certificate:
        return well(_NOT_USED)
    shaken, whom = _served(settings), "the running server"
    if shaken is None:
        shaken, whom = _between(_context(settings)), "no server runs; its certificate, here,"
    if (shaken.version, shaken.suite) != ("TLSv1.3", tls.SUITE):
        remedy = "Start the server by `privity serve`, and let nothing else end TLS before it."
        return wrong("handshake_weak", f"{whom} agreed on {shaken.version}, {shaken.suite}", remedy)
    return well(f"{whom} agreed on {shaken.version} with {shaken.suite}")


def _any() -> ssl.SSLContext:
    """Return a client that looks at what is agreed, and not at whom it talks to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _served(settings: Settings) -> _Shaken | None:
    listen = as_served(settings).listen
    host = listen.host
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is replaced
    try:
        with (
            socket.create_connection((local, listen.port), SECONDS) as plain,
            _any().wrap_socket(plain, server_hostname=local) as wrapped,
        ):
            return _agreed(wrapped)
    except ConnectionRefusedError:
        return None
    except (OSError, ssl.SSLError) as error:
        message = f"no handshake with the server: {type(error).__name__}"
        raise InsecureListen(message) from error


def _between(server: ssl.SSLContext) -> _Shaken:
    """Let a client and a server of this process shake hands in memory."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = _any().wrap_bio(back, there, server_hostname="localhost")
    serving = server.wrap_bio(there, back, server_side=True)
    waiting: list[ssl.SSLObject] = [client, serving]
    for _ in range(8):
        for side in tuple(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                continue
    return _agreed(client)


def _agreed(wrapped: ssl.SSLSocket | ssl.SSLObject) -> _Shaken:
    cipher = wrapped.cipher()
    return _Shaken(wrapped.version() or "nothing", cipher[0] if cipher else "none")


def _context(settings: Settings) -> ssl.SSLContext:
    given = settings.tls
    return tls.server_context(settings.path(given.certificate), settings.path(given.key))


def workers(setup: Setup) -> Verdict:
    """Look how many processes serve."""
    count, cores = setup.settings.listen.workers, len(os.sched_getaffinity(0))
    if count == 1:
        remedy = "Set listen.workers to 2 or more, or run several servers on one PostgreSQL."
        return advice("worker_alone", "one process serves; while it starts again nobody is", remedy)
    if count > 2 * cores:
        remedy = "Set listen.workers to the number of cores."
        return advice("workers_many", f"{count} processes share {cores} cores", remedy)
    return well(f"{count} processes on {cores} cores")


def detector(setup: Setup) -> Verdict:
    """Load the detector, with the patterns of the home."""
    settings = setup.settings
    opened = open_detector(settings.path(FOLDER), Reading(settings.detect.language))
    return well(f"loads, version {opened.version}")
