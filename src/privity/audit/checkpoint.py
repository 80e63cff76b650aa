"""A checkpoint: what the log held at a moment, signed (C2SP tlog-checkpoint).

Invariants: one checkpoint has one text; a checkpoint is believed only through `open_checkpoint`,
which checks the signature and the origin first.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass

from privity.audit.signing import Signer, Verifier
from privity.audit.tree import HASH_BYTES
from privity.errors import LogCorrupt

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root over the first `size` entries of the log named `origin`."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def sign_checkpoint(signer: Signer, size: int, root: bytes) -> str:
    """Return a signed note over this state of the signer's log."""
    return signer.sign(Checkpoint(signer.name, size, root).text())


def open_checkpoint(verifier: Verifier, note: str) -> Checkpoint:
    """Check a note and return what it says. Raises LogCorrupt."""
    checkpoint = _parse(verifier.open(note))
    if checkpoint.origin != verifier.name:
        msg = "a checkpoint names another log"
        raise LogCorrupt(msg)
    return checkpoint


def _parse(text: str) -> Checkpoint:
    lines = text.split("\n")
    try:
        origin, size, root = lines[:_LINES]
        checkpoint = Checkpoint(origin, int(size), b64decode(root, validate=True))
    except (ValueError, binascii.Error) as error:
        raise LogCorrupt(_MALFORMED) from error
    # One state, one text: signs, spaces and leading zeros are refused. Extension lines may follow.
    fits = checkpoint.size >= 0 and len(checkpoint.root) == HASH_BYTES
    if not fits or not text.startswith(checkpoint.text()):
        raise LogCorrupt(_MALFORMED)
    return checkpoint


_MALFORMED = "a checkpoint is malformed"
