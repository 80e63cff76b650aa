"""Words for people in four languages: catalogs, and dates, numbers and periods as each writes them.

Invariants: every phrase stands in every language, with the same places to fill in; a phrase or a
value that is missing is an error, never an empty place; a catalog holds text, never markup. A
catalog of a language is all `words/LANGUAGE/*.toml` together, one file a subject; a phrase with a
count is a table of the plural forms that the language has (Unicode CLDR), filled in by `n`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from types import MappingProxyType
from typing import Literal, TypeAlias

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

from privity.model.words import Language

Values: TypeAlias = Mapping[str, str | int]
FIRST = Language.EN
NAMES: Mapping[Language, str] = MappingProxyType(
    {
        Language.EN: "English",
        Language.DE: "Deutsch",
        Language.FR: "Français",
        Language.ES: "Español",
    }
)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_NOTHING: Values = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Voice:
    """One language: its phrases by key, or, for phrases with a count, by key and plural form."""

    language: Language
    phrases: Mapping[str, str]
    _locale: Locale = field(init=False)

    def __post_init__(self) -> None:
        """Find how the language writes dates and numbers."""
        # English as most of the world writes dates: 2 November 2026, 14:05.
        name = "en_GB" if self.language is Language.EN else self.language.value
        object.__setattr__(self, "_locale", Locale.parse(name))

    def say(self, key: str, values: Values = _NOTHING) -> str:
        """Return a phrase with its values. Raises KeyError for a key or value that is missing."""
        text = self.phrases.get(key)
        if text is None:
            plural = self._locale.plural_form(int(values["n"]))
            text = self.phrases.get(f"{key}.{plural}") or self.phrases[f"{key}.other"]
        shown = {name: self._shown(value) for name, value in values.items()}
        return text.format_map(shown)

    def either(self, key: str, otherwise: str) -> str:
        """Return a phrase, or another one where there is none."""
        return self.say(key if self.has(key) else otherwise)

    def has(self, key: str) -> bool:
        """Say whether there is such a phrase."""
        return key in self.phrases

    def _shown(self, value: str | int) -> str:
        return value if isinstance(value, str) else self.number(value)

    def number(self, count: int) -> str:
        """Return a number with its separators."""
        return str(format_decimal(count, locale=self._locale))

    def day(self, at: datetime) -> str:
        """Return a date, in UTC."""
        return self.date(at.astimezone(UTC).date())

    def date(self, at: date) -> str:
        """Return a date."""
        return str(format_date(at, "long", locale=self._locale))

    def moment(self, at: datetime) -> str:
        """Return a date with the time to the minute, in UTC."""
        clock = format_time(at.astimezone(UTC), "HH:mm", tzinfo=UTC, locale=self._locale)
        return f"{self.day(at)}, {clock} UTC"

    def period(self, length: timedelta) -> str:
        """Return a length of time in its largest whole unit up to days: 30 days, 12 hours."""
        unit: Literal["day", "hour", "minute"] = "minute"
        if length >= _HOUR and not length % _HOUR:
            unit = "hour" if length % _DAY else "day"
        return str(format_timedelta(length, granularity=unit, threshold=10**9, locale=self._locale))

    def listed(self, items: Sequence[str]) -> str:
        """Return items as a list in a sentence."""
        return str(format_list(list(items), locale=self._locale))


def load_voices() -> Mapping[Language, Voice]:
    """Return every language."""
    return {language: Voice(language, catalog(language)) for language in Language}


def catalog(language: Language) -> Mapping[str, str]:
    """Return every phrase of a language. Raises ValueError where two files say the same."""
    found: dict[str, str] = {}
    folder = resources.files(__package__).joinpath("words", language.value)
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            for key, text in _flat(tomllib.loads(file.read_text("utf-8")), ""):
                if key in found:
                    msg = f"{key} stands twice in the words of {language.value}"
                    raise ValueError(msg)
                found[key] = text
    return found


def _flat(table: Mapping[str, object], above: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def language_named(name: str) -> Language | None:
    """Return the language of this name (ISO 639-1), or None."""
    return next((language for language in Language if language.value == name), None)


def preferred(accepted: str) -> Language:
    """Return the language that a browser asks for first (RFC 9110, 12.5.4) and that there is."""
    best, chosen = 0.0, FIRST
    for part in accepted.split(","):
        name, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        language = language_named(name.partition("-")[0].lower())
        if language is not None and weight > best:
            best, chosen = weight, language
    return chosen


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
