"""The notice says things as a person would, in every case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Collect,
    Keep,
    NeverShare,
    NeverUse,
    Policy,
    Reside,
    Share,
)
from privity.model.words import (
    Category,
    Media,
    PracticeId,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownFields,
)
from privity.policy.canonical import Title, compose
from privity.policy.load import load
from privity.policy.notice import CLOSING, aim, notice, period_words, say
from privity.policy.publish import WIDTH, as_markdown, as_text
from privity.policy.starter import starter
from tests.properties.policies import policies

ASSIST = Purpose.ASSIST
EVERY_CASE = [
    *(Collect(ASSIST, frozenset({Category.NAME}), treatment) for treatment in Treatment),
    *(Reside(ASSIST, region) for region in Region),
    *(AcceptUnknown(ASSIST, rule) for rule in UnknownFields),
    *(AcceptMedia(ASSIST, frozenset({media})) for media in Media),
    AcceptMedia(ASSIST, frozenset()),
    *(NeverUse(frozenset({purpose})) for purpose in Purpose),
]


def test_every_case_has_words_of_its_own() -> None:
    said = [say(clause) for clause in EVERY_CASE]
    assert len(set(said)) == len(said)
    assert all(text[0].isupper() and text.endswith(".") and ".." not in text for text in said)


def test_several_things_are_joined_as_a_person_would() -> None:
    clause = Collect(
        ASSIST, frozenset({Category.EMAIL, Category.NAME, Category.PHONE}), Treatment.KEEP
    )
    assert say(clause) == (
        "To answer you, these stay as you wrote them: "
        "names of people, e-mail addresses and phone numbers."
    )
    assert say(NeverShare(frozenset({"b", "a"}))) == "We never give what you write to a or b."
    assert "to train AI models or to show" not in say(NeverUse(frozenset(Purpose)))


def test_who_receives_it_and_where_is_said() -> None:
    to = Recipient("amber", Region.EU, frozenset({"b.example", "a.example"}))
    assert say(Share(Purpose.TRAIN, to)) == (
        "To train AI models, we send your changed text to amber in the European Union "
        "(a.example, b.example)."
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "1 day and 12 hours"),
        (timedelta(minutes=1, seconds=5), "1 minute and 5 seconds"),
        (timedelta(0), "less than a second"),
    ],
)
def test_lengths_of_time_are_said_in_full(period: timedelta, words: str) -> None:
    assert period_words(period) == words
    assert words in say(Keep(ASSIST, period))


def test_every_purpose_is_an_aim() -> None:
    assert all(aim(purpose).startswith("to ") for purpose in Purpose)


def flat(text: str) -> str:
    return " ".join(text.split())


@given(policies)
def test_the_text_form_says_every_sentence_in_lines_that_fit(policy: Policy) -> None:
    text = as_text(policy)
    assert all(sentence.text in flat(text) for sentence in notice(policy))
    assert all(closing in flat(text) for closing in CLOSING)
    assert policy.digest in text
    assert all(len(line) <= max(WIDTH, 110) for line in text.splitlines())


def test_names_cannot_change_the_form_of_markdown() -> None:
    title = Title("1", "# Big\n\n<b>Co</b> [x](y)", "a_b@example.org")
    shown = as_markdown(compose(title, [(PracticeId("a"), EVERY_CASE[0])]))
    assert shown.startswith("# What \\# Big \\<b\\>Co\\</b\\> \\[x\\](y) does")
    assert "a\\_b@example.org" in shown


def test_markdown_has_every_heading_that_has_sentences() -> None:
    shown = as_markdown(load(starter(), "starter.toml"))
    assert shown.count("\n## ") == 7
    assert shown.count("\n- ") == 16
