"""NIST's vectors for AES-256-GCM, shipped in the cryptography-vectors package."""

from collections.abc import Iterator

import cryptography_vectors
import pytest

from privity.errors import Tampered
from privity.vault.aead import HEADER, Key


def cases(name: str) -> Iterator[dict[str, str]]:
    case: dict[str, str] = {}
    with cryptography_vectors.open_vector_file(f"ciphers/AES/GCM/{name}.rsp", "r") as lines:
        for line in map(str.strip, lines):
            if line.startswith("Count"):
                if case:
                    yield case
                case = {}
            elif line == "FAIL":
                case["FAIL"] = ""
            elif "=" in line and not line.startswith("["):
                name, _, value = line.partition("=")
                case[name.strip()] = value.strip()
    yield case


def usable() -> Iterator[dict[str, bytes]]:
    """Cases with the sizes that we use: 96-bit nonce, 128-bit tag."""
    for name in ("gcmEncryptExtIV256", "gcmDecrypt256"):
        for case in cases(name):
            if len(case.get("IV", "")) == 24 and len(case.get("Tag", "")) == 32:
                yield {field: bytes.fromhex(value) for field, value in case.items()}


def test_opens_what_nist_sealed() -> None:
    good = [case for case in usable() if "FAIL" not in case]
    assert len(good) > 300
    for case in good:
        sealed = HEADER + case["IV"] + case["CT"] + case["Tag"]
        assert Key(case["Key"]).unseal(sealed, case["AAD"]) == case["PT"]


def test_refuses_what_nist_broke() -> None:
    bad = [case for case in usable() if "FAIL" in case]
    assert len(bad) > 50
    for case in bad:
        with pytest.raises(Tampered):
            Key(case["Key"]).unseal(HEADER + case["IV"] + case["CT"] + case["Tag"], case["AAD"])
