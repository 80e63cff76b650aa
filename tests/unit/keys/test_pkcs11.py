"""A key in a module is named without its PIN, and used only if it can never leave the module."""

from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, MechanismFlag

from privity.adapters.keys.custodian import create_custodian, open_custodian
from privity.adapters.keys.pkcs11 import _ID
from privity.errors import KeyExposed, KeyStoreUnavailable, SettingsInvalid
from tests.custodians import MADE, PIN, PIN_VARIABLE, SOFTHSM, softhsm, softhsm_uri

MAY = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT


@pytest.fixture(scope="module", autouse=True)
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with softhsm(tmp_path_factory.mktemp("hsm")):
        yield


def made_elsewhere(label: str, number: bytes = b"\x01", bits: int = 256, **template: bool) -> None:
    """A key made with another tool."""
    attributes = {getattr(Attribute, name): value for name, value in template.items()}
    token = pkcs11.lib(str(SOFTHSM)).get_token(token_label="privity tests")
    try:
        session = token.open(rw=True, user_pin=PIN)
    except pkcs11.exceptions.UserAlreadyLoggedIn:
        session = token.open(rw=True)
    session.generate_key(
        KeyType.AES, bits, label=label, id=number, store=True, capabilities=MAY, template=attributes
    )


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:",
        "pkcs11:token=t;object=o",
        "pkcs11:token=t;object=o?module-path=/m.so",
        "pkcs11:token=t?module-path=/m.so&pin-source=env:PIN",
        "pkcs11:token=t;object=o?module-path=/m.so&pin-source=1234",
        "pkcs11:token=t;object=o?module-path=/m.so&pin-source=file:pin",
        "pkcs11:token=t;object=o;type=private?module-path=/m.so&pin-source=env:PIN",
        "pkcs11:token=t;object=o;model=m?module-path=/m.so&pin-source=env:PIN",
    ],
)
def test_a_uri_that_does_not_name_one_key_is_refused(uri: str) -> None:
    with pytest.raises(SettingsInvalid):
        open_custodian(uri)


def test_a_pin_in_a_uri_is_refused_without_repeating_it() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        open_custodian(softhsm_uri("o") + "&pin-value=31415926")
    assert PIN not in str(caught.value)


def test_a_key_made_here_never_leaves_the_module() -> None:
    create_custodian(softhsm_uri("sealed in"), MADE)
    token = pkcs11.lib(str(SOFTHSM)).get_token(token_label="privity tests")
    (key,) = list(token.open().get_objects({Attribute.LABEL: "sealed in"}))
    assert key[Attribute.NEVER_EXTRACTABLE]
    assert key[Attribute.ALWAYS_SENSITIVE]
    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        key[Attribute.VALUE]


@pytest.mark.parametrize("template", [{"EXTRACTABLE": True}, {"SENSITIVE": False}])
def test_a_key_that_could_leave_the_module_is_refused(template: dict[str, bool]) -> None:
    label = str(template)
    made_elsewhere(label, **{"SENSITIVE": True, "EXTRACTABLE": False} | template)
    with pytest.raises(KeyStoreUnavailable, match="hand out"):
        open_custodian(softhsm_uri(label))


def test_a_short_key_is_refused() -> None:
    made_elsewhere("short", bits=128, SENSITIVE=True, EXTRACTABLE=False)
    with pytest.raises(KeyStoreUnavailable, match="AES-256"):
        open_custodian(softhsm_uri("short"))


def test_a_key_made_with_another_tool_is_used_and_rotated() -> None:
    made_elsewhere("foreign", SENSITIVE=True, EXTRACTABLE=False)
    custodian = open_custodian(softhsm_uri("foreign"))
    (version,) = custodian.versions()
    assert version.made_at is None
    wrapped = custodian.wrap(bytes(32), b"place")
    assert custodian.rotate(version.name, MADE) == "1"
    assert custodian.unwrap(wrapped, b"place") == bytes(32)
    assert custodian.versions()[-1].made_at == MADE


def test_two_keys_that_cannot_be_told_apart_are_refused() -> None:
    for _ in range(2):
        made_elsewhere("twins", _ID.pack(1, 0), SENSITIVE=True, EXTRACTABLE=False)
    with pytest.raises(KeyStoreUnavailable, match="told apart"):
        open_custodian(softhsm_uri("twins"))


def test_a_module_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    uri = softhsm_uri("o").replace(str(SOFTHSM), f"{tmp_path}/none.so")
    for act in (open_custodian, lambda uri: create_custodian(uri, MADE)):
        with pytest.raises(KeyStoreUnavailable):
            act(uri)


def test_a_token_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(KeyStoreUnavailable):
        open_custodian(softhsm_uri("o").replace("privity%20tests", "other"))


def test_a_wrong_pin_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    create_custodian(softhsm_uri("guarded"), MADE)
    pkcs11.lib(str(SOFTHSM)).reinitialize()
    asked: list[str] = []
    monkeypatch.setenv(PIN_VARIABLE, "00000000")
    monkeypatch.setattr(
        "privity.adapters.keys.secret._checked", lambda pin, _: asked.append(pin) or pin
    )
    with pytest.raises(KeyStoreUnavailable, match="PIN"):
        open_custodian(softhsm_uri("guarded"))
    assert asked == ["00000000"]


def test_a_missing_pin_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PIN_VARIABLE)
    with pytest.raises(KeyStoreUnavailable, match=PIN_VARIABLE):
        open_custodian(softhsm_uri("o"))


def test_a_pin_may_be_in_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\n")
    file.chmod(0o600)
    uri = softhsm_uri("by file", f"file:{file}")
    wrapped = create_custodian(uri, MADE).wrap(bytes(32), b"place")
    pkcs11.lib(str(SOFTHSM)).reinitialize()
    assert open_custodian(uri).unwrap(wrapped, b"place") == bytes(32)


@pytest.mark.parametrize(("mode", "error"), [(0o644, KeyExposed), (None, KeyStoreUnavailable)])
def test_a_pin_file_that_is_open_to_others_or_missing_is_refused(
    tmp_path: Path, mode: int | None, error: type[Exception]
) -> None:
    file = tmp_path / "pin"
    if mode is not None:
        file.write_text(PIN)
        file.chmod(mode)
    with pytest.raises(error) as caught:
        open_custodian(softhsm_uri("o", f"file:{file}"))
    assert PIN not in str(caught.value)
