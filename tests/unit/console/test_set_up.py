"""The checklist says what was seen, and what to do about the rest."""

from datetime import UTC, datetime

import pytest

from privity.console.people.published import Checked
from privity.console.staff.set_up import State, broken, of_parts, sentences
from privity.console.staff.sights import Looked
from privity.governance.checks import Finding, Part, advice, well, wrong
from privity.model.words import Region
from privity.policy.evidence import Broken, Held, evidence
from privity.policy.load import load
from privity.policy.starter import starter

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
PROOFS = evidence(
    load(starter(controller="Okafor Furniture", contact="privacy@okafor.example"), "starter.toml")
)


def items(result: Held | Broken) -> tuple:
    return sentences(Checked(NOW, tuple((proof, result) for proof in PROOFS)))


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Held(3), State.ENFORCED),
        (Held(0), State.CONFIGURED),
        (Broken(1), State.MISSING),
    ],
)
def test_a_sentence_is_enforced_only_where_it_was_seen_to_hold(
    result: Held | Broken, state: State
) -> None:
    assert {item.state for item in items(result)} == {state}


def test_every_sentence_of_the_policy_is_listed() -> None:
    assert len(items(Held(1))) == len(PROOFS)
    assert all(item.sentence.endswith(".") for item in items(Held(1)))


def test_what_is_broken_comes_with_what_to_do() -> None:
    assert all(item.todo for item in broken(items(Broken(2))))
    assert broken(items(Held(2))) == ()


def test_parts_stand_with_the_worst_first_and_what_to_do() -> None:
    found = (
        Finding(Part.DISK, None, well("62 GiB free")),
        Finding(Part.BACKUP, Region.EU, advice("backup_old", "none", "Run `privity backup`.")),
        Finding(Part.LOG, None, wrong("log_corrupt", "it does not open", "Restore it.")),
    )
    parts = of_parts(Looked(NOW, found))
    assert [item.state for item in parts] == [State.MISSING, State.TO_DO, State.ENFORCED]
    assert [bool(item.todo) for item in parts] == [True, True, False]
    assert parts[1].sentence == "There is a recent backup (region eu)"
    assert parts[1].promises == Part.BACKUP.promises
