"""One contract for every custodian: each runs for real, except where its name says double."""

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from privity.errors import KeyStoreUnavailable, Tampered
from privity.vault.rotation_ports import RootKeys
from tests.custodians import MADE, Custody, aws, in_files, openbao, softhsm, transit_double

KEY, PLACE = bytes(range(32)), b"place"
LATER = MADE + timedelta(days=9)
KINDS = ["file", "pkcs11", "awskms", "vault", "vault_double"]
FIXTURES = {"pkcs11": "hsm", "awskms": "kms", "vault": "bao", "vault_double": "vault_double"}


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Custody]:
    with softhsm(tmp_path_factory.mktemp("hsm")) as custody:
        yield custody


@pytest.fixture(scope="module")
def kms() -> Iterator[Custody]:
    with aws() as custody:
        yield custody


@pytest.fixture(scope="module")
def bao() -> Iterator[Custody]:
    with openbao() as custody:
        yield custody


@pytest.fixture(scope="module")
def vault_double() -> Iterator[Custody]:
    with transit_double() as custody:
        yield custody


@pytest.fixture(params=KINDS)
def custody(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Custody:
    if request.param == "file":
        return in_files(tmp_path_factory.mktemp("keys"))
    return request.getfixturevalue(FIXTURES[request.param])


@pytest.fixture
def made(custody: Custody) -> tuple[str, RootKeys]:
    return custody.make()


@pytest.fixture
def custodian(made: tuple[str, RootKeys]) -> RootKeys:
    return made[1]


def newest(custodian: RootKeys) -> str:
    return custodian.versions()[-1].name


def test_what_is_wrapped_opens_in_another_process(custody, made) -> None:
    uri, custodian = made
    assert custody.open(uri).unwrap(custodian.wrap(KEY, PLACE), PLACE) == KEY


def test_what_is_wrapped_shows_nothing_and_differs_each_time(custodian) -> None:
    wrapped = {custodian.wrap(KEY, PLACE) for _ in range(4)}
    assert len(wrapped) == 4
    assert not any(KEY in each for each in wrapped)


def test_a_key_opens_at_its_place_only(custodian) -> None:
    wrapped = custodian.wrap(KEY, PLACE)
    for place in (b"", b"plac", b"place ", b"Place", b"p\x00lace"):
        with pytest.raises(Tampered):
            custodian.unwrap(wrapped, place)


def test_an_altered_key_does_not_open(custodian) -> None:
    wrapped = custodian.wrap(KEY, PLACE)
    for at in (4, len(wrapped) - 40, len(wrapped) - 20, len(wrapped) - 1):
        other = b"B" if wrapped[at] == ord("A") else b"A"
        with pytest.raises(Tampered):
            custodian.unwrap(wrapped[:at] + other + wrapped[at + 1 :], PLACE)


def test_a_key_that_was_cut_off_or_has_something_added_does_not_open(custodian) -> None:
    wrapped = custodian.wrap(KEY, PLACE)
    cut = [wrapped[:length] for length in (0, 1, 4, 5, 17, 33, -1)]
    for each in (*cut, wrapped + b"\x00", wrapped + b"A", wrapped + bytes(1 << 20)):
        with pytest.raises(Tampered):
            custodian.unwrap(each, PLACE)


def test_another_root_key_opens_nothing(custody, custodian) -> None:
    _, other = custody.make()
    with pytest.raises(Tampered):
        other.unwrap(custodian.wrap(KEY, PLACE), PLACE)


def test_a_root_key_is_never_made_again(custody, made) -> None:
    uri, custodian = made
    wrapped = custodian.wrap(KEY, PLACE)
    with pytest.raises(KeyStoreUnavailable):
        replace(custody, fresh=lambda: uri).make()
    assert custodian.unwrap(wrapped, PLACE) == KEY


def test_a_root_key_that_is_not_there_is_not_made_by_looking(custody) -> None:
    with pytest.raises(KeyStoreUnavailable):
        custody.open(custody.fresh())


def test_while_the_custodian_is_away_nothing_is_wrapped_and_then_it_is_again(custody, made) -> None:
    uri, custodian = made
    wrapped = custodian.wrap(KEY, PLACE)
    with custody.away():
        with pytest.raises(KeyStoreUnavailable):
            custodian.wrap(KEY, PLACE)
        with pytest.raises(KeyStoreUnavailable):
            custodian.versions()
        with pytest.raises(KeyStoreUnavailable):
            custodian.rotate(custodian.version_of(wrapped), LATER)
        with pytest.raises(KeyStoreUnavailable):
            custody.open(uri)
    assert custodian.unwrap(wrapped, PLACE) == KEY
    assert custodian.unwrap(custodian.wrap(KEY, PLACE), PLACE) == KEY


def test_a_new_root_key_has_one_version_which_wraps(custodian) -> None:
    (version,) = custodian.versions()
    assert custodian.version_of(custodian.wrap(KEY, PLACE)) == version.name


def test_after_a_rotation_the_new_version_wraps_and_the_old_one_opens(custodian) -> None:
    old = custodian.wrap(KEY, PLACE)
    name = custodian.rotate(newest(custodian), LATER)
    new = custodian.wrap(KEY, PLACE)
    assert custodian.version_of(new) == name == newest(custodian)
    assert custodian.version_of(old) != name
    assert [custodian.unwrap(each, PLACE) for each in (old, new)] == [KEY, KEY]


def test_a_rotation_is_seen_at_once_by_every_other_process(custody, made) -> None:
    uri, custodian = made
    other = custody.open(uri)
    name = custodian.rotate(newest(custodian), LATER)
    assert other.version_of(other.wrap(KEY, PLACE)) == name
    assert custody.open(uri).unwrap(custodian.wrap(KEY, PLACE), PLACE) == KEY
    assert other.unwrap(custodian.wrap(KEY, PLACE), PLACE) == KEY


def test_two_who_rotate_at_once_make_one_version(custody, made) -> None:
    uri, custodian = made
    first = newest(custodian)
    assert custodian.rotate(first, LATER) == custody.open(uri).rotate(first, LATER)
    assert newest(custodian) != first


def test_a_destroyed_version_opens_nothing_any_more(custody, made) -> None:
    uri, custodian = made
    old, first = custodian.wrap(KEY, PLACE), newest(custodian)
    custodian.rotate(first, LATER)
    new = custodian.wrap(KEY, PLACE)
    custodian.destroy(first)
    custodian.destroy(first)
    assert first not in [each.name for each in custodian.versions()]
    for each in (custodian, custody.open(uri)):
        with nullcontext() if custody.keeps_old else pytest.raises(Tampered):
            assert each.unwrap(old, PLACE) == KEY
        assert each.unwrap(new, PLACE) == KEY


def test_the_newest_version_is_never_destroyed(custodian) -> None:
    wrapped = custodian.wrap(KEY, PLACE)
    with pytest.raises(KeyStoreUnavailable):
        custodian.destroy(newest(custodian))
    assert custodian.unwrap(wrapped, PLACE) == KEY


def test_the_age_of_a_version_is_known(custodian) -> None:
    custodian.rotate(newest(custodian), LATER)
    made_at = custodian.versions()[-1].made_at
    assert made_at is not None
    assert made_at.tzinfo is not None


def test_threads_may_share_a_custodian(custodian) -> None:
    opened: list[bytes] = []

    def work() -> None:
        opened.extend(custodian.unwrap(custodian.wrap(KEY, PLACE), PLACE) for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [KEY] * 40
