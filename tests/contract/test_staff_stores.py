"""What is stored of staff, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from privity.access.accounts import Account, Factor, FactorKind, State, end
from privity.access.grants import Request, Stage, approve
from privity.access.sessions import Guesses, began, wrong
from privity.access.staff import GrantId, Role, StaffId
from privity.adapters.sql.stores import SqlTransaction
from privity.model.words import ConversationRef, Purpose, Region
from tests.conftest import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ADA, BOB = StaffId("ada"), StaffId("bob")
ACCOUNT = Account(
    ADA,
    "Ada",
    "ada@example.org",
    frozenset({Role.REVIEWER, Role.SECURITY}),
    frozenset({Region.EU}),
    State.INVITED,
    "digest",
    NOW,
    NOW,
)
FACTOR = Factor("f1", ADA, FactorKind.TOTP, b"\x00\xff", 5, NOW)
REQUEST = Request(
    GrantId("g"),
    ADA,
    "s",
    ConversationRef("talk"),
    Region.EU,
    Purpose.REVIEW,
    "T-1",
    "",
    timedelta(minutes=15),
    NOW,
)


@pytest.fixture
def tx(database: Database) -> Iterator[SqlTransaction]:
    with database.journal().transaction() as opened:
        yield opened


def test_an_account_comes_back_as_it_was_put(tx: SqlTransaction) -> None:
    tx.accounts.put(ACCOUNT)
    assert tx.accounts.get(ADA) == ACCOUNT
    assert tx.accounts.by_invitation("digest") == ACCOUNT
    assert tx.accounts.by_mail("ada@example.org") == ACCOUNT


def test_an_account_that_ended_is_found_by_its_id_only(tx: SqlTransaction) -> None:
    tx.accounts.put(ACCOUNT)
    gone = end(ACCOUNT)
    tx.accounts.put(gone)
    assert tx.accounts.all() == (gone,)
    assert tx.accounts.by_mail("ada@example.org") is None
    assert tx.accounts.by_mail("") is None
    assert tx.accounts.by_invitation("") is None


def test_a_factors_counter_only_grows(tx: SqlTransaction) -> None:
    tx.accounts.add_factor(FACTOR)
    assert not tx.accounts.count("f1", 5)
    assert tx.accounts.count("f1", 6)
    assert not tx.accounts.count("f1", 6)
    assert tx.accounts.factors(ADA) == (replace(FACTOR, counter=6),)


def test_a_passkey_comes_back_with_the_name_that_its_owner_gave_it(tx: SqlTransaction) -> None:
    named = replace(FACTOR, id="k", kind=FactorKind.PASSKEY, name="the blue key")
    tx.accounts.add_factor(named)
    assert tx.accounts.factors(ADA) == (named,)


def test_what_is_good_once_is_used_once(tx: SqlTransaction) -> None:
    tx.accounts.add_factor(FACTOR)
    assert [tx.accounts.remove_factor("f1"), tx.accounts.remove_factor("f1")] == [True, False]


def test_ending_all_sessions_of_one_leaves_those_of_others(tx: SqlTransaction) -> None:
    mine = [began(name, ADA, "c", NOW) for name in ("one", "two")]
    theirs = began("three", BOB, "c", NOW)
    for session in (*mine, theirs):
        tx.sessions.put(session)
    assert tx.sessions.remove_of(ADA) == 2
    assert tx.sessions.get("one") is None
    assert tx.sessions.get("three") == theirs


def test_sessions_of_one_that_still_hold_are_found_newest_first(tx: SqlTransaction) -> None:
    later = NOW + timedelta(minutes=20)
    for name, who, at in (("old", ADA, NOW), ("new", ADA, later), ("other", BOB, later)):
        tx.sessions.put(began(name, who, "c", at))
    assert [each.digest for each in tx.sessions.of(ADA, later)] == ["new", "old"]
    assert [each.digest for each in tx.sessions.of(ADA, NOW + timedelta(minutes=31))] == ["new"]


def test_old_sessions_and_guesses_are_swept(tx: SqlTransaction) -> None:
    tx.sessions.put(began("old", ADA, "c", NOW))
    tx.sessions.put(began("new", ADA, "c", NOW + timedelta(hours=1)))
    tx.sessions.guessed("someone", wrong(Guesses(), NOW))
    assert tx.sessions.sweep(NOW + timedelta(minutes=1)) == 2
    assert tx.sessions.get("old") is None
    assert tx.sessions.get("new") is not None


def test_guesses_are_counted_for_each_and_forgotten_after_success(tx: SqlTransaction) -> None:
    once = wrong(Guesses(), NOW)
    tx.sessions.guessed("someone", once)
    tx.sessions.guessed("someone", wrong(once, NOW))
    assert tx.sessions.guesses("someone") == Guesses(2, NOW)
    assert tx.sessions.guesses("another") == Guesses()
    tx.sessions.guessed("someone", Guesses())
    assert tx.sessions.guesses("someone") == Guesses()


def test_a_request_comes_back_with_its_sealed_reason_and_what_became_of_it(
    tx: SqlTransaction,
) -> None:
    tx.grants.put(REQUEST, b"sealed")
    approved = approve(REQUEST, BOB, "other", NOW)
    tx.grants.decide(approved)
    assert tx.grants.get(REQUEST.id) == (approved, b"sealed")
    assert tx.grants.get(GrantId("none")) is None
    assert tx.grants.latest(5) == (approved,)


def test_requests_of_one_reader_are_found_newest_first(tx: SqlTransaction) -> None:
    for name, who, hour in (("a", ADA, 0), ("b", ADA, 1), ("c", BOB, 2)):
        at = NOW + timedelta(hours=hour)
        tx.grants.put(replace(REQUEST, id=GrantId(name), reader=who, asked_at=at), b"sealed")
    assert [each.id for each in tx.grants.of(ADA, 5)] == ["b", "a"]
    assert [each.id for each in tx.grants.of(ADA, 1)] == ["b"]


def test_who_leaves_keeps_no_open_request(tx: SqlTransaction) -> None:
    tx.grants.put(REQUEST, b"sealed")
    refused = replace(REQUEST, id=GrantId("r"), stage=Stage.REFUSED)
    tx.grants.put(refused, b"sealed")
    assert tx.grants.end_of(ADA) == 1
    assert {each.stage for each in tx.grants.latest(5)} == {Stage.ENDED, Stage.REFUSED}
