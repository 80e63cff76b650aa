"""What a custodian asks for before it lets us in: a PIN or a token. Never part of a URI.

Invariants: a secret is read when it is needed and not kept; a file that others may read is refused;
no error quotes what was read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from privity.errors import KeyExposed, KeyStoreUnavailable, SettingsInvalid

Secret: TypeAlias = Callable[[], str]
"""Gives a secret when it is called. Raises KeyExposed, KeyStoreUnavailable."""


def secret_source(source: str) -> Secret:
    """Return the callback for `env:NAME` or `file:/path`. Raises SettingsInvalid."""
    kind, _, name = source.partition(":")
    if kind == "env" and name:
        return partial(_from_environment, name)
    if kind == "file" and Path(name).is_absolute():
        return partial(_from_file, Path(name))
    msg = "a custodian's PIN or token is named by env:NAME or file:/path"
    raise SettingsInvalid(msg)


def _from_environment(name: str) -> str:
    return _checked(os.environ.get(name, ""), f"the environment variable {name}")


def _from_file(file: Path) -> str:
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            msg = f"{file} may be read by others"
            raise KeyExposed(msg)
        return _checked(file.read_text(encoding="utf-8").strip(), str(file))
    except (OSError, UnicodeDecodeError):
        msg = f"{file} cannot be read"
        raise KeyStoreUnavailable(msg) from None  # a decoding error holds the bytes


def _checked(secret: str, where: str) -> str:
    if not secret or not secret.isascii() or not secret.isprintable():
        msg = f"{where} holds no PIN or token for the custodian"
        raise KeyStoreUnavailable(msg)
    return secret
