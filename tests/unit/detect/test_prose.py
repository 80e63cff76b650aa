"""How much of what people say in prose is found, by kind and language.

The sentences in `prose/` were written before the rules. In each file the first, third, fifth line
and so on were read while the rules were made; the others were held out, and only counted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from privity.detect.engine import PatternDetector
from privity.model.text import Leaf, Raw, Slot

DETECTOR = PatternDetector.load()
FOLDER = Path(__file__).with_name("prose")
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")
CATEGORIES = {
    "address": ("contact.address", "location.place"),
    "age": ("identity.age",),
    "born": ("identity.date_of_birth",),
    "email": ("contact.email",),
    "name": ("identity.name",),
    "password": ("secret.password", "secret.api_key"),
    "phone": ("contact.phone",),
    "username": ("identity.username",),
}
FLOORS = {
    "address": 0.6,
    "age": 0.85,
    "born": 0.85,
    "email": 0.95,
    "name": 0.95,
    "password": 0.95,
    "phone": 0.8,
    "username": 0.9,
}
"""Recall of the sentences that were held out. Much below it, something broke."""


class Sentence(NamedTuple):
    kind: str
    text: str
    value: range
    held_out: bool


def sentences(language: str) -> Iterator[Sentence]:
    lines = (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()
    for number, line in enumerate(line for line in lines if not line.startswith("#")):
        kind, _, marked = line.partition("\t")
        marked = marked.replace("\\n", "\n")
        value = range(marked.index("«"), marked.index("»") - 1)
        yield Sentence(kind, marked.replace("«", "").replace("»", ""), value, number % 2 == 1)


SENTENCES = {language: [*sentences(language)] for language in LANGUAGES}


def is_found(sentence: Sentence) -> bool:
    (findings,) = DETECTOR.find([Leaf(Raw(sentence.text), Slot.TEXT, "content")])
    covered = {
        place
        for finding in findings
        if finding.category.value in CATEGORIES[sentence.kind]
        for place in range(finding.start, finding.end)
    }
    return all(at in covered for at in sentence.value if sentence.text[at].isalnum())


def recall(chosen: list[Sentence]) -> float:
    return sum(map(is_found, chosen)) / len(chosen)


@pytest.mark.parametrize("kind", CATEGORIES)
def test_a_kind_is_found_in_sentences_that_were_held_out(kind: str) -> None:
    held = [s for known in SENTENCES.values() for s in known if s.kind == kind and s.held_out]
    assert recall(held) >= FLOORS[kind]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_left_behind(language: str) -> None:
    assert recall([s for s in SENTENCES[language] if s.held_out]) >= 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_rules_were_made_for_is_found(language: str) -> None:
    assert recall([s for s in SENTENCES[language] if not s.held_out]) >= 0.9


def test_each_language_has_every_kind() -> None:
    assert [k for k in LANGUAGES if {s.kind for s in SENTENCES[k]} != CATEGORIES.keys()] == []
