"""States and their offices are no findings; what says where somebody was is one."""

import pytest

from privity.detect.offices import is_office, is_state


@pytest.mark.parametrize(
    "name",
    [
        "the Supreme Administrative Court",
        "Ministry of Foreign Affairs",
        "Turkish Government",
        "Republic of Poland",
        "8th Chamber of the Court of Cassation",
        "Bundesverfassungsgericht",
        "Cour d'appel",
        "Sąd Najwyższy",
    ],
)
def test_an_office_named_by_its_task_is_an_office(name: str) -> None:
    assert is_office(name)


@pytest.mark.parametrize(
    "name",
    [
        "Gothenburg District Court",
        "Landgericht Köln",
        "Cour d'appel de Lyon",
        "Office Depot",
        "Supreme",
        "General Electric",
        "",
        "Court " * 30,
    ],
)
def test_any_other_word_makes_it_a_finding(name: str) -> None:
    assert not is_office(name)


@pytest.mark.parametrize(
    ("text", "country", "acts"),
    [
        ("an application against the Republic of Turkey", "Turkey", True),
        ("Murray v. United Kingdom", "United Kingdom", True),
        ("The Turkish Government disagreed", "Turkish", True),
        ("under British law.", "British", True),
        ("born in the Republic of Moldova", "Moldova", False),
        ("a British law student", "British", False),
        ("a Turkish government official", "Turkish", False),
        ("she lives in Poland", "Poland", False),
    ],
)
def test_a_country_is_a_state_where_it_acts(text: str, country: str, *, acts: bool) -> None:
    start = text.index(country)
    assert is_state(text, start, start + len(country)) is acts
