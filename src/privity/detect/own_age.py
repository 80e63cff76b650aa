"""Does the person say here that they are a child? The youngest age that their words can mean.

Only what people say of themselves, now, counts: not a son, a memory, a wish, a story, a quotation
or a text to be translated. What is found is a number of years and nothing else; the words stay
where they are.

Invariants: linear time (RE2); an age of 18 or more is never reported, so that nobody becomes an
adult by saying so; what is found does not depend on how a text is cut into leaves, but on each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from privity.detect.own_age_words import TONGUES, Claim, Tongue
from privity.model.reveal import reveal
from privity.model.text import Raw

YOUNGEST = 5
"""Nobody younger writes; a smaller number counts something else."""
OF_AGE = 18
_FIRST_NUMBER = 5
_END = re.compile(r"(?<!\d)\.(?=\s|$)|[!?;\n]+")
_PLAIN = {"`": "'", "’": "'", "‘": "'", "´": "'", "\u00a0": " "}
_SINGLE = re.compile(r"(?:^|[\s(:])'\s*$")
_PAUSE = r"(?:$|\s*\.(?:\s|$)|\s*[,;:)(!?…–—½/\"]|\s+-|\s*[^\w\s'%.-])"
# RE2 knows the borders of words in ASCII only.
_EDGE = r"(?:^|[^\pL'])"
_END_OF_WORD = r"(?:[^\pL]|$)"
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_MEMORY = 16 << 20  # bytes; the automaton of a pattern is built as texts need it
_YEAR = r"(?P<y>20[0-3]\d)"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A claim, compiled."""

    regex: Any
    claim: Claim


@dataclass(frozen=True, slots=True)
class _Languages:
    """All languages. Without a match of `anywhere`, in bytes, no sentence of a text has a claim."""

    each: tuple[_Language, ...]
    anywhere: Any


@dataclass(frozen=True, slots=True)
class _Language:
    """What is sought in one language.

    `speaker`: without one of these words nobody claims; `hints`: without one of these, or a number,
    nobody says an age; `any`: what all claims have in common.
    """

    speaker: frozenset[str]
    hints: frozenset[str]
    any: Any
    asked: tuple[_Asked, ...]
    numbers: Mapping[str, int]
    frames: Any
    moments: Any
    pauses: Any
    counted: Any


def youngest_said(raws: Iterable[Raw], year: int) -> int | None:
    """Return the youngest age under 18 that somebody claims for themselves in these texts, or None.

    `year` is the present one: a year of birth counts as the age before this year's birthday.
    """
    ages = [age for raw in raws for age in _ages(reveal(raw), year)]
    return min(ages, default=None)


def _ages(text: str, year: int) -> Iterable[int]:
    lowered = _lowered(text)
    known = _compiled()
    if not known.anywhere.search(lowered.encode("utf-8", "replace")):
        return
    languages = _possible(lowered, known.each)
    if not languages:
        return
    for sentence in _END.split(lowered):
        for language in _possible(sentence, languages):
            if language.any.search(sentence):
                yield from _claimed(language, sentence, year)


def _lowered(text: str) -> str:
    lowered = text.lower()
    for sign, plain in _PLAIN.items():
        lowered = lowered.replace(sign, plain)
    return lowered


def _possible(text: str, languages: Iterable[_Language]) -> list[_Language]:
    """Return the languages in which somebody could say an age here, by the words there are."""
    tokens = set(_TOKEN.findall(text))
    number = any(token.isdigit() and _is_age_or_year(token) for token in tokens)
    return [
        language
        for language in languages
        if not language.speaker.isdisjoint(tokens)
        and (number or not language.hints.isdisjoint(tokens))
    ]


def _is_age_or_year(token: str) -> bool:
    """Say whether digits are an age below 19, a year of school, or a year of birth."""
    short, year = len(token) <= 2, len(token) == 4
    return token.isascii() and (
        (short and int(token) <= OF_AGE) or (year and token.startswith("20"))
    )


def _claimed(language: _Language, sentence: str, year: int) -> Iterable[int]:
    for each in language.asked:
        for match in each.regex.finditer(sentence):
            age = _age(each.claim, match, language.numbers, year)
            if age is not None and YOUNGEST <= age < OF_AGE:
                before, after = sentence[: match.start()], sentence[match.end() :]
                if _is_own(language, before, after, quiet=each.claim.quiet):
                    yield age


def _age(claim: Claim, match: Any, numbers: Mapping[str, int], year: int) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return year - int(groups["y"]) - 1
    said = groups.get("n") or groups.get("o")
    if said is None:
        return None if "{" in claim.pattern.replace("{0,", "") else claim.shift
    return (int(said) if said.isdigit() else numbers[said]) + claim.shift


def _is_own(language: _Language, before: str, after: str, *, quiet: bool) -> bool:
    """Say whether what stands around a claim leaves it one, made here and now by the writer."""
    part = before.rpartition(",")[2]
    if _is_quoted(before) or language.frames.search(before) or language.moments.search(part):
        return False
    if after[:1].isalpha() or language.counted.match(after):
        return False
    return not quiet or bool(language.pauses.match(after))


def _is_quoted(before: str) -> bool:
    """Say whether a quotation is open at the end of this text."""
    straight = before.count('"') % 2 == 1
    curly = sum(map(before.count, "“„«‹")) > sum(map(before.count, "”»›"))
    return straight or curly or _SINGLE.search(before) is not None


@lru_cache(maxsize=1)
def _compiled() -> _Languages:
    """Compile every claim, once."""
    anywhere = "|".join(map(_anywhere, TONGUES))
    return _Languages(tuple(map(_language, TONGUES)), _regex(anywhere.encode()))


def _anywhere(tongue: Tongue) -> str:
    """Return what occurs in every text with a claim: any of them, wherever sentences begin."""
    return rf"\b(?:{'|'.join(map(_nameless, _sources(tongue)))})".replace("(?:^|", "(?:|")


def _sources(tongue: Tongue) -> list[str]:
    return [_written(claim.pattern, tongue) for claim in tongue.claims]


def _nameless(source: str) -> str:
    return re.sub(r"\?P<[noy]>", "?:", source)


def _language(tongue: Tongue) -> _Language:
    numbers = {
        word: number
        for number, words in enumerate(tongue.numbers, _FIRST_NUMBER)
        for word in words.split("|")
    }
    numbers |= {word: place for place, word in enumerate(tongue.ordinals, 1)}
    sources = _sources(tongue)
    return _Language(
        frozenset(tongue.speaker.split()),
        frozenset(_TOKEN.findall(" ".join([*numbers, tongue.school]))),
        _regex(rf"\b(?:{'|'.join(map(_nameless, sources))})"),
        tuple(
            _Asked(_regex(rf"\b(?:{source})"), claim)
            for source, claim in zip(sources, tongue.claims, strict=True)
        ),
        numbers,
        _regex(rf"{_EDGE}(?:{tongue.frames}){_END_OF_WORD}"),
        _regex(rf"{_EDGE}(?:{tongue.moments}){_END_OF_WORD}"),
        _regex(rf"{_PAUSE}|\s+(?:{'|'.join(tongue.pauses.split())}){_END_OF_WORD}"),
        re.compile(tongue.counted.replace(r"\pL", r"[^\W\d_]")),
    )


def _regex(pattern: str | bytes) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False  # it would say so on the terminal; matching goes on without
    return re2.compile(pattern, options)


def _written(pattern: str, tongue: Tongue) -> str:
    """Return a claim's pattern with the numbers of its language in it."""
    listed = [word for each in tongue.numbers for word in each.split("|")]
    words = "|".join(sorted(listed, key=len, reverse=True))  # "sixteen" before "six"
    written = pattern.replace("{n}", rf"(?P<n>\d{{1,2}}|{words})", 1).replace("{y}", _YEAR, 1)
    return written.replace("{o}", f"(?P<o>{'|'.join(tongue.ordinals)})", 1)
