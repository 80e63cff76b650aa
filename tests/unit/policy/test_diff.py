"""What changes is said, one sentence each, and whether it allows more."""

from __future__ import annotations

import pytest

from privity.errors import PolicyWidened
from privity.model.policy import Keep
from privity.model.words import PracticeId, Purpose
from privity.policy.canonical import Title, compose
from privity.policy.diff import admit, changes
from privity.policy.load import load
from tests.unit.policy.test_load import GOOD

OLD = load(GOOD, "policy.toml")

CASES = [
    ('"Example Ltd"', '"Other Ltd"', 'The one responsible is "Other Ltd" inst', True),
    ('"privacy@example.org"', '"p@example.org"', 'The contact is "p@example.org"', False),
    ('version = "1"', 'version = "2"', 'The version is "2" instead of "1"', False),
    ('purpose = "assist"', 'purpose = "review"', "Text is used to check for misuse", True),
    ('purpose = "assist"', 'purpose = "review"', "Text is no longer used to answer you", False),
    ('"time.date"', '"time.date", "work.job_title"', "work.job_title: keep instead of exc", True),
    ('keep = ["time.date"]', "", "time.date: exclude instead of keep", False),
    ('keep = ["time', 'generalize = ["time', "time.date: generalize instead of keep", False),
    ('["Amber.example", ', '["new.example", ', "amber (eu, 10.0.0.1:8443, new.example) rec", True),
    (', "10.0.0.1:8443"', "", "amber (eu, amber.example) receives text", False),
    ('region = "eu"', 'region = "us"', "amber (us, 10.0.0.1:8443, amber.example) receives", True),
    ('"2 weeks"', '"3 weeks"', "are kept for 21 days instead of 14 days", True),
    ('"2 weeks"', '"1 week"', "are kept for 7 days instead of 14 days", False),
    ('keep = "2 weeks"\nstore_in = "eu"\n', "", "conversations are no longer kept", False),
    ('store_in = "eu"', 'store_in = "us"', "are stored in us instead of eu", True),
    ('["image"]', "[]", "image no longer passes", False),
    ('["image"]', '["image", "file"]', "file passes unchecked", True),
    ('"treat"', '"refuse"', "unknown fields: refuse instead of treat", False),
    ('use = ["sales"]\n', "", "No longer promised: never used to sell you things", True),
    ('"brokers"', '"brokers", "ads"', "Newly promised: never given to ads", False),
    ('"special.*"', '"special.health"', "No longer promised: never inferred: special.union", True),
    ("practice.answer", "practice.reply", "It is written in another way", False),
]


@pytest.mark.parametrize(("was", "is_now", "said", "widens"), CASES)
def test_a_change_is_said_and_judged(was: str, is_now: str, said: str, widens: bool) -> None:
    found = changes(OLD, load(GOOD.replace(was, is_now), "policy.toml"))
    assert [change.widens for change in found if said in change.text] == [widens], found


@pytest.mark.parametrize(("was", "is_now", "said", "widens"), CASES)
def test_the_way_back_is_a_change_too(was: str, is_now: str, said: str, widens: bool) -> None:
    assert changes(load(GOOD.replace(was, is_now), "policy.toml"), OLD)


def test_what_was_not_kept_and_is_kept_widens() -> None:
    nothing_kept = load(GOOD.replace('keep = "2 weeks"\nstore_in = "eu"\n', ""), "policy.toml")
    texts = [change.text for change in changes(nothing_kept, OLD) if change.widens]
    assert texts == ["To answer you: conversations are kept for 14 days, which were not kept."]


def test_a_policy_that_widens_is_refused_with_every_widening_sentence() -> None:
    wider = load(GOOD.replace("2 weeks", "3 weeks").replace('["image"]', '["audio"]'), "p")
    with pytest.raises(PolicyWidened) as refusal:
        admit(OLD, wider, frozenset())
    assert len(refusal.value.detail.splitlines()) == 2
    assert "image" not in refusal.value.detail


def test_only_a_value_that_has_a_canonical_form_can_stand_in_a_clause() -> None:
    odd = Keep(Purpose.ASSIST, 3.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no canonical form"):
        compose(Title("1", "c", "c"), [(PracticeId("answer"), odd)])
