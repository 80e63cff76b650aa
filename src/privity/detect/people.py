"""Names of people and places in runs of capitalized words, by word lists.

A given name with a family name, a title with a name, initials with a family name, a given name
that is no everyday word; a place that is nothing else, or one behind a preposition.

Invariants: a word that people also write in lower case is not a name by itself; the text is read
once, from left to right, and each word costs a few look-ups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from privity.detect.lexicon import FAMILY_FIRST, HEAD, LISTS, SPOKEN, Lexicon
from privity.detect.resolve import Candidate
from privity.model.words import Category

UPPER = (
    "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹ"
    "ŻŽȘȚḤṢṬẠẢẤẬẮẶẸẾỆỊỌỐỘỚỤỨỰỲΑ-ΫΆ-ΏА-ЯЁЄІЇҐ"
)
PARTICLES = (
    "van|von|de|der|den|da|do|dos|das|di|del|della|la|le|el|al|bin|"
    "ibn|bint|zu|zur|ten|ter|du|des|af|av|abu"
)
WORD = rf"[{UPPER}][^\W\d_]*(?:['’-][^\W\d_]+)*"
RUN = re.compile(rf"{WORD}\.?(?:[ ](?:(?:{PARTICLES})[ ]){{0,2}}{WORD}\.?)*")
INSIDE = frozenset("_@#/\\.$-")
CODE_AFTER = frozenset("(_=[{<\\:/@")
NOT_CODE = re.compile(r":[ \n]|</|<br|\\[\"n]")  # text goes on, markup ends, JSON in prose
STEM = re.compile(r"[^\s.]+?(?=['’][sS]?(?:[\s.]|$)|[\s.]|$)")
TOKEN = re.compile(r"\S+")
FAMILY = 5  # letters
ABBREVIATED = 5  # letters, its full stop among them: a longer word with one ends a sentence
SHORT = 3  # letters
LONGEST = 5  # words of a name
FAMILY_NAMES = 3  # words of a name whose family name stands first
POSSESSIVE = ("'s", "’s", "'S")
MODELS = frozenset({"Pro", "Air", "HBO", "Mad", "Pepsi"})  # before "Max", which is no one then
FORMAL = frozenset(
    "Mr Mrs Ms Miss Mx Dr Prof Herr Herrn Frau Monsieur Madame Mme Mlle Señor Señora Signor "
    "Signora Senhor Senhora Dhr Mevr Mevrouw Pan Pani".split()
)
"""Titles behind which even an everyday word is a name, if it is a family name at all."""
MONTHS = frozenset({"Jan", "Mar", "Jun", "Jul", "Sep", "Dec", "May", "April", "June", "Mai", "Ago"})
DAY = re.compile(r"[ ]{1,2}\d")
SAYINGS = (" of all trades", " of spades", " of hearts", " of diamonds", " of clubs")

SURE = frozenset(LISTS["sure_first"] + LISTS["sure_last"] + LISTS["sure_place"])
PLACES = frozenset(LISTS["place"])
NAMING = frozenset(LISTS["first"] + LISTS["last"] + LISTS["place"] + HEAD)


@dataclass(frozen=True, slots=True)
class Reading:
    """The first `length` words are of this category; the first `skip` of them do not belong."""

    length: int
    category: Category
    confidence: float
    rule: str
    skip: int = 0


class People:
    """Finds names and places with the help of a lexicon."""

    __slots__ = ("_heading", "_marks", "_words")

    def __init__(self, words: Lexicon) -> None:
        self._words = words
        self._marks = words.table.marks
        self._heading = words.titles | words.companies

    def found(self, text: str) -> Iterator[Candidate]:
        """Return names and places among the capitalized words of `text`."""
        marks, starters = self._marks, self._words.starters
        for run in RUN.finditer(text):
            spelled = run.group()
            if spelled in starters:
                continue
            if " " not in spelled:
                word = spelled.rstrip(".")
                if word[-2:] in POSSESSIVE:
                    word = word[:-2]
                known = marks(word)
                if (
                    known
                    and (not SURE.isdisjoint(known) or _placed(known))
                    and self._free(text, run.start(), run.start() + len(word))
                ):
                    yield from self._single(text, run.start(), word)
            elif self._free(text, run.start(), run.end()) and (
                spelled.isupper() or self._names_someone(STEM.findall(spelled))
            ):
                yield from self._run(text, run.start(), spelled)

    def _names_someone(self, words: list[str]) -> bool:
        marks = self._marks
        return any(not NAMING.isdisjoint(marks(w)) or w in self._heading for w in words)

    def _free(self, text: str, start: int, end: int) -> bool:
        """Return whether `[start, end)` is not part of a longer word, a path or a program."""
        before = text[start - 1] if start else " "
        if before.isalnum() or before in INSIDE:
            return False
        if before == ":" and start > 1 and text[start - 2].isalnum():
            return False
        return not _before_code(text, end)

    def _single(self, text: str, start: int, word: str) -> Iterator[Candidate]:
        end = start + len(word)
        words = self._words
        if text.startswith(SAYINGS, end) or (word in MONTHS and DAY.match(text, end)):
            return
        if words.doubtful(word) and (word.lower() in words.technical or not _amid(text, start)):
            return
        if word in words.sure_first:
            yield Candidate(start, end, Category.NAME, 0.8, "name_given")
        elif word in words.sure_place:
            yield Candidate(start, end, Category.PLACE, 0.9, "place_large")
        elif word in words.sure_last:
            if len(word) >= FAMILY:
                yield Candidate(start, end, Category.NAME, 0.75, "name_family")
        elif self._located(text, start):
            yield Candidate(start, end, Category.PLACE, 0.85, "place_located")

    def _located(self, text: str, start: int) -> bool:
        before = text[max(0, start - 12) : start].rsplit(maxsplit=1)
        return bool(before) and before[-1].lower() in self._words.prepositions

    def _run(self, text: str, start: int, spelled: str) -> Iterator[Candidate]:
        tokens = [(m.start(), m.group()) for m in TOKEN.finditer(spelled)]
        plain = [t.rstrip(".") for _, t in tokens]
        plain = [t[:-2] if t.endswith(POSSESSIVE) else t for t in plain]
        stops = _stops([t for _, t in tokens])
        at = 0
        while at < len(plain):
            stop = next((s for s in stops if s > at), len(plain))
            reading = self._read(plain[at : min(at + LONGEST + 1, stop)], first=at == 0)
            if reading is None or (plain[at] == "Max" and at and plain[at - 1] in MODELS):
                at += 1
                continue
            last = at + reading.length - 1
            begin = start + tokens[at + reading.skip][0]
            end = start + tokens[last][0] + len(plain[last])
            if not _before_code(text, end):
                yield Candidate(begin, end, reading.category, reading.confidence, reading.rule)
            at += reading.length

    def _read(self, ahead: list[str], *, first: bool) -> Reading | None:
        """Return what the next words are, the surest reading first."""
        return (
            self._company(ahead)
            or self._titled(ahead)
            or self._phrase(ahead, first=first)
            or self._full(ahead)
            or self._word(ahead[0])
        )

    def _company(self, ahead: list[str]) -> Reading | None:
        words = self._words
        for length in range(min(len(ahead), LONGEST), 1, -1):
            if ahead[length - 1] in words.companies and not words.is_common(ahead[0]):
                return Reading(length, Category.ORGANIZATION, 0.75, "company")
        return None

    def _titled(self, ahead: list[str]) -> Reading | None:
        words = self._words
        if ahead[0] not in words.titles or len(ahead) == 1:
            return None
        also = ahead[0] in FORMAL and ahead[1] in words.last and not ahead[1].isupper()
        if not (also or self._nameable(ahead[1])):
            return None
        length = 2
        while length < min(len(ahead), LONGEST) and (
            self._nameable(ahead[length]) or ahead[length] in words.particles
        ):
            length += 1
        return Reading(length, Category.NAME, 0.95, "name_titled", skip=1)

    def _phrase(self, ahead: list[str], *, first: bool) -> Reading | None:
        for length in (4, 3, 2):
            name = " ".join(ahead[:length])
            listed = len(ahead) >= length and name in self._words.place
            if listed and (name in self._words.large or not first):
                return Reading(length, Category.PLACE, 0.9, "place_phrase")
        return None

    def _full(self, ahead: list[str]) -> Reading | None:
        if len(ahead) == 1:
            return None
        if ahead[0].isupper() and len(ahead[0]) > 1:
            ahead = [w.title() if w.isupper() else w for w in ahead]
            if not (ahead[0] in self._words.sure_first and ahead[1] in self._words.last):
                return None
        length = self._full_name(ahead)
        return Reading(length, Category.NAME, 0.85, "name_full") if length > 1 else None

    def _full_name(self, ahead: list[str]) -> int:
        """Return the number of words of a full name at the start of `ahead`, 0 or 1 for none."""
        words, head = self._words, ahead[0]
        doubtful = words.doubtful(head) and head in words.first
        sure = not doubtful and (
            head in words.sure_first or (head in words.first and not words.is_common(head))
        )
        maybe = doubtful or (not sure and head in words.first and words.given_too(head))
        initial = len(head) == 1
        if not (sure or maybe or initial):
            if head in words.sure_last and ahead[1] in words.sure_first:
                return 2
            return self._family_first(ahead) or self._before_family(ahead)
        length = 1
        while length < min(len(ahead), LONGEST) and self._goes_on(ahead[length], initial=initial):
            length += 1
        while length > 1 and ahead[length - 1] in words.particles:
            length -= 1
        last = ahead[length - 1]
        if initial and last not in words.sure_last:
            return 0
        if maybe and (last not in words.last or (words.is_common(last) and len(last) <= SHORT)):
            return 0
        return 0 if doubtful and (words.is_common(last) or words.doubtful(last)) else length

    def _family_first(self, ahead: list[str]) -> int:
        """Return the length of a name such as "Nguyen Van An" or "Kim Min-jun", 0 for none."""
        words = self._words
        if FAMILY_FIRST not in words.table.marks(ahead[0]):
            return 0
        length = 1
        while length < min(len(ahead), FAMILY_NAMES) and (
            ahead[length] in words.first or "-" in ahead[length]
        ):
            length += 1
        return length if length > 1 else 0

    def _before_family(self, ahead: list[str]) -> int:
        """Return 2 for a word in no list before a family name that is nothing else, else 0."""
        words, head = self._words, ahead[0]
        family = FAMILY_FIRST in words.table.marks(ahead[1])
        plain = words.doubtful(head) or head in words.place or head in words.titles
        return 2 if family and not plain and self._nameable(head) else 0

    def _goes_on(self, word: str, *, initial: bool) -> bool:
        """Return whether a name may go on with this word."""
        words = self._words
        if word in words.particles or len(word) == 1 or word in words.last:
            return True
        return not initial and self._nameable(word) and word not in words.large

    def _word(self, word: str) -> Reading | None:
        if self._words.doubtful(word):
            return None
        if word in self._words.sure_first:
            return Reading(1, Category.NAME, 0.8, "name_given")
        if word in self._words.sure_place:
            return Reading(1, Category.PLACE, 0.9, "place_large")
        if word in self._words.sure_last and len(word) >= FAMILY:
            return Reading(1, Category.NAME, 0.75, "name_family")
        return None

    def _nameable(self, word: str) -> bool:
        """A capitalized word that could be a name: listed, or no everyday word."""
        return (
            word[0].isupper()
            and len(word) > 1
            and not self._words.is_common(word)
            and not (word.isupper() and (len(word) > 3 or word.lower() in self._words.technical))
        )


def _stops(tokens: list[str]) -> list[int]:
    """Return where sentences end: behind a long word with a full stop, or a short one before I."""
    return [
        n + 1
        for n, token in enumerate(tokens)
        if token[-1] == "."
        and (len(token) > ABBREVIATED or (len(token) > SHORT and tokens[n + 1 : n + 2] == ["I"]))
    ]


def _placed(marks: str) -> bool:
    """Return whether these are the marks of a place that is no everyday word."""
    return not PLACES.isdisjoint(marks) and SPOKEN not in marks


def _before_code(text: str, end: int) -> bool:
    """Return whether what follows makes a word a part of a program, an address or a path."""
    return text[end : end + 1] in CODE_AFTER and not NOT_CODE.match(text, end)


def _amid(text: str, start: int) -> bool:
    """Return whether `start` is inside of a sentence: behind a word in lower case, or a comma."""
    before = text[max(0, start - 2) : start]
    return len(before) == 2 and before[1] == " " and (before[0].islower() or before[0] == ",")
