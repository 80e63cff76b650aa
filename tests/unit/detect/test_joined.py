"""An underscore ends a value that a checksum confirms, and no other."""

import pytest

from privity.detect.engine import PatternDetector
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = PatternDetector.load()


def kinds(text: str) -> list[tuple[Category, str]]:
    (findings,) = DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])
    return [(f.category, text[f.start : f.end]) for f in findings]


@pytest.mark.parametrize(
    ("text", "category", "value"),
    [
        ("user_536-22-8745", Category.NATIONAL_ID, "536-22-8745"),
        ("536-22-8745_scan", Category.NATIONAL_ID, "536-22-8745"),
        ("invoice_DE89370400440532013000", Category.BANK_ACCOUNT, "DE89370400440532013000"),
        ("card_4111111111111111_paid", Category.CARD, "4111111111111111"),
    ],
)
def test_an_underscore_ends_what_a_checksum_confirms(
    text: str, category: Category, value: str
) -> None:
    assert kinds(text) == [(category, value)]


@pytest.mark.parametrize(
    "text",
    [
        "lib_10.4.2.1",
        "invoice_DE89370400440532013001",
        "card_4111111111111112",
        "backup_20240101_120000",
        "user_536904399",
        "sha_4f2a9c1d8e7b",
    ],
)
def test_an_underscore_does_not_end_what_only_looks_right(text: str) -> None:
    assert kinds(text) == []
