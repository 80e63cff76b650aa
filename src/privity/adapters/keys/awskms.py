"""A root key in AWS KMS: a symmetric key that never leaves the service.

Form of a wrapped key: version of the root key (4 bytes, big-endian) | digest of the key's ARN (8) |
what KMS returned. The place is the encryption context: KMS opens nothing without it, its own log
shows it, and grants can demand it.

Invariants: credentials come from where AWS tools look for them, never from a URI; a key is named in
every call, so that no other key of the account opens anything; each call is tried twice and takes
seconds, not minutes. The version is the number of rotations of the key material. KMS keeps old
material inside as long as the key exists, so there is never an older version to destroy.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from privity.errors import KeyStoreUnavailable, SettingsInvalid, Tampered
from privity.settings import LOOPBACK
from privity.vault.rotation_ports import RootVersion

T = TypeVar("T")
_HEAD = struct.Struct(">I8s")
_TAMPERED = {"InvalidCiphertextException", "IncorrectKeyException"}
_MOST_BYTES = 6144
"""What KMS decrypts at most."""


@dataclass(frozen=True, slots=True)
class Address:
    """Which key: an id, an ARN or `alias/NAME`; in which region; at which endpoint, if not AWS."""

    key: str
    region: str | None
    endpoint: str | None


def parse(uri: str) -> Address:
    """Read `awskms://[ENDPOINT]/KEY[?region=REGION]`. Raises SettingsInvalid.

    Without a region the key's ARN says it, or what AWS tools are configured with.
    """
    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query))
    key = unquote(parts.path).removeprefix("/")
    if not key or parts.username or query.keys() - {"region"} or parts.fragment:
        msg = "a key in AWS KMS is named by awskms:///KEY?region=REGION; KEY: id, ARN or alias/NAME"
        raise SettingsInvalid(msg)
    region = query.get("region")
    if key.startswith("arn:"):
        region = region or key.split(":")[3]
    scheme = "http" if parts.hostname in LOOPBACK else "https"
    return Address(key, region, f"{scheme}://{parts.netloc}" if parts.netloc else None)


class KmsCustodian:
    """A root key in AWS KMS, as vault.ports.RootKeys asks for it."""

    def __init__(self, address: Address, client: Any) -> None:
        """Look for the key. `client`: botocore's for KMS. Raises KeyStoreUnavailable."""
        self._kms = client
        found = _asked(lambda: self._kms.describe_key(KeyId=address.key)["KeyMetadata"])
        if found.get("KeySpec") != "SYMMETRIC_DEFAULT" or not found.get("Enabled"):
            msg = "the root key in AWS KMS is not an enabled symmetric key"
            raise KeyStoreUnavailable(msg)
        self._key: str = found["KeyId"]
        self._digest = hashlib.sha256(found["Arn"].encode()).digest()[:8]
        self._made_at: datetime = found["CreationDate"]

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only at this place. Raises KeyStoreUnavailable."""
        version = int(self.versions()[-1].name)  # asked before: it may be newer, never older
        made = _asked(
            lambda: self._kms.encrypt(
                KeyId=self._key, Plaintext=key, EncryptionContext=_context(place)
            )
        )
        return _HEAD.pack(version, self._digest) + bytes(made["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Decrypt what wrap() made. Raises Tampered, KeyStoreUnavailable."""
        self.version_of(wrapped)
        opened = _asked(
            lambda: self._kms.decrypt(
                KeyId=self._key,
                CiphertextBlob=wrapped[_HEAD.size :],
                EncryptionContext=_context(place),
            )
        )
        return bytes(opened["Plaintext"])

    def versions(self) -> tuple[RootVersion, ...]:
        """Return the one version that can be used: the newest. Raises KeyStoreUnavailable."""
        marker: dict[str, str] = {}
        count, made_at = 0, self._made_at
        while True:
            page = _asked(lambda: self._kms.list_key_rotations(KeyId=self._key, **marker))  # noqa: B023
            dates = [each["RotationDate"] for each in page["Rotations"]]
            count += len(dates)
            made_at = max([made_at, *dates])
            if not page.get("Truncated"):
                return (RootVersion(str(count), made_at.astimezone(UTC)),)
            marker = {"Marker": page["NextMarker"]}

    def version_of(self, wrapped: bytes) -> str:
        """Return the version that a key is wrapped under. Raises Tampered."""
        if not _HEAD.size < len(wrapped) <= _HEAD.size + _MOST_BYTES:
            raise Tampered(_BROKEN)
        version, digest = _HEAD.unpack_from(wrapped)
        if digest != self._digest:
            raise Tampered(_BROKEN)
        return str(version)

    def rotate(self, after: str, now: datetime) -> str:
        """Let KMS make new key material. Raises KeyStoreUnavailable.

        It may take effect a little later; until then the version stays what it was.
        """
        del now  # KMS has its own clock
        if self.versions()[-1].name == after:
            _asked(lambda: self._kms.rotate_key_on_demand(KeyId=self._key))
        return self.versions()[-1].name

    def destroy(self, version: str) -> None:
        """Refuse to destroy the newest; older ones stay inside KMS. Raises KeyStoreUnavailable."""
        if self.versions()[-1].name == version:
            msg = "the newest version of the root key is in use"
            raise KeyStoreUnavailable(msg)


def open_uri(uri: str) -> KmsCustodian:
    """Return the custodian of a key that is there. Raises SettingsInvalid, KeyStoreUnavailable."""
    address = parse(uri)
    return KmsCustodian(address, _client(address))


def create(uri: str, now: datetime) -> KmsCustodian:
    """Make a key with the alias that the URI names, and return its custodian.

    Raises SettingsInvalid, KeyStoreUnavailable (also if the alias is taken).
    """
    del now  # KMS has its own clock
    address = parse(uri)
    if not address.key.startswith("alias/"):
        msg = "a new key in AWS KMS is named by an alias: awskms:///alias/NAME?region=REGION"
        raise SettingsInvalid(msg)
    kms = _client(address)
    taken = _asked(lambda: _aliases(kms))
    if address.key in taken:
        msg = "there is a root key already; it is not overwritten"
        raise KeyStoreUnavailable(msg)
    made = _asked(lambda: kms.create_key(Description="root key of privity"))
    _asked(
        lambda: kms.create_alias(AliasName=address.key, TargetKeyId=made["KeyMetadata"]["KeyId"])
    )
    return KmsCustodian(address, kms)


def _aliases(kms: Any) -> set[str]:
    pages = kms.get_paginator("list_aliases").paginate()
    return {alias["AliasName"] for page in pages for alias in page["Aliases"]}


def _client(address: Address) -> Any:
    limits = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
    return _asked(
        lambda: boto3.session.Session().client(
            "kms", region_name=address.region, endpoint_url=address.endpoint, config=limits
        )
    )


def _context(place: bytes) -> dict[str, str]:
    """Return the place as an encryption context. It is no secret, and names nobody."""
    text = place.decode("latin-1")
    return {"place": text} if text.isascii() and text.isprintable() else {"hex": place.hex()}


def _asked(ask: Callable[[], T]) -> T:
    """Ask KMS. Raises Tampered for what it cannot open, KeyStoreUnavailable for all else."""
    try:
        return ask()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _TAMPERED:
            raise Tampered(_BROKEN) from None
        msg = f"AWS KMS refuses ({code})"
        raise KeyStoreUnavailable(msg) from None
    except (BotoCoreError, ValueError) as error:
        msg = f"AWS KMS cannot be used ({type(error).__name__})"
        raise KeyStoreUnavailable(msg) from None  # its text may quote what was sent


_BROKEN = "a key was wrapped by another root key, or altered"
