"""Evidence counts what was written and stored, and contradicts where a promise was broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from privity.audit.entry import Entry, Event
from privity.model.policy import Clause
from privity.model.words import Category, Purpose, Region, Treatment
from privity.policy.canonical import compose
from privity.policy.controls import Framework, controls
from privity.policy.evidence import Broken, Held, Result, evidence, results
from privity.policy.load import load
from privity.policy.queries import Holdings, UsedFor, in_entry
from tests.properties.policies import TITLE
from tests.unit.policy.test_load import GOOD

POLICY = load(GOOD, "policy.toml")
NOW = datetime(2025, 3, 4, tzinfo=UTC)
HONEST = Entry(
    Event.EXCHANGE_ALLOWED,
    NOW,
    POLICY.digest,
    purpose=Purpose.ASSIST,
    tally={(Category.NAME, Treatment.PSEUDONYMIZE): 2, (Category.CARD, Treatment.EXCLUDE): 1},
    facts={"processor": "amber", "region": "eu", "keep_seconds": 60, "media": "image"},
)
EMPTY = Holdings({}, 0)


def with_facts(**facts: str | int) -> Entry:
    return replace(HONEST, facts={**HONEST.facts, **facts})


def broken(entry: Entry, holdings: Holdings = EMPTY) -> set[str]:
    return {
        "silence" if proof.clause is None else type(proof.clause).__name__
        for proof, result in results(POLICY, [entry], holdings)
        if isinstance(result, Broken)
    }


def test_an_honest_exchange_holds_every_promise() -> None:
    stored = Holdings({(Purpose.ASSIST, Region.EU): 5}, 0)
    assert broken(HONEST, stored) == set()


@pytest.mark.parametrize(
    ("entry", "clauses"),
    [
        (replace(HONEST, tally={(Category.NAME, Treatment.KEEP): 1}), {"Collect", "AcceptUnknown"}),
        (replace(HONEST, tally={(Category.CARD, Treatment.HASH): 1}), {"Collect", "AcceptUnknown"}),
        (with_facts(keep_seconds=10**9), {"Keep"}),
        (with_facts(keep_seconds="long"), {"Keep"}),
        (with_facts(processor="birch"), {"Share", "silence"}),
        (with_facts(processor="brokers"), {"Share", "NeverShare", "silence"}),
        (with_facts(region="us"), {"Share", "silence"}),
        (replace(HONEST, facts={}), {"Share", "NeverShare", "silence"}),
        (with_facts(media="image,audio"), {"AcceptMedia"}),
        (with_facts(inferred="special.health"), {"NeverInfer"}),
        (replace(HONEST, purpose=Purpose.SALES), {"NeverUse", "silence"}),
        (replace(HONEST, purpose=Purpose.TRAIN), {"silence"}),
        (replace(HONEST, purpose=None), {"NeverUse", "silence"}),
    ],
)
def test_what_breaks_a_promise_is_found(entry: Entry, clauses: set[str]) -> None:
    assert broken(entry) == clauses


def test_fields_that_passed_unknown_break_a_policy_that_refuses_them() -> None:
    refusing = load(GOOD.replace('"treat"', '"refuse"'), "policy.toml")
    entry = replace(HONEST, policy=refusing.digest, facts={**HONEST.facts, "unknown_fields": 2})
    found = {type(p.clause).__name__ for p, r in results(refusing, [entry], EMPTY) if r != Held(0)}
    assert "AcceptUnknown" in found


@pytest.mark.parametrize(
    ("holdings", "clauses"),
    [
        (Holdings({(Purpose.ASSIST, Region.EU): 5}, 2), {"Keep"}),
        (Holdings({(Purpose.ASSIST, Region.US): 5}, 0), {"Reside"}),
        (Holdings({(Purpose.SALES, Region.EU): 1}, 0), {"NeverUse"}),
    ],
)
def test_what_is_stored_against_a_promise_is_found(holdings: Holdings, clauses: set[str]) -> None:
    assert broken(HONEST, holdings) == clauses


def test_entries_of_another_policy_say_nothing_of_this_one() -> None:
    other = replace(with_facts(processor="birch"), policy="0" * 64)
    assert broken(other) == set()


def test_a_promise_that_was_never_tried_says_so() -> None:
    assert {result for _, result in results(POLICY, [], EMPTY)} == {Held(0)}


def test_an_exchange_that_was_refused_is_no_use() -> None:
    refused = replace(HONEST, event=Event.EXCHANGE_REFUSED, purpose=Purpose.SALES)
    assert in_entry(UsedFor(frozenset({Purpose.SALES})), refused).examined == 0


def test_findings_in_answers_count_too() -> None:
    ended = replace(HONEST, event=Event.EXCHANGE_ENDED, tally={(Category.NAME, Treatment.KEEP): 1})
    assert "Collect" in broken(ended)


def test_even_a_policy_that_allows_nothing_has_evidence_of_its_silence() -> None:
    silent = compose(TITLE, ())
    assert [proof.clause for proof in evidence(silent)] == [None]
    used: Result = results(silent, [replace(HONEST, policy=silent.digest)], EMPTY)[0][1]
    assert used == Broken(1)


@pytest.mark.parametrize("clause", [clause for _, clause in POLICY.clauses])
def test_each_clause_serves_every_framework(clause: Clause) -> None:
    assert {control.framework for control in controls(clause)} == set(Framework)
