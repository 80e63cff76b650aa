"""A root key in HashiCorp Vault or OpenBao: the transit secrets engine, over HTTPS.

Form of a wrapped key: what the engine returned, `vault:vN:BASE64`, where N is the version of the
root key. The place is the associated data of AES-256-GCM inside the server (Vault 1.9 or later).

Invariants: the key is of the type aes256-gcm96 and cannot be exported, or it is not used; the token
is read anew for each call and not kept; TLS 1.3 with verified certificates, plain HTTP on loopback
only; redirects are not followed and no proxy is taken from the environment; each call has
a connection of its own and takes seconds, not minutes.
"""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from privity.adapters.keys.secret import Secret, secret_source
from privity.errors import KeyStoreUnavailable, SettingsInvalid, Tampered
from privity.settings import LOOPBACK
from privity.vault.rotation_ports import RootVersion

SECONDS = 5
_MOST_BYTES = 1 << 20
_WRAPPED = re.compile(rb"vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})")
_OK, _EMPTY, _BAD, _NOT_FOUND = 200, 204, 400, 404


@dataclass(frozen=True, slots=True)
class Address:
    """Which key on which server. `authorities` is a PEM file, or empty for the system's."""

    host: str
    port: int
    mount: str
    key: str
    token: Secret
    authorities: str
    namespace: str


def parse(uri: str) -> Address:
    """Read `vault://HOST[:PORT]/MOUNT/KEY[?token=env:VAULT_TOKEN&authorities=PEM&namespace=N]`.

    Raises SettingsInvalid.
    """
    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query))
    mount, _, key = parts.path.strip("/").rpartition("/")
    known = {"token", "authorities", "namespace"}
    if not (parts.hostname and mount and key) or query.keys() - known or parts.username:
        msg = "a key in Vault or OpenBao is named by vault://HOST/MOUNT/KEY?token=env:VAULT_TOKEN"
        raise SettingsInvalid(msg)
    return Address(
        parts.hostname,
        parts.port or 8200,
        mount,
        key,
        secret_source(query.get("token", "env:VAULT_TOKEN")),
        query.get("authorities", ""),
        query.get("namespace", ""),
    )


class TransitCustodian:
    """A root key in the transit engine, as vault.ports.RootKeys asks for it."""

    def __init__(self, address: Address) -> None:
        """Look for the key. Raises KeyStoreUnavailable, KeyExposed, SettingsInvalid."""
        self._server = _Server(address)
        self._key = quote(address.key, safe="")
        self.versions()

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only at this place.

        Raises KeyStoreUnavailable, KeyExposed.
        """
        body = {"plaintext": _text(key), "associated_data": _text(place)}
        made = str(self._ask(f"encrypt/{self._key}", body).get("ciphertext")).encode()
        if _WRAPPED.fullmatch(made) is None:
            raise KeyStoreUnavailable(_STRANGE)
        return made

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Decrypt what wrap() made. Raises Tampered, KeyStoreUnavailable, KeyExposed."""
        self.version_of(wrapped)
        body = {"ciphertext": wrapped.decode(), "associated_data": _text(place)}
        status, answer = self._server.ask("POST", f"decrypt/{self._key}", body)
        if status == _BAD:  # the server is up and knows us: what it was given is at fault
            raise Tampered(_BROKEN)
        return b64decode(str(_data(status, answer).get("plaintext")))

    def versions(self) -> tuple[RootVersion, ...]:
        """Return the versions that the server holds. Raises KeyStoreUnavailable, KeyExposed."""
        about = self._about()
        made = {int(version): _time(at) for version, at in about["keys"].items()}
        least = max(1, int(about.get("min_decryption_version", 1)))
        return tuple(RootVersion(str(each), made[each]) for each in sorted(made) if each >= least)

    def version_of(self, wrapped: bytes) -> str:
        """Return the version that a key is wrapped under. Raises Tampered."""
        found = _WRAPPED.fullmatch(wrapped)
        if found is None:
            raise Tampered(_BROKEN)
        return found[1].decode()

    def rotate(self, after: str, now: datetime) -> str:
        """Let the server make a new version. Raises KeyStoreUnavailable, KeyExposed."""
        del now  # the server has its own clock
        if self.versions()[-1].name == after:
            self._ask(f"keys/{self._key}/rotate", {})
        return self.versions()[-1].name

    def destroy(self, version: str) -> None:
        """Destroy this version and every older one. Raises KeyStoreUnavailable, KeyExposed.

        The engine removes versions only from the oldest on, so older ones go first.
        """
        held = [each.name for each in self.versions()]
        if held[-1] == version:
            msg = "the newest version of the root key is in use"
            raise KeyStoreUnavailable(msg)
        if version in held:
            least = int(version) + 1
            bounds = {"min_decryption_version": least, "min_encryption_version": least}
            self._ask(f"keys/{self._key}/config", bounds)
            self._ask(f"keys/{self._key}/trim", {"min_available_version": least})

    def _about(self) -> Mapping[str, Any]:
        about = _data(*self._server.ask("GET", f"keys/{self._key}", None))
        if about.get("type") != "aes256-gcm96" or about.get("exportable") or not about.get("keys"):
            msg = "the root key in the transit engine must be aes256-gcm96 and not exportable"
            raise KeyStoreUnavailable(msg)
        return about

    def _ask(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return _data(*self._server.ask("POST", path, body))


class _Server:
    """A server, asked one question at a time over a connection of its own."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._context: ssl.SSLContext | None = None
        if address.host not in LOOPBACK:
            self._context = _context(address.authorities)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, Any]:
        """Return status and JSON of an answer. Raises KeyStoreUnavailable, KeyExposed."""
        headers = {"X-Vault-Token": self._address.token(), "X-Vault-Request": "true"}
        if self._address.namespace:
            headers["X-Vault-Namespace"] = self._address.namespace
        data = None if body is None else json.dumps(body)
        connection = self._connection()
        try:
            connection.request(method, f"/v1/{quote(self._address.mount)}/{path}", data, headers)
            answer = connection.getresponse()
            text = answer.read(_MOST_BYTES)
            return answer.status, json.loads(text) if text else {}
        except (OSError, HTTPException, ValueError) as error:
            msg = f"the transit engine cannot be reached ({type(error).__name__})"
            raise KeyStoreUnavailable(msg) from None  # an answer may hold a key
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        host, port = self._address.host, self._address.port
        if self._context is None:
            return HTTPConnection(host, port, timeout=SECONDS)
        return HTTPSConnection(host, port, timeout=SECONDS, context=self._context)


def open_uri(uri: str) -> TransitCustodian:
    """Return the custodian of a key that is there.

    Raises SettingsInvalid, KeyStoreUnavailable, KeyExposed.
    """
    return TransitCustodian(parse(uri))


def create(uri: str, now: datetime) -> TransitCustodian:
    """Let the server make a key, and return its custodian.

    Raises SettingsInvalid, KeyStoreUnavailable (also if there is a key of this name), KeyExposed.
    """
    del now  # the server has its own clock
    address = parse(uri)
    server, key = _Server(address), f"keys/{quote(address.key, safe='')}"
    status, answer = server.ask("GET", key, None)
    if status != _NOT_FOUND:
        _data(status, answer)
        msg = "there is a root key already; it is not overwritten"
        raise KeyStoreUnavailable(msg)
    kind = {"type": "aes256-gcm96", "exportable": False, "allow_plaintext_backup": False}
    _data(*server.ask("POST", key, kind))
    return TransitCustodian(address)


def _context(authorities: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=Path(authorities) if authorities else None)
    except OSError as error:
        msg = "the authorities named in the key URI do not load"
        raise SettingsInvalid(msg) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def _data(status: int, answer: Any) -> Mapping[str, Any]:
    """Return the data of an answer that says yes. Raises KeyStoreUnavailable."""
    if status not in {_OK, _EMPTY} or not isinstance(answer, dict):
        msg = f"the transit engine refuses (status {status})"
        raise KeyStoreUnavailable(msg)
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def _time(at: object) -> datetime | None:
    return datetime.fromtimestamp(at, UTC) if isinstance(at, int) else None


def _text(data: bytes) -> str:
    return b64encode(data).decode()


_BROKEN = "a key was wrapped by another root key, or altered"
_STRANGE = "the transit engine answers with something else than a wrapped key"
