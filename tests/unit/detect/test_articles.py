"""Things are not taken for people and places because an article stands before them."""

import pytest

from privity.detect.articles import is_thing
from privity.detect.engine import PatternDetector
from privity.model.finding import Finding
from privity.model.words import Category

LEXICON = PatternDetector.load().lexicon


def judged(text: str, word: str, category: Category) -> bool:
    start = text.index(word)
    finding = Finding(start, start + len(word), category, 0.5, "language:test")
    return is_thing(text, finding, LEXICON)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a story about a dragon and gold", "dragon"),
        ("der im Wald wohnt", "Wald"),
        ("über einen Drachen", "Drachen"),
        ("que vive en el bosque", "el bosque"),
        ("un conte sur un dragon", "dragon"),
    ],
)
@pytest.mark.parametrize("category", [Category.NAME, Category.PLACE])
def test_a_word_after_an_article_is_a_thing(text: str, word: str, category: Category) -> None:
    assert judged(text, word, category)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("tell the sarah from work", "sarah"),
        ("ich war beim Müller", "Müller"),
        ("Sanne de Vries", "Vries"),
        ("la Wiśniewska", "Wiśniewska"),
        ("write to okonkwo about it", "okonkwo"),
        ("the John Smith of old", "John Smith"),
    ],
)
def test_a_name_stays_one(text: str, word: str) -> None:
    assert not judged(text, word, Category.NAME)


def test_what_is_no_name_and_no_place_is_not_judged() -> None:
    assert not judged("the bipolar", "bipolar", Category.HEALTH)
