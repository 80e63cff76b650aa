"""Factors and sessions of one's own, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from privity.access import own
from privity.access.accounts import Factor, FactorKind
from privity.access.desk import Refusal
from privity.access.own import MOST_PASSKEYS, Owned
from privity.access.staff import Role, StaffId
from privity.errors import BadInput, NotSignedIn, SecondFactorNeeded
from tests.contract.test_staff import NOW, Office, office, prove

__all__ = ["office"]
RITA = StaffId("rita")
SECOND = Factor("second", StaffId(""), FactorKind.PASSKEY, b"k", 0, NOW, "the blue one")
PASSWORD = Factor("p1", StaffId(""), FactorKind.PASSWORD, b"hash", 0, NOW)
APP = Factor("t1", StaffId(""), FactorKind.TOTP, b"seed", 7, NOW)


def kinds(owned: object) -> list[str]:
    assert isinstance(owned, Owned)
    return sorted(each.kind.value for each in owned.factors)


def test_a_passkey_is_added_with_its_name_and_the_log_says_only_its_kind(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    owned = office.acts(rita, lambda a: own.put(a, (SECOND,)))
    assert [each.name for each in owned.of(FactorKind.PASSKEY)] == ["", "the blue one"]
    last = office.said()[-1]
    assert (last["event"], last["facts"]["factor"]) == ("factor.added", "passkey")
    assert "blue" not in str(last)


def test_the_last_passkey_stays_until_there_is_another_way_in(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    for fresh in (None, PASSWORD):
        if fresh is not None:
            office.acts(rita, lambda a, f=fresh: own.put(a, (f,)))
        with pytest.raises(BadInput):
            office.acts(rita, lambda a: own.drop(a, "key-rita"))
    office.acts(rita, lambda a: own.put(a, (APP,)))
    left = office.acts(rita, lambda a: own.drop(a, "key-rita"))
    assert kinds(left) == ["password", "totp"]
    assert office.said()[-1]["event"] == "factor.removed"


def test_a_new_password_or_app_replaces_the_old_one(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    for fresh in (PASSWORD, APP, replace(PASSWORD, id="p2"), replace(APP, id="t2")):
        owned = office.acts(rita, lambda a, f=fresh: own.put(a, (f,)))
    assert {each.id for each in owned.factors} == {"key-rita", "p2", "t2"}


def test_new_recovery_codes_replace_all_old_ones(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    for prefix in ("old", "new"):
        codes = tuple(
            Factor(f"{prefix}-{at}", StaffId(""), FactorKind.RECOVERY, b"d", 0, NOW)
            for at in range(10)
        )
        owned = office.acts(rita, lambda a, c=codes: own.put(a, c))
    assert all(each.id.startswith("new") for each in owned.of(FactorKind.RECOVERY))


def test_what_is_replaced_or_removed_ends_the_other_sessions(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    other = office.do(lambda tx: office.sign_in(tx, "rita", "elsewhere"))
    office.acts(rita, lambda a: own.put(a, (SECOND,)))
    assert len(office.acts(other, own.look).sessions) == 2
    office.acts(rita, lambda a: own.drop(a, "second"))
    with pytest.raises(NotSignedIn):
        office.acts(other, own.look)
    assert [each.digest for each in office.acts(rita, own.look).sessions] == [rita.digest]


def test_one_other_session_or_all_of_them_can_be_ended(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    sue = office.employ("sue", Role.SECURITY)
    for name in ("one" * 8, "two" * 8, "six" * 8):
        office.do(lambda tx, n=name: office.sign_in(tx, "rita", n))
    left = office.acts(rita, lambda a: own.end_session(a, own.short(a.tx.sessions.get("one" * 8))))
    assert len(left.sessions) == 3
    with pytest.raises(BadInput):
        office.acts(rita, lambda a: own.end_session(a, own.short(sue)))
    with pytest.raises(BadInput):
        office.acts(rita, lambda a: own.end_session(a, own.short(rita)))
    assert len(office.acts(rita, own.end_others).sessions) == 1
    assert office.said()[-1]["facts"]["sessions"] == 2
    assert len(office.acts(sue, own.look).sessions) == 1


def test_every_change_needs_a_second_factor_of_the_last_five_minutes(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    office.now += timedelta(minutes=5)
    for act in (lambda a: own.put(a, (SECOND,)), lambda a: own.drop(a, "key-rita")):
        refused = office.acts(rita, act)
        assert isinstance(refused, Refusal)
        assert isinstance(refused.error, SecondFactorNeeded)
    assert isinstance(office.acts(rita, own.look), Owned)
    prove(office, rita, "rita")
    assert isinstance(office.acts(rita, lambda a: own.put(a, (SECOND,))), Owned)


def test_nobody_touches_the_factors_of_another(office: Office) -> None:
    office.employ("rita", Role.REVIEWER)
    ada = office.employ("ada", Role.ADMINISTRATOR)
    with pytest.raises(BadInput):
        office.acts(ada, lambda a: own.drop(a, "key-rita"))


def test_passkeys_are_bounded(office: Office) -> None:
    rita = office.employ("rita", Role.REVIEWER)
    for at in range(MOST_PASSKEYS - 1):
        office.acts(rita, lambda a, n=at: own.put(a, (replace(SECOND, id=f"k{n}"),)))
    with pytest.raises(BadInput):
        office.acts(rita, lambda a: own.put(a, (replace(SECOND, id="more"),)))


def test_a_name_is_short_and_printable() -> None:
    assert own.named("  my   key ") == "my key"
    for given in ("", " ", "a" * 61, "a\x00b", "a\u202eb"):
        with pytest.raises(BadInput):
            own.named(given)
