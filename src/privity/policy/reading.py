"""How hard a text is to read, by formulas that were fitted to readers.

English: Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers, Chissom: Derivation of New
Readability Formulas, 1975). German: the first Wiener Sachtextformel (Bamberger, Vanecek: Lesen,
Verstehen, Lernen, Schreiben, 1984). Both give a school grade: 8 is read by people of thirteen and
fourteen. French: the Flesch formula as Kandel and Moles fitted it (1958). Spanish: Fernández Huerta
(1959). Both give an ease from 0 to 100, where 60 and more is plain language.

Invariants: nothing here changes a text; lists after a colon and addresses in parentheses are left
out, because they are no prose; syllables are counted as groups of vowels, which errs upwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from privity.model.words import Language

GRADE = 8.0
"""The school grade of readers of fourteen."""
PLAIN = 60.0
"""The ease from which on a text counts as plain."""
LONG = 6
"""A German word with more letters is long."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+")
_END = re.compile(r"[.!?]+(?:\s|$)")
_NO_PROSE = re.compile(r":\s[^.!?]*|\([^)]*\)")
_VOWELS = {
    Language.EN: re.compile(r"[aeiouy]+"),
    Language.DE: re.compile(r"ei|ai|au|äu|eu|ie|aa|ee|oo|[aeiouyäöü]"),
    Language.FR: re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+"),
    Language.ES: re.compile(r"[aeiouáéíóúü]+"),
}
_SILENT = {
    Language.EN: re.compile(r"(?:[^aeiouyl]e|[^aeioud]es|[^aeiouydt]ed)$"),
    Language.FR: re.compile(r"[^aeiouyéèê](?:e|es|ent)$"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a text is made of."""

    sentences: int
    words: int
    syllables: int
    of_three: int  # words with three syllables or more
    of_one: int
    long: int


def measure(text: str, language: Language) -> Measured:
    """Count sentences, words and syllables of the prose of a text."""
    prose = _NO_PROSE.sub("", text)
    words = _WORD.findall(prose)
    counts = [syllables(word, language) for word in words]
    return Measured(
        max(1, sum(1 for part in _END.split(prose) if _WORD.search(part))),
        max(1, len(words)),
        sum(counts),
        sum(count >= 3 for count in counts),  # noqa: PLR2004 - as the formula says
        sum(count == 1 for count in counts),
        sum(len(word) > LONG for word in words),
    )


def syllables(word: str, language: Language) -> int:
    """Count the syllables of a word by its groups of vowels; at least one."""
    lowered = word.lower()
    count = len(_VOWELS[language].findall(lowered))
    silent = _SILENT.get(language)
    if count > 1 and silent is not None and silent.search(lowered):
        count -= 1
    return max(1, count)


def difficulty(text: str, language: Language) -> float:
    """Return how far a text is from what a reader of fourteen reads: at most 0 is within it.

    In English and German in school grades above `GRADE`, in French and Spanish in tenths of points
    of ease below `PLAIN`.
    """
    seen = measure(text, language)
    match language:
        case Language.EN:
            return flesch_kincaid(seen) - GRADE
        case Language.DE:
            return sachtext(seen) - GRADE
        case Language.FR:
            return (PLAIN - kandel_moles(seen)) / 10
        case Language.ES:
            return (PLAIN - fernandez_huerta(seen)) / 10
        case _:
            assert_never(language)


def flesch_kincaid(seen: Measured) -> float:
    """Return the grade of an English text."""
    return 0.39 * seen.words / seen.sentences + 11.8 * seen.syllables / seen.words - 15.59


def sachtext(seen: Measured) -> float:
    """Return the grade of a German text."""
    share = 100 / seen.words
    return (
        0.1935 * seen.of_three * share
        + 0.1672 * seen.words / seen.sentences
        + 0.1297 * seen.long * share
        - 0.0327 * seen.of_one * share
        - 0.875
    )


def kandel_moles(seen: Measured) -> float:
    """Return the ease of a French text."""
    return 207 - 1.015 * seen.words / seen.sentences - 73.6 * seen.syllables / seen.words


def fernandez_huerta(seen: Measured) -> float:
    """Return the ease of a Spanish text."""
    return 206.84 - 0.60 * 100 * seen.syllables / seen.words - 1.02 * seen.words / seen.sentences
