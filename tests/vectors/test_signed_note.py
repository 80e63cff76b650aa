"""Vectors for signatures and notes: RFC 8032 for Ed25519, and the note of the Go checksum database.

The note and the key are the published example of the signed note format (golang.org/x/mod/sumdb).
"""

import pytest

from privity.audit.signing import Signer, read_vkey
from privity.errors import LogCorrupt

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
    "dngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_published_note_opens() -> None:
    assert read_vkey(PETER).open(NOTE) == NOTE.split("\n\n", maxsplit=1)[0] + "\n"


def test_the_published_note_with_another_text_does_not_open() -> None:
    with pytest.raises(LogCorrupt):
        read_vkey(PETER).open(NOTE.replace("answer", "question"))


def test_the_key_of_rfc_8032_is_the_published_one() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    verifier = Signer("log", seed).verifier
    assert verifier.vkey.startswith(f"log+{verifier.key_id.hex()}+")
    assert read_vkey(verifier.vkey)._public.hex() == public
