"""The providers' keys, from the environment or a file. They are never in a setting or a log."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import final

from privity.errors import CredentialMissing, KeyExposed
from privity.gateway.wire.endpoint import Provider


@final
class Credential:
    """A provider's key. It has no printable form."""

    __slots__ = ("_key",)

    def __init__(self, key: str) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "<Credential>"

    def header(self, provider: Provider) -> tuple[str, str]:
        """Return the header that shows the key to its provider."""
        match provider:
            case Provider.OPENAI:
                return ("authorization", f"Bearer {self._key}")
            case Provider.ANTHROPIC:
                return ("x-api-key", self._key)


def read_credential(source: str, home: Path) -> Credential | None:
    """Return the key at `env:NAME` or `file:PATH`, or None where no source is named.

    Raises CredentialMissing, or KeyExposed when others may read the file.
    """
    return Credential(read_secret(source, home)) if source else None


def read_secret(source: str, home: Path) -> str:
    """Return the secret at `env:NAME` or `file:PATH`.

    Raises CredentialMissing, or KeyExposed when others may read the file.
    """
    kind, _, name = source.partition(":")
    key = os.environ.get(name, "").strip() if kind == "env" else _from_file(home / name)
    if not key or not key.isascii() or not key.isprintable():
        message = f"the credential named by {kind}:{name} is missing or empty"
        raise CredentialMissing(message)
    return key


def _from_file(file: Path) -> str:
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            message = f"{file} may be read by others"
            raise KeyExposed(message)
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {type(error).__name__}"
        # A decoding error holds the bytes of the key.
        raise CredentialMissing(message) from None
