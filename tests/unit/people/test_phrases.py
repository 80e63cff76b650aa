"""Every phrase stands in every language, and says its values."""

import re
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from babel import Locale

from privity.audit.entry import Event
from privity.console.people.phrases import Voice, catalog, load_voices, preferred
from privity.model.words import Language

PLACE = re.compile(r"\{(\w*)[^}]*\}")
NOT_ABOUT_ONE_PERSON = {
    *("policy", "app", "key", "region", "clock", "backup", "rehearsal", "service"),
    *("staff", "factor", "session", "training", "machine", "access", "evidence"),
    *("exchange", "calls", "hold"),
    *("watch", "alert", "incident", "honey", "canary"),
    "records.swept",
}
"""Entries of which none names a person, and those of messages, which are listed apart."""
TEMPLATES = resources.files("privity.console.people").joinpath("templates")
SAID = re.compile(r"""\bsay\("([a-z_.]+)"[,)]""")
VOICES = load_voices()
FORMS = {"zero", "one", "two", "few", "many", "other"}


def counted(phrases: dict[str, str]) -> dict[str, set[str]]:
    """The keys that have plural forms, with the forms that they have."""
    found: dict[str, set[str]] = {}
    for key in phrases:
        above, _, last = key.rpartition(".")
        if last in FORMS and (last != "other" or f"{above}.one" in phrases):
            found.setdefault(above, set()).add(last)
    return found


@pytest.mark.parametrize("language", Language)
def test_every_phrase_stands_in_every_language(language: Language) -> None:
    def keys(of: Language) -> set[str]:
        phrases = dict(catalog(of))
        plural = counted(phrases)
        return {k for k in phrases if k.rpartition(".")[0] not in plural} | set(plural)

    assert keys(language) == keys(Language.EN)


@pytest.mark.parametrize("language", Language)
def test_a_phrase_has_the_same_places_in_every_language(language: Language) -> None:
    english, other = catalog(Language.EN), catalog(language)
    shared = english.keys() & other.keys()
    differ = [
        key
        for key in sorted(shared)
        if not key.endswith((".one", ".other"))
        and set(PLACE.findall(english[key])) != set(PLACE.findall(other[key]))
    ]
    assert differ == []


@pytest.mark.parametrize("language", Language)
def test_a_phrase_with_a_count_has_every_form_that_whole_numbers_need(language: Language) -> None:
    locale = Locale.parse(language.value)
    needed = {locale.plural_form(n) for n in range(1000)}
    lacking = {k: needed - f for k, f in counted(dict(catalog(language))).items() if needed - f}
    assert lacking == {}


def test_no_phrase_is_empty_or_holds_markup() -> None:
    texts = [text for language in Language for text in catalog(language).values()]
    assert [text for text in texts if not text.strip() or "<" in text or "&" in text] == []


def test_every_phrase_that_a_page_says_is_there() -> None:
    english = dict(catalog(Language.EN))
    there = english.keys() | counted(english).keys()
    said = {
        key
        for file in TEMPLATES.iterdir()
        if file.name.endswith(".html")
        for key in SAID.findall(file.read_text("utf-8"))
    }
    assert said - there == set()


def test_a_missing_value_is_an_error() -> None:
    voice = Voice(Language.EN, {"kept": "kept for {period}"})
    with pytest.raises(KeyError):
        voice.say("kept")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "30 days"), ("de", "30 Tage"), ("fr", "30 jours")]
)
def test_a_period_is_said_in_whole_units(language: str, said: str) -> None:
    voice = VOICES[Language(language)]
    assert voice.period(timedelta(days=30)).replace("\xa0", " ") == said


def test_hours_that_are_no_whole_days_stay_hours() -> None:
    assert VOICES[Language.EN].period(timedelta(hours=36)) == "36 hours"


def test_a_date_is_written_as_the_language_writes_it() -> None:
    at = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    assert VOICES[Language.DE].moment(at) == "2. März 2026, 09:05 UTC"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("pt-BR, es;q=0.3, en;q=0.2", "es"),
        ("de;q=0, en;q=0.1", "en"),
        ("", "en"),
        ("*;q=nonsense,,;=", "en"),
    ],
)
def test_the_language_is_the_one_the_browser_asks_for_first(accepted: str, language: str) -> None:
    assert preferred(accepted) is Language(language)


def test_every_event_that_can_be_about_a_person_has_words() -> None:
    told = [event.value for event in Event if f"event.{event.value}" not in catalog(Language.EN)]
    assert [e for e in told if not {e, e.partition(".")[0]} & NOT_ABOUT_ONE_PERSON] == []
