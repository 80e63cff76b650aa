"""A DOUBLE of the transit engine of HashiCorp Vault and OpenBao, not the real server.

It answers over HTTP as the published API documentation says (paths, fields, status codes,
`vault:vN:` ciphertexts, associated data, minimum versions, trim), so that the custodian is
exercised against the protocol. That a real server behaves so is not shown by tests that use this.
"""

import contextlib
import json
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "hvs.test-token"
Answer = tuple[int, dict[str, Any]]


@dataclass
class TransitKey:
    exportable: bool = False
    kind: str = "aes256-gcm96"
    versions: dict[int, bytes] = field(default_factory=lambda: {1: secrets.token_bytes(32)})
    least_to_decrypt: int = 1
    least_to_encrypt: int = 0

    def about(self) -> Answer:
        data = {
            "type": self.kind,
            "exportable": self.exportable,
            "keys": {str(v): 1767268800 + v for v in self.versions if v >= self.least_to_decrypt},
            "latest_version": max(self.versions),
            "min_decryption_version": self.least_to_decrypt,
            "min_encryption_version": self.least_to_encrypt,
        }
        return 200, {"data": data}

    def encrypt(self, body: dict[str, str]) -> Answer:
        newest, nonce = max(self.versions), secrets.token_bytes(12)
        place = b64decode(body.get("associated_data", ""))
        sealed = AESGCM(self.versions[newest]).encrypt(nonce, b64decode(body["plaintext"]), place)
        return 200, {
            "data": {"ciphertext": f"vault:v{newest}:{b64encode(nonce + sealed).decode()}"}
        }

    def decrypt(self, body: dict[str, str]) -> Answer:
        try:
            _, version, text = body["ciphertext"].split(":")
            number, sealed = int(version[1:]), b64decode(text, validate=True)
            if number < self.least_to_decrypt:
                return 400, {"errors": ["ciphertext or signature version is disallowed by policy"]}
            place = b64decode(body.get("associated_data", ""))
            opened = AESGCM(self.versions[number]).decrypt(sealed[:12], sealed[12:], place)
        except (ValueError, KeyError, InvalidTag):
            return 400, {"errors": ["cipher: message authentication failed"]}
        return 200, {"data": {"plaintext": b64encode(opened).decode()}}

    def configure(self, body: dict[str, int]) -> Answer:
        self.least_to_decrypt = body.get("min_decryption_version", self.least_to_decrypt)
        self.least_to_encrypt = body.get("min_encryption_version", self.least_to_encrypt)
        return 200, {}

    def trim(self, body: dict[str, int]) -> Answer:
        least = body["min_available_version"]
        if not self.least_to_encrypt or least > min(self.least_to_decrypt, self.least_to_encrypt):
            return 400, {"errors": ["minimum available version is too high"]}
        self.versions = {v: key for v, key in self.versions.items() if v >= least}
        return 200, {}


@dataclass
class TransitDouble:
    """What it holds, and what it was asked: (method, path, namespace)."""

    keys: dict[str, TransitKey] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    answer: tuple[int, bytes] | None = None
    """What to answer instead, to everything."""

    def ask(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        act, _, rest = path.partition("/")
        name, _, what = rest.partition("/")
        if (method, act, what) == ("POST", "keys", ""):
            self.keys.setdefault(name, TransitKey(bool(body.get("exportable"))))
            return 200, {}
        key = self.keys.get(name)
        if key is None:
            return (404, {"errors": []}) if method == "GET" else (400, {"errors": ["no such key"]})
        if (act, what) == ("keys", "rotate"):
            key.versions[max(key.versions) + 1] = secrets.token_bytes(32)
            return 204, {}
        acts = {"encrypt": key.encrypt, "decrypt": key.decrypt, "config": key.configure}
        if method == "GET":
            return key.about()
        return acts.get(what or act, key.trim)(body)


@contextlib.contextmanager
def serving(double: TransitDouble, port: int = 0) -> Iterator[int]:
    """Serve it on loopback; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self._answer(json.loads(self.rfile.read(length) or b"{}"))

        def _answer(self, body: dict[str, Any]) -> None:
            path = self.path.removeprefix("/v1/transit/")
            namespace = self.headers.get("x-vault-namespace", "")
            double.asked.append((self.command, path, namespace))
            if self.headers.get("x-vault-token") != TOKEN:
                status, text = 403, b'{"errors":["permission denied"]}'
            elif double.answer is not None:
                status, text = double.answer
            else:
                status, answer = double.ask(self.command, path, body)
                text = b"" if status == 204 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
