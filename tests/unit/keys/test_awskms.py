"""A key in AWS KMS: named without credentials, never one that would not do."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from privity.adapters.keys.awskms import Address, KmsCustodian, parse
from privity.adapters.keys.custodian import create_custodian, open_custodian
from privity.errors import KeyStoreUnavailable, SettingsInvalid
from tests.custodians import MADE, Custody, aws

ARN = "arn:aws:kms:eu-west-1:123456789012:key/1234"


@pytest.fixture(scope="module")
def custody() -> Iterator[Custody]:
    with aws() as custody:
        yield custody


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("awskms:///alias/a?region=eu-central-1", Address("alias/a", "eu-central-1", None)),
        (f"awskms:///{ARN}", Address(ARN, "eu-west-1", None)),
        ("awskms:///1234", Address("1234", None, None)),
        ("awskms://kms.example/1234", Address("1234", None, "https://kms.example")),
        ("awskms://127.0.0.1:4566/1234", Address("1234", None, "http://127.0.0.1:4566")),
    ],
)
def test_a_uri_names_a_key(uri: str, address: Address) -> None:
    assert parse(uri) == address


@pytest.mark.parametrize(
    "uri",
    ["awskms:", "awskms:///", "awskms://me:secret@host/1", "awskms:///1?key=s", "awskms:///1#f"],
)
def test_a_uri_that_names_no_key_or_holds_a_secret_is_refused(uri: str) -> None:
    with pytest.raises(SettingsInvalid):
        open_custodian(uri)


def test_a_new_key_is_named_by_an_alias() -> None:
    with pytest.raises(SettingsInvalid, match="alias"):
        create_custodian("awskms:///1234?region=eu-central-1", MADE)


def test_the_place_is_the_encryption_context(custody: Custody) -> None:
    uri, custodian = custody.make()
    wrapped = custodian.wrap(bytes(32), b"s2:eui1;")
    port = uri.split("/")[2]
    client = boto3.client("kms", region_name="eu-central-1", endpoint_url=f"http://{port}")
    opened = client.decrypt(CiphertextBlob=wrapped[12:], EncryptionContext={"place": "s2:eui1;"})
    assert opened["Plaintext"] == bytes(32)
    client.close()


class Scripted:
    """A client that says what it is told to say."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        def ask(**_: object) -> Any:
            answer = self._answers[name]
            answer = answer.pop(0) if isinstance(answer, list) else answer
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask


GOOD = {
    "KeyId": "1",
    "Arn": ARN,
    "KeySpec": "SYMMETRIC_DEFAULT",
    "Enabled": True,
    "CreationDate": MADE,
}
ADDRESS = Address("1", "eu-west-1", None)


@pytest.mark.parametrize("bad", [{"KeySpec": "RSA_4096"}, {"Enabled": False}])
def test_a_key_that_would_not_do_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(KeyStoreUnavailable, match="symmetric"):
        KmsCustodian(ADDRESS, Scripted(describe_key={"KeyMetadata": GOOD | bad}))


def test_every_page_of_rotations_counts() -> None:
    later = datetime(2026, 3, 1, tzinfo=UTC)
    pages = [
        {"Rotations": [{"RotationDate": MADE}] * 2, "Truncated": True, "NextMarker": "m"},
        {"Rotations": [{"RotationDate": later}], "Truncated": False},
    ]
    client = Scripted(describe_key={"KeyMetadata": GOOD}, list_key_rotations=pages)
    (version,) = KmsCustodian(ADDRESS, client).versions()
    assert (version.name, version.made_at) == ("3", later)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "Encrypt"), "AccessDenied"),
        (ParamValidationError(report="b'secret key'"), "ParamValidation"),
    ],
)
def test_what_is_said_of_an_error_quotes_nothing(error: Exception, said: str) -> None:
    none = {"Rotations": [], "Truncated": False}
    client = Scripted(describe_key={"KeyMetadata": GOOD}, list_key_rotations=none, encrypt=error)
    with pytest.raises(KeyStoreUnavailable, match=said) as caught:
        KmsCustodian(ADDRESS, client).wrap(bytes(32), b"place")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "secret" not in str(caught.value)
