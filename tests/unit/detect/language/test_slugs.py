"""Chains of small words name things, not people."""

import pytest

from privity.detect.language.program import in_slug


@pytest.mark.parametrize(
    ("text", "part", "inside"),
    [
        ("record bracket-gravel-kettle-pantry-socket:", "kettle", True),
        ("record bracket-gravel-kettle-pantry-socket:", "record", False),
        ("jean-paul wrote", "jean-paul", False),
        ("ana-maria-lopez", "ana-maria-lopez", False),
        ("Anna-lena-marie-sofie", "lena", False),
        ("a-b-c-d e-f-g-h", "e-f-g-h", True),
        ("red-hat-on-top Anna", "Anna", False),
    ],
)
def test_only_what_lies_in_four_small_words_with_hyphens_is_in_a_chain(
    text: str, part: str, *, inside: bool
) -> None:
    start = text.index(part)
    assert in_slug(text, start, start + len(part)) is inside
