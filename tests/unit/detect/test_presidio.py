"""Recognizers in Presidio's YAML form become patterns of our own."""

from pathlib import Path

import pytest

from privity.adapters.detectors import open_detector
from privity.adapters.presidio import turn_over
from privity.errors import BadInput
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

RECOGNIZERS = r"""
recognizers:
  - name: "Zip code Recognizer"
    supported_languages:
      - language: en
        context: [zip, code]
      - language: es
        context: [código, postal]
    patterns:
      - name: "zip code (weak)"
        regex: "(\\b\\d{5}(?:\\-\\d{4})?\\b)"
        score: 0.01
    supported_entity: "ZIP_CODE"
  - name: Titles recognizer
    supported_language: en
    supported_entity: TITLE
    deny_list: [Oberstudienrat, Hofrat]
    deny_list_score: 0.8
  - name: Badge
    supported_entity: ACME_BADGE
    patterns:
      - {name: strong, regex: 'BX-\d{4}', score: 0.9}
  - name: CreditCardRecognizer
    type: predefined
"""


def scan(folder: Path, text: str) -> list[tuple[Category, str]]:
    (findings,) = open_detector(folder).find([Leaf(Raw(text), Slot.TEXT, "content")])
    return [(f.category, text[f.start : f.end]) for f in findings]


def test_patterns_lists_context_and_scores_come_over(tmp_path: Path) -> None:
    imported = turn_over(RECOGNIZERS)
    (tmp_path / "r.toml").write_text(imported.toml, "utf-8")
    assert imported.rules == 3
    assert imported.left_out == ("CreditCardRecognizer: predefined or not enabled",)
    assert scan(tmp_path, "zip 94103") == [(Category.ADDRESS, "94103")]
    assert scan(tmp_path, "44103 boxes") == []
    assert scan(tmp_path, "the Hofrat has bx-1234") == [
        (Category.JOB_TITLE, "Hofrat"),
        (Category.CUSTOM, "bx-1234"),
    ]


@pytest.mark.parametrize(
    ("regex", "says"), [(r"(?<!\d)x", "RE2"), (r"(a)\\1", "RE2"), ("", "no regex")]
)
def test_what_re2_cannot_read_is_named(regex: str, says: str) -> None:
    text = f'recognizers: [{{name: A, patterns: [{{name: p, regex: "{regex}"}}]}}]'
    text = text.replace(r"(?<!\d)", "(?<!a)")
    assert says in turn_over(text).left_out[0]


@pytest.mark.parametrize("text", ["a: [", "just words", "recognizers: 3", "- 1"])
def test_what_is_none_of_this_form_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        turn_over(text)


def test_a_tag_of_python_is_not_carried_out() -> None:
    with pytest.raises(BadInput):
        turn_over("recognizers: !!python/object/apply:os.system ['true']")


def test_a_pattern_that_cannot_be_read_takes_no_other_with_it() -> None:
    imported = turn_over(
        "- name: Badge\n  supported_entity: EMPLOYEE_ID\n  patterns:\n"
        "  - {name: around, regex: '(?<!x)EMP-\\d{6}', score: 0.7}\n"
        "  - {name: plain, regex: 'EMP\\d{6}', score: 0.7}\n"
    )
    assert imported.rules == 1
    assert "badge_plain" in imported.toml
    assert imported.left_out == (
        "Badge: around: RE2 does not read its regex (invalid perl operator: (?<!)",
    )
