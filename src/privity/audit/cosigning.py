"""Cosignatures: a witness says that it saw a log only grow, up to a checkpoint, and when.

C2SP tlog-cosignature, `cosignature/v1` with Ed25519. Invariants: what is signed begins with a
header that no checkpoint can begin with, so a cosignature is never a log's signature; the time is
part of what is signed; a cosignature counts only under a key that the reader already trusts.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import final

from privity.audit.signing import (
    Signer,
    Verifier,
    decode_base64,
    key_id,
    parse_vkey,
    signature_lines,
)
from privity.errors import LogCorrupt

_KIND = b"\x04"
_DASH = "\u2014 "
_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 4, 8, 64
_LATEST = 253_402_300_799  # the end of the year 9999


@final
class WitnessKey:
    """The public key of a witness."""

    __slots__ = ("_verifier", "key_id", "name")

    def __init__(self, name: str, public: bytes) -> None:
        """`public` is 32 bytes. Raises SettingsInvalid for a name or key that no note can carry."""
        self._verifier = Verifier(name, public)
        self.name = name
        self.key_id = key_id(name, _KIND + public)

    @property
    def vkey(self) -> str:
        """The key as one line: `name+id+base64`."""
        key = b64encode(_KIND + self._verifier.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def seen_at(self, note: str) -> tuple[datetime, str]:
        """Return when this witness cosigned a checkpoint, and its line. Raises LogCorrupt."""
        text, _, lines = note.rpartition("\n\n")
        prefix = f"{_DASH}{self.name} "
        for line in signature_lines(lines):
            if line.startswith(prefix):
                at = self._confirmed(text + "\n", line.removeprefix(prefix))
                if at is not None:
                    return at, line
        msg = f"the checkpoint is not cosigned by {self.name}"
        raise LogCorrupt(msg)

    def _confirmed(self, text: str, encoded: str) -> datetime | None:
        try:
            blob = decode_base64(encoded)
        except ValueError:
            return None
        start = _ID_BYTES + _TIME_BYTES
        at = int.from_bytes(blob[_ID_BYTES:start], "big")
        whole = len(blob) == start + _SIGNATURE_BYTES and at <= _LATEST
        if not whole or blob[:_ID_BYTES] != self.key_id:
            return None
        try:
            self._verifier.confirm(_message(text, at), blob[start:])
        except LogCorrupt:
            return None
        return datetime.fromtimestamp(at, UTC)


@final
class Cosigner:
    """The private key of a witness. It cannot be printed or pickled, because a Signer cannot."""

    __slots__ = ("_signer", "key")

    def __init__(self, name: str, seed: bytes) -> None:
        """`seed` is 32 secret random bytes. Raises SettingsInvalid."""
        self._signer = Signer(name, seed)
        self.key = WitnessKey(name, self._signer.verifier.public)

    def cosign(self, note: str, at: datetime) -> str:
        """Return the line, with its newline, that goes below the note of a checkpoint."""
        seconds = int(at.timestamp())
        text = note.rpartition("\n\n")[0] + "\n"
        signature = self._signer.sign_bytes(_message(text, seconds))
        blob = self.key.key_id + seconds.to_bytes(_TIME_BYTES, "big") + signature
        return f"{_DASH}{self.key.name} {b64encode(blob).decode()}\n"


def read_witness_key(vkey: str) -> WitnessKey:
    """Read the public key of a witness. Raises SettingsInvalid."""
    return WitnessKey(*parse_vkey(vkey, _KIND))


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
