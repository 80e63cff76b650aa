"""Ed25519 signatures in the form of C2SP signed notes.

Invariants: a note's text ends in a newline and is followed by an empty line and one line per
signature; a signature counts only under a name and key that the reader already trusts; the seed
is never printed or pickled. Key ids are SHA-256(name, 0x0A, 0x01, public key), first 4 bytes.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NoReturn, final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from privity.errors import LogCorrupt, SecretShown, SettingsInvalid

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_PUBLIC_BYTES = 32
_DASH = "\u2014 "
_LINE = re.compile(r"\u2014 [^\s+]+ [A-Za-z0-9+/]+={0,2}")


@final
class Verifier:
    """A public key with the name it signs under."""

    __slots__ = ("_key", "_public", "key_id", "name")

    def __init__(self, name: str, public: bytes) -> None:
        """`public` is 32 bytes. Raises SettingsInvalid for a name or key that no note can carry."""
        if not name or "+" in name or any(c.isspace() for c in name):
            msg = "a log's name holds neither spaces nor plus signs and is not empty"
            raise SettingsInvalid(msg)
        if len(public) != _PUBLIC_BYTES:
            msg = "an Ed25519 public key is 32 bytes long"
            raise SettingsInvalid(msg)
        self.name = name
        self.key_id = key_id(name, _ED25519 + public)
        self._public = public
        self._key = Ed25519PublicKey.from_public_bytes(public)

    @property
    def vkey(self) -> str:
        """The key as one line, as other C2SP tools read it: `name+id+base64`."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self._public).decode()}"

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._public

    def confirm(self, message: bytes, signature: bytes) -> None:
        """Check a bare signature over a message. Raises LogCorrupt."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            msg = "a signature is not one of this key"
            raise LogCorrupt(msg) from error

    def open(self, note: str) -> str:
        """Return the text of a note that this key signed. Raises LogCorrupt."""
        text, separator, lines = note.rpartition("\n\n")
        if not separator:
            msg = "a checkpoint is not a signed note"
            raise LogCorrupt(msg)
        text += "\n"
        prefix = _DASH + self.name + " "
        for line in signature_lines(lines):
            if line.startswith(prefix) and self._signed(text, line.removeprefix(prefix)):
                return text
        msg = "a checkpoint does not carry a valid signature of the log's key"
        raise LogCorrupt(msg)

    def _signed(self, text: str, encoded: str) -> bool:
        try:
            signature = decode_base64(encoded)
            if signature[:_KEY_ID_BYTES] != self.key_id:
                return False
            self._key.verify(signature[_KEY_ID_BYTES:], text.encode())
        except (ValueError, InvalidSignature):
            return False
        return True


@final
class Signer:
    """A private key with the name it signs under. It cannot be printed or pickled."""

    __slots__ = ("_key", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        """`seed` is 32 secret random bytes (RFC 8032). Raises SettingsInvalid."""
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(seed)
        except ValueError:
            msg = "an Ed25519 seed is 32 bytes long"
            raise SettingsInvalid(msg) from None  # the chain must not carry the seed
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    @property
    def name(self) -> str:
        """The name in the signature line."""
        return self.verifier.name

    def sign(self, text: str) -> str:
        """Return text, which ends in a newline, as a signed note."""
        signature = self.verifier.key_id + self._key.sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {b64encode(signature).decode()}\n"

    def sign_bytes(self, message: bytes) -> bytes:
        """Return a bare signature over a message that no note's text can be."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"<Signer {self.name}>"

    def __reduce__(self) -> NoReturn:
        msg = "a signing key has no serial form"
        raise SecretShown(msg)


def signature_lines(lines: str) -> list[str]:
    """Return the lines below a note's text. Raises LogCorrupt if one is not a signature."""
    *each, end = lines.split("\n")
    if end or not all(_LINE.fullmatch(line) for line in each):
        msg = "a line below a signed note is not a signature"
        raise LogCorrupt(msg)
    return each


def decode_base64(text: str) -> bytes:
    """Decode the one text that a value has. Raises ValueError for any other."""
    value = b64decode(text, validate=True)
    if b64encode(value).decode() != text:
        msg = "not the base64 of anything"
        raise ValueError(msg)
    return value


def read_vkey(vkey: str) -> Verifier:
    """Read a public key of the form `name+id+base64`. Raises SettingsInvalid."""
    name, public = parse_vkey(vkey, _ED25519)
    return Verifier(name, public)


def parse_vkey(vkey: str, kind: bytes) -> tuple[str, bytes]:
    """Return name and public key of a line `name+id+base64` of a kind. Raises SettingsInvalid."""
    name, first, rest = vkey.strip().partition("+")
    shown_id, second, encoded = rest.partition("+")
    try:
        key = decode_base64(encoded)
    except ValueError:
        key = b""
    if not (first and second) or key[:1] != kind:
        msg = "this is not an Ed25519 key of the form name+id+base64, or not one for this use"
        raise SettingsInvalid(msg)
    if key_id(name, key).hex() != shown_id:
        msg = "the key does not have the id it claims"
        raise SettingsInvalid(msg)
    return name, key[1:]


def key_id(name: str, key: bytes) -> bytes:
    """Return the id of a key under a name; the key begins with the byte of its kind."""
    return sha256(name.encode() + b"\n" + key).digest()[:_KEY_ID_BYTES]
