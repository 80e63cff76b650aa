"""Coarser statements, category by category."""

import pytest

from privity.minimize.generalize import PHRASES, STEPS, generalize
from privity.model.words import Category


@pytest.mark.parametrize(
    ("category", "value", "said"),
    [
        (Category.DATE_OF_BIRTH, "1984-05-02", "1980s"),
        (Category.DATE_OF_BIRTH, "2 May 2009", "2000s"),
        (Category.DATE_OF_BIRTH, "02/05/84", "a date of birth"),
        (Category.DATE_OF_BIRTH, "between 1984 and 1986", "a date of birth"),
        (Category.DATE, "May 2nd, 2024", "2024"),
        (Category.DATE, "yesterday", "a date"),
        (Category.AGE, "34", "30-39"),
        (Category.AGE, "34 years old", "30-39"),
        (Category.AGE, "7", "0-9"),
        (Category.AGE, "90", "90 or older"),
        (Category.AGE, "104-year-old", "90 or older"),
        (Category.AGE, "thirty-four", "an age"),
        (Category.AGE, "34 and 36", "an age"),
        (Category.IP_ADDRESS, "203.0.113.77", "203.0.113.0/24"),
        (Category.IP_ADDRESS, "203.0.113.77/32", "203.0.113.0/24"),
        (Category.IP_ADDRESS, "203.0.0.0/16", "203.0.0.0/16"),
        (Category.IP_ADDRESS, "2001:db8:1:2::77", "2001:db8:1::/48"),
        (Category.IP_ADDRESS, "203.0.113.77:8080", "an IP address"),
        (Category.COORDINATES, "48.85837, 2.294481", "48.8, 2.2"),
        (Category.COORDINATES, "-33.8568;151.2153", "-33.8, 151.2"),
        (Category.COORDINATES, "48.85837 2.294481", "48.8, 2.2"),
        (Category.COORDINATES, "48, 2", "48, 2"),
        (Category.COORDINATES, "48.85837", "48.8"),
        (Category.COORDINATES, "48°51'30\"N 2°17'40\"E", "coordinates"),
        (Category.EMAIL, "tom@example.org", "an e-mail address"),
        (Category.PLACE, "Bergen", "a place"),
    ],
)
def test_a_value_becomes_a_coarser_one(category: Category, value: str, said: str) -> None:
    assert generalize(category, value) == said


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_phrase(category: Category) -> None:
    assert generalize(category, "what nobody can read") == PHRASES[category]


@pytest.mark.parametrize("category", STEPS)
def test_what_was_generalized_once_does_not_grow_more_precise(category: Category) -> None:
    for value in ("1984-05-02", "34", "203.0.113.77", "48.85837, 2.294481"):
        once = generalize(category, value)
        again = generalize(category, once)
        assert len(again) <= max(len(once), len(PHRASES[category]))
