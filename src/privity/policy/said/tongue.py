"""What a language must have so that every clause can be said in it.

Invariants: a language is complete or does not load: every field is required, every table covers
its whole enum (`Tongue` checks it), and `notice.lead` takes nothing from anywhere else. Sentences
are short and end where a person takes a breath; places to fill in stand in braces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import chain

from privity.model.words import (
    Category,
    Consent,
    Media,
    Purpose,
    Region,
    Treatment,
    UnknownAge,
    UnknownFields,
)


class Topic(Enum):
    """A part of the notice; its heading is in the words of each language."""

    TREAT = "treat"
    SHARE = "share"
    KEEP = "keep"
    ACCEPT = "accept"
    CHOOSE = "choose"
    MINORS = "minors"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the sentences: `{controller}`, `{contact}`, `{version}`, `{digest}`."""

    title: str
    asking: str
    standing: str
    closing: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sentences:
    """One for each kind of clause, in several short sentences where one would be long.

    `{To}` and `{aim}` are the purpose, capitalized or not; `{asked}` whose word it takes.
    """

    collect: str  # {To} {done}
    keep: str  # {To} {period} {sooner}
    sooner: str  # {times}
    not_at_all: str
    reside: str  # {To} {place}
    reside_each: str  # {To} {place} {others}
    share: str  # {To} {name} {place} {hosts} {served} {asked}
    served: str  # {regions}
    train: str  # {aim} {asked}
    sample: str  # {aim} {asked}
    announce: str  # {asked}
    announce_reading: str  # {asked}
    rotate: str  # {own} {above} {highest}
    minors: str  # {age} {unknown}
    minors_refused: str  # {age} {unknown}
    no_media: str  # {To}
    some_media: str  # {To} {media}
    never_use: str  # {aims}
    never_use_any: str  # {aims}, several
    never_share: str  # {names}
    never_infer: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of one language. `units` are day, hour, minute, second: one and several."""

    frame: Frame
    sentences: Sentences
    aims: Mapping[Purpose, str]
    treatments: Mapping[Treatment, str]
    kinds: Mapping[Category, str]
    places: Mapping[Region, str]
    regions: Mapping[Region, str]
    media: Mapping[Media, str]
    unknown_fields: Mapping[UnknownFields, str]
    unknown_ages: Mapping[UnknownAge, str]
    asked: Mapping[Consent, str]
    topics: Mapping[Topic, str]
    units: tuple[tuple[str, str], ...]
    conjunctions: tuple[str, str]  # and, or
    no_time: str

    def __post_init__(self) -> None:
        """Refuse a language in which something cannot be said."""
        tables: tuple[tuple[Mapping[Enum, str], type[Enum]], ...] = (
            (self.aims, Purpose),  # type: ignore[assignment]
            (self.treatments, Treatment),
            (self.kinds, Category),
            (self.places, Region),
            (self.regions, Region),
            (self.media, Media),
            (self.unknown_fields, UnknownFields),
            (self.unknown_ages, UnknownAge),
            (self.asked, Consent),
            (self.topics, Topic),
        )
        missing = [
            member for table, members in tables for member in members if not table.get(member)
        ]
        if missing:
            msg = f"a language lacks words for {', '.join(map(str, missing))}"
            raise TypeError(msg)

    def all_of(self, texts: Iterable[str]) -> str:
        """Join as a person would: `a, b and c`."""
        return _joined(texts, self.conjunctions[0])

    def one_of(self, texts: Iterable[str]) -> str:
        """Join as a person would: `a, b or c`."""
        return _joined(texts, self.conjunctions[1])


def _joined(texts: Iterable[str], word: str) -> str:
    *first, last = texts
    return f"{', '.join(first)} {word} {last}" if first else last


def kinds(words: Iterable[str]) -> Mapping[Category, str]:
    """Return words for every kind of personal data, given in the order of the enum."""
    return dict(zip(Category, chain(words), strict=True))
