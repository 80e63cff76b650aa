"""Why something was found, and what would have changed that."""

import pytest

from privity.detect.engine import PatternDetector
from privity.detect.explain import LISTS, Explainer, Reason
from privity.detect.own import NOTHING
from privity.model.text import Leaf, Raw, Slot

DETECTOR = PatternDetector.load()
EXPLAINER = Explainer(DETECTOR, NOTHING)


def reasons(text: str, hint: str = "content") -> list[Reason]:
    leaf = Leaf(Raw(text), Slot.TEXT, hint)
    return [EXPLAINER.reason(leaf, finding) for finding in DETECTOR.find([leaf])[0]]


def test_the_words_that_decided_are_named() -> None:
    (reason,) = reasons("her passport is C01X00T47")
    assert reason.context == ("passport",)
    assert reason.without == 0.0
    assert "without 'passport' nearby this would be 0.00 and below the threshold" in reason.changed


def test_the_name_of_a_field_counts_as_context() -> None:
    (reason,) = reasons("C01X00T47", "passport_scan")
    assert "passport" in reason.context


def test_invisible_characters_do_not_hide_the_reason() -> None:
    (reason,) = reasons("her pass\u200bport is C01X00T47")
    assert reason.context == ("passport",)


def test_without_context_it_says_what_would_raise_it() -> None:
    (reason,) = reasons("4111 1111 1111 1111")
    assert (reason.check, reason.context) == ("card", ())
    assert "with a word such as" in reason.changed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("I saw Anna Kowalska", LISTS["name_full"][0]),
        ("My name is Qwert Zuiop.", "name_stated"),
        ("anna@example.org", "email"),
    ],
)
def test_every_finding_has_a_reason(text: str, says: str) -> None:
    assert says in reasons(text)[0].says


def test_a_repetition_says_so() -> None:
    assert reasons("My name is Ngozi Zorblatt, and Zorblatt it is")[1].says == LISTS["repeat"][0]


def test_no_word_of_the_text_is_quoted_unless_a_rule_lists_it() -> None:
    said = repr(reasons("Zorblatt's passport is C01X00T47, zebra"))
    assert "orblatt" not in said
    assert "zebra" not in said
