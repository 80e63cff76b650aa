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
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "\u00a0": " "})
_SINGLE = re.compile(r"(?:^|[\s(:])'\s*$")
_PAUSE = r"(?:$|\s*\.(?:\s|$)|\s*[,;:)(!?…–—½/\"]|\s+-|\s*[^\w\s'%.-])"
# RE2 knows the borders of words in ASCII only.
_EDGE = r"(?:^|[^\pL'])"
_END_OF_WORD = r"(?:[^\pL]|$)"
_YEAR = r"(?P<y>20[0-3]\d)"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A claim, compiled."""

    regex: Any
    claim: Claim


@dataclass(frozen=True, slots=True)
class _Language:
    """What is sought in one language; `speaker`: without one of these words nobody claims."""

    speaker: Any
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
    hints, languages = _compiled()
    lowered = text.lower().translate(_APOSTROPHES)
    if not hints.search(lowered):
        return
    for sentence in _END.split(lowered):
        if not hints.search(sentence):
            continue
        for language in languages:
            if language.speaker.search(sentence):
                yield from _claimed(language, sentence, year)


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
def _compiled() -> tuple[Any, tuple[_Language, ...]]:
    """Compile every claim, once, and what must occur for any of them to be there."""
    hints = "|".join(f"{word}" for tongue in TONGUES for word in _hints(tongue))
    return re2.compile(rf"{_EDGE}(?:\d{{1,2}}|20[0-3]\d|{hints})"), tuple(map(_language, TONGUES))


def _hints(tongue: Tongue) -> Iterable[str]:
    yield from (word for words in tongue.numbers for word in words.split("|"))
    yield from (*tongue.ordinals, *tongue.school.split())


def _language(tongue: Tongue) -> _Language:
    numbers = {
        word: number
        for number, words in enumerate(tongue.numbers, _FIRST_NUMBER)
        for word in words.split("|")
    }
    numbers |= {word: place for place, word in enumerate(tongue.ordinals, 1)}
    return _Language(
        re2.compile(rf"{_EDGE}(?:{tongue.speaker}){_END_OF_WORD}"),
        tuple(
            _Asked(re2.compile(rf"\b(?:{_written(c.pattern, tongue)})"), c) for c in tongue.claims
        ),
        numbers,
        re2.compile(rf"{_EDGE}(?:{tongue.frames}){_END_OF_WORD}"),
        re2.compile(rf"{_EDGE}(?:{tongue.moments}){_END_OF_WORD}"),
        re2.compile(rf"{_PAUSE}|\s+(?:{'|'.join(tongue.pauses.split())}){_END_OF_WORD}"),
        re.compile(tongue.counted.replace(r"\pL", r"[^\W\d_]")),
    )


def _written(pattern: str, tongue: Tongue) -> str:
    """Return a claim's pattern with the numbers of its language in it."""
    listed = [word for each in tongue.numbers for word in each.split("|")]
    words = "|".join(sorted(listed, key=len, reverse=True))  # "sixteen" before "six"
    written = pattern.replace("{n}", rf"(?P<n>\d{{1,2}}|{words})", 1).replace("{y}", _YEAR, 1)
    return written.replace("{o}", f"(?P<o>{'|'.join(tongue.ordinals)})", 1)
