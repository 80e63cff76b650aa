"""Names that are none: models of a product, sayings; and where a name ends."""

import pytest

from privity.detect.engine import PatternDetector
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = PatternDetector.load()


def names(text: str) -> list[str]:
    (findings,) = DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])
    return [text[f.start : f.end] for f in findings if f.category is Category.NAME]


@pytest.mark.parametrize(
    "text",
    [
        "I have an iPhone 15 Pro Max here",
        "iPhone 15 Pro Max",
        "Jack of all trades",
        "he is a Jack of all trades",
        "the Jack of spades",
    ],
)
def test_products_and_sayings_name_no_one(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("yesterday Max came by", "Max"),
        ("Jack of the sales team called", "Jack"),
        ("Ask Priya Shah. I will wait", "Priya Shah"),
        ("I spoke to Katharina Nakamura. I think", "Katharina Nakamura"),
        ("Priya J. Shah signed", "Priya J. Shah"),
    ],
)
def test_a_name_is_found_and_ends_with_its_sentence(text: str, name: str) -> None:
    assert names(text) == [name]
