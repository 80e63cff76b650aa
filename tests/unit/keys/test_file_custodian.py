"""The root key's file: made once, private, and refused when it is not."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from privity.adapters.keys.custodian import create_custodian, open_custodian
from privity.adapters.keys.file import FileCustodian, _replace, create
from privity.errors import KeyExposed, KeyStoreUnavailable, SettingsInvalid, Tampered

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "root.key"
    create(path, NOON)
    return path


def test_what_is_wrapped_opens_after_a_restart(path: Path) -> None:
    wrapped = FileCustodian(path).wrap(b"k" * 32, b"place")
    assert FileCustodian(path).unwrap(wrapped, b"place") == b"k" * 32


def test_the_key_is_private_from_the_start(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_size == 40


def test_a_key_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyStoreUnavailable):
        create(path, NOON)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o644])
def test_a_file_that_others_may_enter_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyExposed):
        FileCustodian(path)


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_folder_that_others_may_enter_is_refused(path: Path, mode: int) -> None:
    path.parent.chmod(mode)
    with pytest.raises(KeyExposed):
        FileCustodian(path)


def test_a_key_in_an_open_folder_is_not_made(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(KeyExposed):
        create(tmp_path / "root.key", NOON)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"k" * 31, b"k" * 33, b"k" * 41, b"k" * 64, b"\x7f" * 40])
def test_a_file_that_holds_no_key_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(KeyStoreUnavailable):
        FileCustodian(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreUnavailable):
        FileCustodian(tmp_path / "none")


def test_a_link_is_not_followed(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    with pytest.raises(KeyStoreUnavailable):
        FileCustodian(link)


@pytest.mark.parametrize("below", ["root.key", "folder/root.key"])
def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyStoreUnavailable):
        create(tmp_path / "file" / below, NOON)


def test_a_key_wrapped_by_another_root_is_refused(path: Path, tmp_path: Path) -> None:
    other = create(tmp_path / "other" / "root.key", NOON)
    with pytest.raises(Tampered):
        FileCustodian(path).unwrap(other.wrap(b"k" * 32, b"place"), b"place")


def test_a_key_opens_at_its_place_only(path: Path) -> None:
    custodian = FileCustodian(path)
    with pytest.raises(Tampered):
        custodian.unwrap(custodian.wrap(b"k" * 32, b"place"), b"another")


def test_a_custodian_is_named_by_uri(tmp_path: Path) -> None:
    uri = (tmp_path / "a b" / "root.key").as_uri()
    wrapped = create_custodian(uri, NOON).wrap(b"k" * 32, b"place")
    assert open_custodian(uri).unwrap(wrapped, b"place") == b"k" * 32


@pytest.mark.parametrize("uri", ["", "root.key", "file:", "gcpkms:x", "file://host/root.key"])
def test_a_custodian_that_is_not_supported_is_said_to_be(uri: str) -> None:
    with pytest.raises(SettingsInvalid, match="file:"):
        open_custodian(uri)


def test_a_bare_key_is_as_old_as_its_file(path: Path) -> None:
    path.write_bytes(b"k" * 32)
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    (version,) = FileCustodian(path).versions()
    assert version.made_at == NOON


def test_a_bare_key_stays_usable_when_a_new_version_is_made(path: Path) -> None:
    path.write_bytes(b"k" * 32)
    custodian = FileCustodian(path)
    wrapped = custodian.wrap(b"k" * 32, b"place")
    custodian.rotate(custodian.version_of(wrapped), NOON)
    assert FileCustodian(path).unwrap(wrapped, b"place") == b"k" * 32


def test_a_version_is_as_old_as_it_says(path: Path) -> None:
    custodian = FileCustodian(path)
    (first,) = custodian.versions()
    custodian.rotate(first.name, NOON + timedelta(days=1))
    assert [each.made_at for each in custodian.versions()] == [NOON, NOON + timedelta(days=1)]


def test_a_changed_file_stays_private_and_leaves_nothing_beside_it(path: Path) -> None:
    custodian = FileCustodian(path)
    custodian.rotate(custodian.versions()[-1].name, NOON)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_replaced_stays_as_it_is(path: Path) -> None:
    custodian = FileCustodian(path)
    before = path.read_bytes()
    with pytest.raises(KeyStoreUnavailable):
        _replace(path / "below", custodian._roots)
    assert path.read_bytes() == before
