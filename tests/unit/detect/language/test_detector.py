"""The language model reads every leaf whole, and says so when it cannot."""

from pathlib import Path

import pytest

from privity.detect.language.detector import LanguageDetector
from privity.errors import DetectorUnavailable
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = LanguageDetector.load(full=True)


def leaf(text: str, slot: Slot = Slot.TEXT) -> Leaf:
    return Leaf(Raw(text), slot, "content")


def found(text: str) -> set[tuple[str, Category]]:
    (findings,) = DETECTOR.find([leaf(text)])
    return {(text[f.start : f.end], f.category) for f in findings}


@pytest.mark.parametrize(
    ("text", "part", "category"),
    [
        ("Hi, my name is Ngozi Okafor and I live in Rotterdam.", "Ngozi Okafor", Category.NAME),
        ("Hi, my name is Ngozi Okafor and I live in Rotterdam.", "Rotterdam", Category.PLACE),
        ("ich bin anna aus köln", "anna", Category.NAME),
        ("my password is Sunflower1987! but it fails", "Sunflower1987!", Category.PASSWORD),
        ("I am 34 years old.", "34", Category.AGE),
        ("Je travaille chez Dupont Transports à Lyon.", "Lyon", Category.PLACE),
        ("Umowa zawarta z Janem Kowalskim w Krakowie.", "Janem Kowalskim", Category.NAME),
    ],
)
def test_it_finds_what_has_no_fixed_shape(text: str, part: str, category: Category) -> None:
    assert (part, category) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I reverse a list in Python?",
        "for i in range(10):\n    print(items[i])",
        "I forgot my password, how do I reset it?",
        "",
        " \n\t",
    ],
)
def test_it_finds_nothing_where_nothing_is(text: str) -> None:
    assert found(text) == set()


def test_a_name_far_down_a_long_text_is_found() -> None:
    text = "The weather was fine and nothing happened. " * 80 + "Then Katarzyna Nowak called."
    assert ("Katarzyna Nowak", Category.NAME) in found(text)


def test_a_leaf_is_read_alike_alone_and_beside_others() -> None:
    texts = ["Ask Fatima Haddad.", "nothing here", "Marco lives in Torino, Via Roma 5."]
    together = DETECTOR.find([leaf(text) for text in texts])
    alone = [DETECTOR.find([leaf(text)])[0] for text in texts]
    assert [[(f.start, f.end, f.category) for f in fs] for fs in together] == [
        [(f.start, f.end, f.category) for f in fs] for fs in alone
    ]


def test_a_leaf_that_is_a_finding_by_position_is_left_to_others() -> None:
    assert DETECTOR.find([leaf("Anna Kowalska", Slot.ACCOUNT)]) == ((),)


def test_no_leaves_have_no_findings() -> None:
    assert DETECTOR.find([]) == ()


def test_a_missing_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DetectorUnavailable):
        LanguageDetector.load(tmp_path)


def test_the_version_is_that_of_the_model() -> None:
    assert DETECTOR.version
    assert DETECTOR.gates.rule == f"language:{DETECTOR.version}"
