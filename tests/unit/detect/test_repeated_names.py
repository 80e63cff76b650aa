"""A name that was found once is found in the forms in which people repeat it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.detect.engine import PatternDetector
from privity.detect.inflected import german_forms, polish_forms
from privity.detect.lexicon import load_lexicon
from privity.detect.pattern import load_patterns
from privity.detect.repeat import RULE, spread
from privity.model.finding import Finding
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = PatternDetector.load()
LEXICON = load_lexicon(load_patterns().words)
NAMES = st.lists(st.text("abcdeklmnorstłąę", min_size=2, max_size=9), min_size=1, max_size=3).map(
    lambda words: " ".join(word.title() for word in words)
)


def found(*texts: str) -> list[list[str]]:
    leaves = [Leaf(Raw(text), Slot.TEXT, "content") for text in texts]
    return [
        [text[f.start : f.end] for f in findings]
        for text, findings in zip(texts, DETECTOR.find(leaves), strict=True)
    ]


@pytest.mark.parametrize(
    ("again", "form"),
    [
        ("das ist Annas.", "Annas"),
        ("Kowalskas Vertrag", "Kowalskas"),
        ("ANNA fehlt", "ANNA"),
        ("frag kowalska", "kowalska"),
        ("it was Anna's idea", "Anna"),
        ("napisz do Kowalskiej proszę", "Kowalskiej"),
        ("zapłać Annie w poniedziałek, proszę się pośpieszyć", "Annie"),
        ("widziałem Kowalską", "Kowalską"),
    ],
)
def test_a_name_comes_again_in_its_cases(again: str, form: str) -> None:
    _, second = found("My name is Anna Kowalska.", again)
    assert form in second


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Kowalski", "Kowalskiego"),
        ("Nowak", "Nowakiem"),
        ("Tomasz", "Tomaszowi"),
        ("Marek", "Markowi"),
        ("Monika", "Monice"),
        ("Zielińska", "Zielińskiej"),
    ],
)
def test_polish_names_have_their_cases(name: str, form: str) -> None:
    assert form in polish_forms(name)


def test_a_name_that_hisses_has_no_genitive_with_s() -> None:
    assert [*german_forms("Tobias")] == []


def test_a_form_that_is_a_word_of_its_own_is_no_name() -> None:
    _, second = found("My name is Mara Linde.", "the Lindes and the marathon, las maras")
    assert "marathon" not in second
    _, second = found("Please ask for Tobias Stern, my name is Stern.", "the stern warning")
    assert "stern" not in second


@settings(max_examples=150, deadline=None)
@given(
    NAMES, st.lists(st.sampled_from(sorted(LEXICON.particles | {"wood", "many", "the", "bank"})))
)
def test_no_everyday_word_becomes_a_name(name: str, words: list[str]) -> None:
    text = " ".join(words)
    finding = Finding(0, len(name), Category.NAME, 0.9, "name_full")
    _, again = spread([name, text], [(finding,), ()], LEXICON.is_ordinary)
    named = {text[f.start : f.end] for f in again if f.rule == RULE}
    assert {word for word in named if LEXICON.is_ordinary(word)} == set()
