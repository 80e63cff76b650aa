"""Custodians by URI: where the root key lives is named in the settings, never the key itself.

Libraries of custodians that need one are imported when such a custodian is named.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from privity.adapters.keys import file
from privity.errors import SettingsInvalid
from privity.vault.rotation_ports import RootKeys

_MODULES = {"pkcs11": "pkcs11", "awskms": "awskms", "vault": "transit"}


class _Kind(Protocol):
    """What the module of a kind of custodian offers."""

    def open_uri(self, uri: str) -> RootKeys: ...
    def create(self, uri: str, now: datetime) -> RootKeys: ...


def open_custodian(uri: str) -> RootKeys:
    """Return the custodian that a URI names. Asks it whether the root key is there.

    Raises SettingsInvalid, KeyExposed, KeyStoreUnavailable.
    """
    kind = _kind(uri)
    return file.FileCustodian(_file(uri)) if kind is None else kind.open_uri(uri)


def create_custodian(uri: str, now: datetime) -> RootKeys:
    """Make a new root key where the URI says, and return its custodian.

    Raises SettingsInvalid, KeyExposed, KeyStoreUnavailable (also if there is one already).
    """
    kind = _kind(uri)
    return file.create(_file(uri), now) if kind is None else kind.create(uri, now)


def _kind(uri: str) -> _Kind | None:
    """Return the module for a URI, or None for a file."""
    scheme = uri.partition(":")[0]
    name = _MODULES.get(scheme)
    if name is None:
        return None
    try:
        return cast("_Kind", import_module(f"privity.adapters.keys.{name}"))
    except ImportError as error:
        msg = f"keys of the form {scheme}: need more software; install privity[{scheme}]"
        raise SettingsInvalid(msg) from error


def _file(uri: str) -> Path:
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not parts.path:
        msg = "the key URI must be of the form file:/path, pkcs11:, awskms: or vault:"
        raise SettingsInvalid(msg)
    return Path(unquote(parts.path))
