"""A key in Vault or OpenBao: over TLS, with a token that is not in the URI. Against the double."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from privity.adapters.keys.custodian import create_custodian, open_custodian
from privity.adapters.keys.transit import _Server, parse
from privity.errors import KeyStoreUnavailable, SettingsInvalid
from tests.custodians import MADE
from tests.transit_double import TOKEN, TransitDouble, TransitKey, serving


@pytest.fixture
def double() -> TransitDouble:
    return TransitDouble()


@pytest.fixture
def uri(double: TransitDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with serving(double) as port:
        yield f"vault://127.0.0.1:{port}/transit/root"


@pytest.mark.parametrize(
    "uri",
    [
        "vault:",
        "vault://host",
        "vault://host/root",
        "vault://me@host/transit/root",
        "vault://host/transit/root?token=hvs.secret",
        "vault://host/transit/root?skip_verify=1",
    ],
)
def test_a_uri_that_names_no_key_or_holds_a_token_is_refused(uri: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        open_custodian(uri)
    assert "hvs.secret" not in str(caught.value)


def test_a_mount_may_have_parts_and_the_port_a_default() -> None:
    address = parse("vault://host/team/a/transit/root?namespace=n")
    assert (address.mount, address.key, address.port) == ("team/a/transit", "root", 8200)


def test_beyond_loopback_it_is_tls_1_3_with_verified_certificates() -> None:
    context = _Server(parse("vault://vault.example/transit/root"))._context
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_3
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_authorities_that_do_not_load_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid):
        open_custodian(f"vault://vault.example/transit/root?authorities={tmp_path}/none.pem")


def test_a_server_without_tls_is_not_spoken_to(uri: str) -> None:
    elsewhere = uri.replace("127.0.0.1", "127.0.0.2")
    with pytest.raises(KeyStoreUnavailable):
        open_custodian(elsewhere)


def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with pytest.raises(KeyStoreUnavailable):
        open_custodian("vault://127.0.0.1:1/transit/root")


def test_a_refused_token_is_unavailable(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "hvs.other")
    for act in (open_custodian, lambda uri: create_custodian(uri, MADE)):
        with pytest.raises(KeyStoreUnavailable, match="403"):
            act(uri)


@pytest.mark.parametrize("key", [TransitKey(exportable=True), TransitKey(kind="rsa-4096")])
def test_a_key_that_would_not_do_is_refused(
    double: TransitDouble, uri: str, key: TransitKey
) -> None:
    double.keys["root"] = key
    with pytest.raises(KeyStoreUnavailable, match="aes256-gcm96"):
        open_custodian(uri)


def test_a_key_made_here_cannot_be_exported(double: TransitDouble, uri: str) -> None:
    create_custodian(uri, MADE)
    assert not double.keys["root"].exportable


def test_the_namespace_is_named_in_every_question(double: TransitDouble, uri: str) -> None:
    create_custodian(f"{uri}?namespace=team", MADE).wrap(bytes(32), b"place")
    assert {namespace for _, _, namespace in double.asked} == {"team"}


@pytest.mark.parametrize(
    "answer",
    [(200, b"not json"), (200, b"[]"), (200, b"{}"), (200, b'{"data":{"ciphertext":"x"}}')],
)
def test_a_strange_answer_is_no_wrapped_key(
    double: TransitDouble, uri: str, answer: tuple[int, bytes]
) -> None:
    custodian = create_custodian(uri, MADE)
    double.answer = answer
    with pytest.raises(KeyStoreUnavailable) as caught:
        custodian.wrap(bytes(32), b"place")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_destroyed_version_is_gone_from_the_server(double: TransitDouble, uri: str) -> None:
    custodian = create_custodian(uri, MADE)
    for after in ("1", "2"):
        custodian.rotate(after, MADE)
    custodian.destroy("2")
    assert list(double.keys["root"].versions) == [3]
