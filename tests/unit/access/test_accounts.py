"""Accounts of staff: who gets in, and that nobody comes back."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from privity.access.accounts import (
    Account,
    Factor,
    FactorKind,
    State,
    accept,
    digest_of,
    end,
    give,
    invited,
    opens,
    resume,
    secret_of,
    suspend,
)
from privity.access.staff import Role, StaffId
from privity.errors import AccessDenied, BadInput
from privity.model.words import Region

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = secret_of(bytes(32))
NEW = Account(
    StaffId("a"),
    "Ada",
    "ada@example.org",
    frozenset({Role.REVIEWER}),
    frozenset({Region.EU}),
    State.INVITED,
    "",
    NOW,
    NOW,
)
INVITED = invited(NEW, SECRET, NOW)
ACTIVE = accept(INVITED, SECRET, NOW)


def test_who_holds_the_invitation_gets_the_account() -> None:
    assert ACTIVE.staff.active


def test_an_invitation_is_stored_as_a_digest_only() -> None:
    assert SECRET not in repr(INVITED)
    assert INVITED.invitation == digest_of(SECRET)


@pytest.mark.parametrize(
    ("account", "secret", "at"),
    [
        (INVITED, secret_of(b"x" * 32), NOW),
        (INVITED, "", NOW),
        (INVITED, SECRET, NOW + timedelta(hours=72)),
        (ACTIVE, SECRET, NOW),
        (ACTIVE, "", NOW),
        (NEW, "", NOW),
        (suspend(ACTIVE), SECRET, NOW),
    ],
)
def test_a_wrong_late_or_used_invitation_opens_nothing(account, secret, at) -> None:
    with pytest.raises(AccessDenied):
        accept(account, secret, at)


def test_a_new_invitation_ends_the_old_one() -> None:
    again = invited(INVITED, secret_of(b"y" * 32), NOW)
    with pytest.raises(AccessDenied):
        accept(again, SECRET, NOW)


def test_an_ended_account_has_no_name_no_role_and_no_way_back() -> None:
    gone = end(ACTIVE)
    assert (gone.name, gone.mail, gone.roles, gone.staff.active) == ("", "", frozenset(), False)
    for act in (suspend, resume, lambda a: give(a, NEW.roles, NEW.regions)):
        with pytest.raises(BadInput):
            act(gone)
    with pytest.raises(BadInput):
        invited(gone, SECRET, NOW)


def test_a_suspended_account_comes_back_as_it_was() -> None:
    assert not suspend(ACTIVE).staff.active
    assert resume(suspend(ACTIVE)) == ACTIVE


@pytest.mark.parametrize("account", [INVITED, suspend(ACTIVE), end(ACTIVE)])
def test_only_an_account_in_use_is_suspended(account) -> None:
    with pytest.raises(BadInput):
        suspend(account)


def test_an_account_without_a_role_is_refused() -> None:
    with pytest.raises(BadInput):
        give(ACTIVE, frozenset(), NEW.regions)


def test_a_passkey_opens_and_so_does_a_password_with_an_app_and_nothing_less() -> None:
    every = tuple(Factor(kind.value, NEW.id, kind, b"k", 0, NOW) for kind in FactorKind)
    for size in range(len(every) + 1):
        for some in combinations(every, size):
            kinds = {each.kind for each in some}
            both = {FactorKind.PASSWORD, FactorKind.TOTP} <= kinds
            assert opens(some) is (FactorKind.PASSKEY in kinds or both)
