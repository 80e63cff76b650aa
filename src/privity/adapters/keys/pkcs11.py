"""A root key in a hardware security module, over PKCS #11 (OASIS, version 2.40 or later).

Form of a wrapped key: version of the root key (4 bytes, big-endian) | nonce (12) | ciphertext |
tag (16). Encryption is CKM_AES_GCM inside the module; the place is the associated data.

Invariants: the root key is a 256-bit AES key that is generated in the module and cannot be
extracted from it (CKA_SENSITIVE, not CKA_EXTRACTABLE), or it is not used; its versions are objects
with one label, told apart by CKA_ID: version (4 bytes) and when it was made (8 bytes, seconds); a
key made by other tools is version 0. The PIN is asked for at each sign-in and not kept; a wrong PIN
is never tried twice, because modules lock. One call at a time: the library is opened without
threads.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import unquote

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import (
    EncryptedDataInvalid,
    EncryptedDataLenRange,
    FunctionFailed,
    GeneralError,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    UserAlreadyLoggedIn,
)

from privity.adapters.keys.secret import Secret, secret_source
from privity.errors import KeyStoreUnavailable, SettingsInvalid, Tampered
from privity.vault.aead import KEY_BYTES, NONCE_BYTES, TAG_BYTES
from privity.vault.rotation_ports import RootVersion

T = TypeVar("T")
_VERSION = struct.Struct(">I")
_ID = struct.Struct(">IQ")
_HEAD = _VERSION.size + NONCE_BYTES
_PIN_REFUSED = (PinExpired, PinIncorrect, PinInvalid, PinLenRange, PinLocked)
# What modules say of a wrong tag differs; SoftHSM says CKR_GENERAL_ERROR.
_NOT_OPENED = (EncryptedDataInvalid, EncryptedDataLenRange, FunctionFailed, GeneralError)


@dataclass(frozen=True, slots=True)
class Address:
    """Which key in which module: the parts of a URI of RFC 7512 that are used."""

    module: str
    token: str
    label: str
    pin: Secret


def parse(uri: str) -> Address:
    """Read `pkcs11:token=T;object=O?module-path=/so&pin-source=env:NAME` (RFC 7512).

    Raises SettingsInvalid, also for a PIN in the URI.
    """
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    given = dict(_attributes(path, ";")) | dict(_attributes(query, "&"))
    if "pin-value" in given:
        msg = "a PIN has no place in a URI; name where it is with pin-source"
        raise SettingsInvalid(msg)
    needed = {"token", "object", "module-path", "pin-source"}
    if not needed <= given.keys() <= needed | {"type"} or given.get("type") not in _TYPES:
        msg = (
            "a key in a module is named by "
            "pkcs11:token=T;object=O?module-path=/lib.so&pin-source=env:NAME"
        )
        raise SettingsInvalid(msg)
    pin = secret_source(given["pin-source"])
    return Address(given["module-path"], given["token"], given["object"], pin)


_TYPES = {None, "secret-key"}


def _attributes(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for part in text.split(separator):
        name, _, value = part.partition("=")
        if name:
            yield name, unquote(value)


class _Usable(Protocol):
    """What the library returns for an AES key that may encrypt and decrypt."""

    @property
    def id(self) -> bytes: ...
    def __getitem__(self, attribute: Attribute) -> Any: ...
    def encrypt(self, body: bytes, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes: ...
    def decrypt(self, body: bytes, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes: ...
    def destroy(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Root:
    version: int
    made_at: datetime | None
    key: _Usable


class Pkcs11Custodian:
    """A root key in a module, as vault.ports.RootKeys asks for it."""

    def __init__(self, address: Address) -> None:
        """Sign in and look for the key. Raises KeyStoreUnavailable, KeyExposed."""
        self._address = address
        self._lock = threading.Lock()
        self._session: pkcs11.Session | None = None
        self.versions()

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only at this place. Raises KeyStoreUnavailable."""
        nonce = os.urandom(NONCE_BYTES)

        def act(session: pkcs11.Session) -> bytes:
            root = self._roots(session)[-1]
            return _VERSION.pack(root.version) + nonce + _encrypt(root.key, key, nonce, place)

        return self._run(act)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Decrypt what wrap() made. Raises Tampered, KeyStoreUnavailable."""
        version = int(self.version_of(wrapped))
        nonce, body = wrapped[_VERSION.size : _HEAD], wrapped[_HEAD:]

        def act(session: pkcs11.Session) -> bytes:
            found = (root.key for root in self._roots(session) if root.version == version)
            key = next(found, None)
            if key is None:
                raise Tampered(_BROKEN)
            try:
                return _decrypt(key, body, nonce, place)
            except _NOT_OPENED:
                _probe(key)
                raise Tampered(_BROKEN) from None

        return self._run(act)

    def versions(self) -> tuple[RootVersion, ...]:
        """Return the versions in the module. Raises KeyStoreUnavailable."""
        roots = self._run(self._roots)
        return tuple(RootVersion(str(root.version), root.made_at) for root in roots)

    def version_of(self, wrapped: bytes) -> str:
        """Return the version that a key is wrapped under. Raises Tampered."""
        if len(wrapped) != _HEAD + KEY_BYTES + TAG_BYTES:
            raise Tampered(_BROKEN)
        return str(_VERSION.unpack_from(wrapped)[0])

    def rotate(self, after: str, now: datetime) -> str:
        """Generate a new version inside the module. Raises KeyStoreUnavailable."""

        def act(session: pkcs11.Session) -> str:
            newest = self._roots(session)[-1].version
            if str(newest) == after:
                newest += 1
                with _writing(session) as writing:
                    _generate(writing, self._address.label, newest, now)
            return str(newest)

        return self._run(act)

    def destroy(self, version: str) -> None:
        """Destroy a version inside the module. Raises KeyStoreUnavailable."""

        def act(session: pkcs11.Session) -> None:
            *_, newest = self._roots(session)
            if str(newest.version) == version:
                msg = "the newest version of the root key is in use"
                raise KeyStoreUnavailable(msg)
            with _writing(session) as writing:
                for root in self._roots(writing):
                    if str(root.version) == version:
                        root.key.destroy()

        self._run(act)

    def _roots(self, session: pkcs11.Session) -> list[_Root]:
        """Return the versions of the root key, oldest first; at least one."""
        roots = [_root(key) for key in _keys(session, self._address.label)]
        if not roots:
            msg = "the module holds no key of this name"
            raise KeyStoreUnavailable(msg)
        if len({root.version for root in roots}) != len(roots):
            msg = "the module holds two keys of this name that cannot be told apart"
            raise KeyStoreUnavailable(msg)
        return sorted(roots, key=lambda root: root.version)

    def _run(self, act: Callable[[pkcs11.Session], T]) -> T:
        """Run an act in a session; if the session or the module failed, once more in a new one."""
        with self._lock:
            try:
                if self._session is not None:
                    self._session.generate_random(8)  # is it still open? A search would complain
                    return act(self._session)
            except pkcs11.PKCS11Error:
                self._session = None
            try:
                self._session = _sign_in(self._address)
                return act(self._session)
            except pkcs11.PKCS11Error as error:
                self._session = None
                msg = f"the hardware module cannot be used ({type(error).__name__})"
                raise KeyStoreUnavailable(msg) from error


def open_uri(uri: str) -> Pkcs11Custodian:
    """Return the custodian of a key that is there.

    Raises SettingsInvalid, KeyExposed, KeyStoreUnavailable.
    """
    return Pkcs11Custodian(parse(uri))


def create(uri: str, now: datetime) -> Pkcs11Custodian:
    """Generate a root key inside a module and return its custodian.

    Raises SettingsInvalid, KeyStoreUnavailable (also if there is a key of this name), KeyExposed.
    """
    address = parse(uri)
    try:
        session = _sign_in(address)
        if _keys(session, address.label):
            msg = "there is a root key already; it is not overwritten"
            raise KeyStoreUnavailable(msg)
        with _writing(session) as writing:
            _generate(writing, address.label, 1, now)
    except pkcs11.PKCS11Error as error:
        msg = f"the hardware module does not make a key ({type(error).__name__})"
        raise KeyStoreUnavailable(msg) from error
    return Pkcs11Custodian(address)


def _sign_in(address: Address) -> pkcs11.Session:
    """Open a session; a module that was away is started again."""
    library = pkcs11.lib(address.module)
    try:
        token = library.get_token(token_label=address.token)
    except pkcs11.PKCS11Error:
        library.reinitialize()
        token = library.get_token(token_label=address.token)
    try:
        return token.open(user_pin=address.pin())
    except UserAlreadyLoggedIn:  # sessions of one process share the sign-in
        return token.open()
    except _PIN_REFUSED as error:
        msg = f"the hardware module refuses the PIN ({type(error).__name__})"
        raise KeyStoreUnavailable(msg) from error


def _writing(session: pkcs11.Session) -> pkcs11.Session:
    """Return a second session, which may make and destroy keys; it shares the sign-in."""
    return session.token.open(rw=True)


def _keys(session: pkcs11.Session, label: str) -> list[_Usable]:
    wanted = {
        Attribute.CLASS: ObjectClass.SECRET_KEY,
        Attribute.KEY_TYPE: KeyType.AES,
        Attribute.LABEL: label,
    }
    return [cast("_Usable", key) for key in session.get_objects(wanted)]


def _generate(session: pkcs11.Session, label: str, version: int, now: datetime) -> None:
    session.generate_key(
        KeyType.AES,
        8 * KEY_BYTES,
        id=_ID.pack(version, int(now.timestamp())),
        label=label,
        store=True,
        capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
        template={
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
            Attribute.PRIVATE: True,
            Attribute.MODIFIABLE: False,
        },
    )


def _root(key: _Usable) -> _Root:
    if key[Attribute.EXTRACTABLE] or not key[Attribute.SENSITIVE]:
        msg = "the module would hand out the root key; make one that cannot be extracted"
        raise KeyStoreUnavailable(msg)
    if key[Attribute.VALUE_LEN] != KEY_BYTES:
        msg = "the root key in the module is not an AES-256 key"
        raise KeyStoreUnavailable(msg)
    if len(key.id) != _ID.size:
        return _Root(0, None, key)
    version, made = _ID.unpack(key.id)
    return _Root(version, datetime.fromtimestamp(made, UTC), key)


def _probe(key: _Usable) -> None:
    """Raise PKCS11Error if it is the module that fails, and not what it was given."""
    nonce = os.urandom(NONCE_BYTES)
    _decrypt(key, _encrypt(key, bytes(1), nonce, b""), nonce, b"")


def _encrypt(key: _Usable, body: bytes, nonce: bytes, place: bytes) -> bytes:
    parameters = GCMParams(nonce, place, 8 * TAG_BYTES)
    return bytes(key.encrypt(body, mechanism=Mechanism.AES_GCM, mechanism_param=parameters))


def _decrypt(key: _Usable, body: bytes, nonce: bytes, place: bytes) -> bytes:
    parameters = GCMParams(nonce, place, 8 * TAG_BYTES)
    return bytes(key.decrypt(body, mechanism=Mechanism.AES_GCM, mechanism_param=parameters))


_BROKEN = "a key was wrapped by another root key, or altered"
