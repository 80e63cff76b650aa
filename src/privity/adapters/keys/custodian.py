"""Custodians by URI: where the root key lives is named in the settings, never the key itself."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from privity.adapters.keys.file import FileCustodian, create
from privity.errors import SettingsInvalid
from privity.vault.ports import Custodian


def open_custodian(uri: str) -> Custodian:
    """Return the custodian that a URI such as `file:/home/me/keys/root.key` names.

    Raises SettingsInvalid, KeyExposed, KeyStoreUnavailable.
    """
    return FileCustodian(_file(uri))


def create_custodian(uri: str) -> Custodian:
    """Make a new root key where the URI says, and return its custodian.

    Raises SettingsInvalid, KeyExposed, KeyStoreUnavailable.
    """
    return create(_file(uri))


def _file(uri: str) -> Path:
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not parts.path:
        msg = "the key URI must be of the form file:/path; no other custodian is supported yet"
        raise SettingsInvalid(msg)
    return Path(unquote(parts.path))
