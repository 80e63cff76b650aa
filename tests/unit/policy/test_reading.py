"""A reader of fourteen understands the notice, in every language and whatever a policy says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Announce,
    Clause,
    Collect,
    Keep,
    Minors,
    NeverInfer,
    NeverShare,
    NeverUse,
    Policy,
    Reside,
    Rotate,
    Sample,
    Share,
    Train,
)
from privity.model.words import (
    Category,
    Consent,
    Language,
    Media,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownAge,
    UnknownFields,
)
from privity.policy.load import load
from privity.policy.notice import items, lead, notice, period_words, say, tongue
from privity.policy.publish import as_text, closing
from privity.policy.reading import difficulty, flesch_kincaid, measure, sachtext, syllables
from privity.policy.starter import starter
from tests.properties.policies import policies

MONTH, WEEK, DAY = timedelta(days=30), timedelta(days=7), timedelta(days=1)
OTHERS = (frozenset(), frozenset({Region.EU, Region.UK}))
TO = Recipient("amber", Region.EU, frozenset({"a.example"}))
SERVING = Recipient("amber", Region.US, frozenset({"a.example"}), frozenset({Region.EU}))
ALONE = 2.0
"""How much harder than the whole may be one statement, which is too short for the formulas."""
SOME = frozenset({Category.NAME, Category.EMAIL})
EVERY_CLAUSE: list[Clause] = [
    *(Collect(p, SOME, t) for p in Purpose for t in Treatment),
    *(Keep(p, MONTH, o) for p in Purpose for o in (frozenset(), frozenset({DAY, WEEK}))),
    *(Reside(p, r, o) for p in Purpose for r in (Region.LOCAL, Region.US) for o in OTHERS),
    *(Share(p, to, a) for p in Purpose for to in (TO, SERVING) for a in (None, *Consent)),
    *(AcceptMedia(p, m) for p in Purpose for m in (frozenset(), frozenset(Media))),
    *(AcceptUnknown(p, r) for p in Purpose for r in UnknownFields),
    *(Train(p, a) for p in Purpose for a in Consent),
    *(Sample(p, a) for p in Purpose for a in Consent),
    *(Announce(a) for a in Consent),
    *(Minors(a, u, refuse=r) for a in (13, 16, 18) for u in UnknownAge for r in (True, False)),
    *(NeverUse(frozenset({p})) for p in Purpose),
    Rotate(365 * DAY, 90 * DAY, 180 * DAY),
    NeverUse(frozenset(Purpose)),
    NeverShare(frozenset({"amber", "basalt"})),
    NeverInfer(frozenset({Category.HEALTH})),
]
LANGUAGES = st.sampled_from(Language)
languages = pytest.mark.parametrize("language", Language)


@languages
def test_every_statement_is_plain(language: Language) -> None:
    hard = {
        lead(clause, language): difficulty(f"{lead(clause, language)}.", language)
        for clause in EVERY_CLAUSE
    }
    assert {text: round(by, 1) for text, by in hard.items() if by > ALONE} == {}


@given(policies, LANGUAGES)
def test_every_notice_as_a_whole_is_read_by_people_of_fourteen(
    policy: Policy, language: Language
) -> None:
    said = [f"{lead(sentence.clause, language)}." for sentence in notice(policy, language)]
    assert difficulty(" ".join([*said, *closing(language)]), language) <= 0


@languages
def test_the_starter_policy_is_read_by_people_of_fourteen(language: Language) -> None:
    text = as_text(load(starter(), "starter.toml"), language).partition("SHA-256")[0]
    assert difficulty(text, language) <= 0


@languages
def test_every_clause_has_words_of_its_own(language: Language) -> None:
    said = [say(clause, language) for clause in EVERY_CLAUSE]
    assert len(set(said)) == len(said)
    odd = re.compile(r"[{}]|\.\.|  |\s[,.]|None")
    assert [text for text in said if odd.search(text) or not text.endswith(".")] == []
    assert [text for text in said if not text[0].isupper()] == []


@given(st.sampled_from(EVERY_CLAUSE), LANGUAGES)
def test_a_statement_names_what_its_clause_names(clause: Clause, language: Language) -> None:
    words, text = tongue(language), say(clause, language)
    match clause:
        case Collect(_, categories, _):
            assert all(words.kinds[category] in text for category in categories)
        case Keep(_, period, offered):
            assert all(period_words(each, language) in text for each in (period, *offered))
        case Reside(_, region, others):
            assert all(words.places[each] in text for each in (region, *others))
        case Share(_, to, asked):
            assert {to.name, *to.hosts} <= set(re.findall(r"[a-z.]+\b", text))
            assert all(words.regions[each] in text for each in to.serves)
            assert asked is None or words.asked[asked] in text
        case Minors(age, _, _):
            assert str(age) in text
        case Rotate(root, partition, person):
            assert all(period_words(each, language) in text for each in (root, partition, person))
        case NeverUse(purposes):
            assert all(words.aims[purpose] in text for purpose in purposes)
        case _:
            assert text


def test_languages_differ_in_every_statement() -> None:
    for clause in EVERY_CLAUSE:
        assert len({say(clause, language) for language in Language}) == len(Language)


def test_the_kinds_stand_in_the_same_order_in_every_language() -> None:
    clause = Collect(Purpose.ASSIST, frozenset(Category), Treatment.KEEP)
    assert {len(items(clause, language)) for language in Language} == {len(Category)}


def test_the_english_formula_is_the_published_one() -> None:
    assert flesch_kincaid(measure("The cat sat on the mat.", Language.EN)) == pytest.approx(-1.45)


def test_the_german_formula_is_the_published_one() -> None:
    seen = measure("Die Katze sitzt auf der Matte.", Language.DE)
    expected = 0.1672 * 6 - 0.0327 * 100 * 4 / 6 - 0.875
    assert sachtext(seen) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("make", Language.EN, 1),
        ("assistant", Language.EN, 3),
        ("deleted", Language.EN, 3),
        ("antworten", Language.DE, 3),
        ("Häuser", Language.DE, 2),
        ("réponse", Language.FR, 2),
        ("conversaciones", Language.ES, 5),
    ],
)
def test_syllables_are_counted(word: str, language: Language, count: int) -> None:
    assert syllables(word, language) == count


def test_legal_language_is_hard() -> None:
    text = (
        "Notwithstanding the foregoing, personally identifiable information may be disclosed to "
        "affiliated organizations for legitimate operational purposes."
    )
    assert difficulty(text, Language.EN) > 8
