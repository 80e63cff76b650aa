"""What no single setting shows to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from privity.settings.home import LOOPBACK, Settings
from privity.settings.tables import ECHO

CUSTODIANS = ("file:", "pkcs11:", "awskms:", "vault:")


def conflicts(settings: Settings) -> Iterator[str]:
    """Say what no single setting shows to be wrong."""
    if bool(settings.tls.certificate) != bool(settings.tls.key):
        yield "tls: certificate and key belong together"
    database = settings.storage.database
    if not database.startswith(("sqlite:", "postgresql:")):
        yield "storage.database: must start with sqlite: or postgresql:"
    elif urlsplit(database).password:
        yield "storage.database: holds a password; put it into a PostgreSQL password file"
    if not settings.keys.root.startswith(CUSTODIANS):
        yield f"keys.root: must start with {', '.join(CUSTODIANS)}"
    for name in ("openai", "anthropic"):
        yield from _upstream_conflicts(settings, name)


def _upstream_conflicts(settings: Settings, name: str) -> Iterator[str]:
    url = getattr(settings.upstream, name)
    credential = getattr(settings.upstream, f"{name}_credential")
    if credential and not credential.startswith(("env:", "file:")):
        yield f"upstream.{name}_credential: must start with env: or file:"
    if url == ECHO:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"upstream.{name}: must be {ECHO}, an https: URL, or an http: URL on loopback"
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        yield f"upstream.{name}: plain http: leaves this machine; use https:"
    elif parts.username or parts.query or parts.fragment:
        yield f"upstream.{name}: must have no user, query or fragment"
