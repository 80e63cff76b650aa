"""Tokens of machines, on SQLite and PostgreSQL: what they open, until when, what the log says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from privity.access import machines
from privity.access.accounts import Account, State, end, suspend
from privity.access.authorize import Authorizer
from privity.access.desk import Occasion, Refusal, Wish
from privity.access.machines import Shown
from privity.access.staff import Action, Kind, MachineId, Role, Scope, StaffId, Thing
from privity.access.tokens import LONGEST, OPERATOR, Token, digest_of
from privity.adapters.sql.stores import SqlTransaction
from privity.errors import BadInput, NotSignedIn
from privity.model.words import Purpose, Region
from tests.conftest import Database

RULES = Authorizer.load()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
AT = Occasion(NOW, "policy")
DIGEST = digest_of(b"k" * 32, "secret")
TOKEN = Token(
    MachineId("m"),
    "grafana",
    frozenset({Scope.OVERVIEW}),
    DIGEST,
    OPERATOR,
    NOW,
    NOW + timedelta(days=30),
)
ADA = Account(
    StaffId("ada"),
    "Ada",
    "ada@example.org",
    frozenset({Role.SECURITY}),
    frozenset(),
    State.ACTIVE,
    "",
    NOW,
    NOW,
)
OVERVIEW = Wish(Action.SEE_OVERVIEW, Thing(Kind.SYSTEM, "privity"), Purpose.SECURITY)
EVIDENCE = Wish(Action.SEE_EVIDENCE, Thing(Kind.EVIDENCE, "privity"), Purpose.SECURITY)
PERSON = Wish(Action.SEE_PERSON, Thing(Kind.PERSON, "ann", Region.EU), Purpose.RIGHTS)


@pytest.fixture
def do(database: Database) -> Callable[[Callable[[SqlTransaction], object]], object]:
    def doing(work: Callable[[SqlTransaction], object]) -> object:
        with database.journal().transaction() as tx:
            return work(tx)

    doing(lambda tx: machines.issue(tx, TOKEN, AT))
    return doing


def said(database: Database) -> list[dict]:
    with database.journal().reader.snapshot() as log:
        return [orjson.loads(body) for _, body in log.entries(0)]


def test_a_token_does_what_its_scopes_say_and_the_log_says_so(do, database: Database) -> None:
    later = Occasion(NOW + timedelta(days=1), "policy")
    do(lambda tx: machines.use(tx, RULES, Shown(DIGEST), OVERVIEW, later))
    assert do(lambda tx: tx.machines.get(TOKEN.id)) == replace(TOKEN, used_at=later.now)
    events = [(e["event"], e["facts"].get("machine")) for e in said(database)]
    assert events == [("machine.added", "m"), ("machine.acted", "m")]


@pytest.mark.parametrize("wish", [EVIDENCE, PERSON])
def test_what_is_not_in_its_scopes_or_about_a_person_is_refused_and_written(
    do, database: Database, wish: Wish
) -> None:
    assert isinstance(do(lambda tx: machines.use(tx, RULES, Shown(DIGEST), wish, AT)), Refusal)
    last = said(database)[-1]
    assert last["event"] == "access.denied"
    assert last["facts"]["action"] == wish.action.value


@pytest.mark.parametrize("days", [-1, 30, 31])
def test_before_its_begin_and_from_its_end_on_a_token_opens_nothing(do, days: int) -> None:
    at = Occasion(NOW + timedelta(days=days), "policy")
    with pytest.raises(NotSignedIn):
        do(lambda tx: machines.use(tx, RULES, Shown(DIGEST), OVERVIEW, at))


def test_a_token_that_was_taken_back_opens_nothing(do, database: Database) -> None:
    for _ in range(2):
        do(lambda tx: machines.withdraw(tx, TOKEN.id, OPERATOR, AT))
    with pytest.raises(NotSignedIn):
        do(lambda tx: machines.use(tx, RULES, Shown(DIGEST), OVERVIEW, AT))
    assert [e["event"] for e in said(database)] == ["machine.added", "machine.revoked"]


@pytest.mark.parametrize("put_out", [suspend, end])
def test_a_token_of_somebody_who_is_out_opens_nothing(do, put_out) -> None:
    mine = replace(TOKEN, id=MachineId("n"), digest="mine", made_by=ADA.id)
    do(lambda tx: tx.accounts.put(ADA))
    do(lambda tx: machines.issue(tx, mine, AT))
    do(lambda tx: machines.use(tx, RULES, Shown("mine"), OVERVIEW, AT))
    do(lambda tx: tx.accounts.put(put_out(ADA)))
    with pytest.raises(NotSignedIn):
        do(lambda tx: machines.use(tx, RULES, Shown("mine"), OVERVIEW, AT))


def test_a_token_that_nobody_has_opens_nothing(do) -> None:
    for digest in ("", "other", digest_of(b"x" * 32, "secret")):
        with pytest.raises(NotSignedIn):
            do(lambda tx, digest=digest: machines.use(tx, RULES, Shown(digest), OVERVIEW, AT))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "<b>"},
        {"scopes": frozenset()},
        {"ends_at": NOW},
        {"ends_at": NOW + LONGEST + timedelta(seconds=1)},
    ],
)
def test_a_token_without_a_name_a_scope_or_an_end_within_a_year_is_not_made(do, wrong) -> None:
    with pytest.raises(BadInput):
        do(lambda tx: machines.issue(tx, replace(TOKEN, id=MachineId("n"), **wrong), AT))


def test_every_token_is_listed_oldest_first(do) -> None:
    older = replace(TOKEN, id=MachineId("z"), made_at=NOW - timedelta(days=1))
    do(lambda tx: tx.machines.put(older))
    assert do(lambda tx: tx.machines.all()) == (older, TOKEN)
