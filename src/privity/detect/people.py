"""Names of people and places: word lists with context.

Two ways lead to a name. A phrase announces it ("my name is", "Dear", "Regards,", a field called
customer), and these trims say which of the words behind the phrase are the name. Or a run of
capitalized words holds listed names: a given name with a family name, a title with a name, a given
name that is no everyday word.

Invariants: a word that people also write in lower case is not a name by itself; the text is read
once, from left to right, and each word costs a few look-ups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from privity.detect.lexicon import Lexicon
from privity.detect.resolve import Candidate
from privity.detect.spans import Span, Trim
from privity.model.words import Category

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚḤṢṬẠẢẤẬẮẶẸẾỆỊỌỐỘỚỤỨỰỲΑ-ΫΆ-ΏА-ЯЁЄІЇҐ"
PARTICLES = "van|von|de|der|den|da|do|dos|das|di|del|della|la|le|el|al|bin|ibn|bint|zu|zur|ten|ter|du|des|af|av|abu"
WORD = rf"[{UPPER}][^\W\d_]*(?:['’-][^\W\d_]+)*"
RUN = re.compile(rf"{WORD}\.?(?:[ ](?:(?:{PARTICLES})[ ]){{0,2}}{WORD}\.?)*")
INSIDE = frozenset("_@#/\\.$-")
SPLIT = re.compile(r"[^\W\d_]+(?:['’.-]+[^\W\d_]+)*")
CODE_AFTER = frozenset("(_=[{<\\:/@")
STEM = re.compile(r"[^\s.]+?(?=['’][sS]?(?:[\s.]|$)|[\s.]|$)")
LONGEST = 5  # words of a name
POSSESSIVE = ("'s", "’s", "'S")


class People:
    """Finds names and places with the help of a lexicon."""

    __slots__ = ("_alone", "_listed", "_words")

    def __init__(self, words: Lexicon) -> None:
        self._words = words
        places = frozenset(place for place in words.place if " " not in place)
        self._alone = words.sure_first | words.sure_place | (places - words.common_places)
        heads = frozenset(place.partition(" ")[0] for place in words.place - places)
        self._listed = self._alone.union(
            words.first, words.last, heads, words.titles, words.companies
        )

    def trims(self) -> Mapping[str, Trim]:
        """Return the trims that need the lexicon, by name."""
        return {
            "city_state": self.place_listed,
            "name_called": self.name_called,
            "name_greeted": self.name_capital,
            "name_label": self.name_label,
            "name_listed": self.name_listed,
            "name_signed": self.name_capital,
            "name_stated": self.name_stated,
            "name_subject": self.name_subject,
            "place_stated": self.place_stated,
            "postcode_city": self.postcode_city,
        }

    def name_stated(self, text: str, start: int, end: int) -> Span | None:
        """After "my name is": capitalized words, or one to three words that are not everyday."""
        return self._words_while(text, start, end, self._stated_freely)

    def name_capital(self, text: str, start: int, end: int) -> Span | None:
        """After "Dear" and "Regards,": capitalized words that are not everyday ones."""
        return self._words_while(text, start, end, self._capital)

    def name_called(self, text: str, start: int, end: int) -> Span | None:
        """After "called": capitalized words with a listed name among them."""
        span = self._words_while(text, start, end, self._capital)
        if span is None or not self._free(text, *span):
            return None
        words = STEM.findall(text[span[0] : span[1]])
        listed = self._given(words[0]) or words[-1] in self._words.sure_last
        return span if listed or len(words) > 1 else None

    def name_listed(self, text: str, start: int, end: int) -> Span | None:
        """After "I'm" and "this is": the first word must be a listed given name."""
        first = SPLIT.match(text, start, end)
        if first is None or not self._given(first.group()):
            return None
        return self._words_while(text, start, end, self._stated)

    def name_label(self, text: str, start: int, end: int) -> Span | None:
        """After "name:": a listed name among capitalized words."""
        span = self._words_while(text, start, end, self._capital, comma=True)
        if span is None:
            return None
        words = SPLIT.findall(text[span[0] : span[1]])
        listed = any(self._given(w) or w.title() in self._words.sure_last for w in words)
        return span if listed and text[span[1] : span[1] + 1] not in CODE_AFTER else None

    def name_subject(self, text: str, start: int, end: int) -> Span | None:
        """Before "said" and "lives": a listed name first."""
        words = SPLIT.findall(text[start:end])
        lexicon = self._words
        if lexicon.is_common(words[0]) or words[0] in lexicon.large:
            return None
        listed = words[0] in lexicon.first or words[-1] in lexicon.sure_last
        return (start, end) if listed else None

    def place_stated(self, text: str, start: int, end: int) -> Span | None:
        """After "I live in": capitalized words, or a listed place in lower case."""
        words = list(SPLIT.finditer(text, start, end))
        kept = None
        for word in words:
            spelled = word.group()
            if (
                (spelled[0].isupper() and not self._words.is_common(spelled))
                or (spelled[0].isupper() and kept is None and spelled in self._words.place)
                or (
                    kept is None
                    and spelled.title() in self._words.large
                    and not self._words.is_common(spelled)
                )
            ):
                kept = word.end()
            elif spelled.lower() not in {"the", "de", "am", "an", "del", "of"}:
                break
        return (start, kept) if kept else None

    def place_listed(self, text: str, start: int, end: int) -> Span | None:
        """A listed place before a comma and a state."""
        name = text[start:end].rpartition(",")[0]
        words = name.split()
        if words[-1].isupper():
            return None
        for skip in range(len(words)):
            rest = " ".join(words[skip:])
            if rest in self._words.place or (
                skip == 0 and not self._words.is_common(words[0]) and len(words[0]) > 3
            ):
                return start + len(name) - len(rest), end
        return None

    def postcode_city(self, text: str, start: int, end: int) -> Span | None:
        """A postcode with a listed place behind it."""
        value = text[start:end]
        city = next(
            (
                i
                for i, c in enumerate(value)
                if c.isalpha()
                and c.isupper()
                and i > 3
                and value[i - 1] == " "
                and value[i : i + 3].strip() == value[i : i + 3]
            ),
            0,
        )
        words = value[city:].split()
        for length in range(len(words), 0, -1):
            name = " ".join(words[:length]).rstrip(".'’-")
            if name in self._words.place and not (
                value[:4].isdigit() and value[4:5] == " " and value[:2] in {"19", "20"}
            ):
                return start, start + city + len(name)
        return None

    def found(self, text: str) -> Iterator[Candidate]:
        """Return names and places among the capitalized words of `text`."""
        alone, listed = self._alone, self._listed
        for run in RUN.finditer(text):
            spelled = run.group()
            if " " not in spelled:
                word = spelled.rstrip(".")
                if word[-2:] in POSSESSIVE:
                    word = word[:-2]
                if word in alone and self._free(text, run.start(), run.start() + len(word)):
                    yield from self._single(text, run.start(), word)
            elif self._free(text, run.start(), run.end()) and (
                spelled.isupper() or not listed.isdisjoint(STEM.findall(spelled))
            ):
                yield from self._run(text, run.start(), spelled)

    def _free(self, text: str, start: int, end: int) -> bool:
        """Return whether `[start, end)` is not part of a longer word, a path or a program."""
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else " "
        if before.isalnum() or before in INSIDE:
            return False
        return after not in CODE_AFTER or text[end : end + 2] in {": ", ":\n"}

    def _single(self, text: str, start: int, word: str) -> Iterator[Candidate]:
        end = start + len(word)
        words = self._words
        if word in words.sure_first:
            yield Candidate(start, end, Category.NAME, 0.65, "name_given")
        elif word in words.sure_place:
            yield Candidate(start, end, Category.PLACE, 0.65, "place_large")
        elif self._located(text, start):
            yield Candidate(start, end, Category.PLACE, 0.6, "place_located")

    def _located(self, text: str, start: int) -> bool:
        before = text[max(0, start - 12) : start].rsplit(maxsplit=1)
        return bool(before) and before[-1].lower() in self._words.prepositions

    def _run(self, text: str, start: int, spelled: str) -> Iterator[Candidate]:
        tokens = [(m.start(), m.group()) for m in re.finditer(r"[^\s]+", spelled)]
        plain = [t.rstrip(".") for _, t in tokens]
        plain = [t[:-2] if t.endswith(POSSESSIVE) else t for t in plain]
        at = 0
        while at < len(plain):
            taken, category, confidence, rule = self._read(plain, at)
            if not taken:
                at += 1
                continue
            skip = 1 if rule == "name_titled" else 0
            first, last = at + skip, at + taken - 1
            begin = start + tokens[first][0]
            end = start + tokens[last][0] + len(plain[last])
            if text[end : end + 1] not in CODE_AFTER or text[end : end + 2] in {": ", ":\n"}:
                yield Candidate(begin, end, category, confidence, rule)
            at += taken

    def _read(self, plain: list[str], at: int) -> tuple[int, Category, float, str]:
        """Return how many words from `at` on are one name or place, and why."""
        words = self._words
        ahead = plain[at : at + LONGEST + 1]
        for length in range(min(len(ahead), LONGEST), 1, -1):
            if ahead[length - 1] in words.companies and not words.is_common(ahead[0]):
                return length, Category.ORGANIZATION, 0.7, "company"
        if ahead[0] in words.titles and len(ahead) > 1 and self._nameable(ahead[1]):
            length = 2
            while length < min(len(ahead), LONGEST) and (
                self._nameable(ahead[length]) or ahead[length] in words.particles
            ):
                length += 1
            return length, Category.NAME, 0.9, "name_titled"
        for length in (4, 3, 2):
            if len(ahead) >= length and " ".join(ahead[:length]) in words.place:
                large = " ".join(ahead[:length]) in words.large
                if large or at > 0:
                    return length, Category.PLACE, 0.7, "place_phrase"
        length = self._full_name(ahead)
        if length:
            return length, Category.NAME, 0.85, "name_full"
        word = ahead[0]
        if word in words.sure_first:
            return 1, Category.NAME, 0.65, "name_given"
        if word in words.sure_place:
            return 1, Category.PLACE, 0.65, "place_large"
        return 0, Category.NAME, 0.0, ""

    def _full_name(self, ahead: list[str]) -> int:
        """Return the number of words of a full name at the start of `ahead`, 0 if there is none."""
        words = self._words
        if ahead[0].isupper() and len(ahead[0]) > 1:
            ahead = [w.title() if w.isupper() else w for w in ahead]
            if not (ahead[0] in words.sure_first and len(ahead) > 1 and ahead[1] in words.last):
                return 0
        head = ahead[0]
        sure = head in words.sure_first or (head in words.first and not words.is_common(head))
        maybe = head in words.first and head.lower() in words.given_anyway
        initial = len(head) == 1
        if not (sure or maybe or initial) or len(ahead) == 1:
            both = len(ahead) > 1 and head in words.sure_last and ahead[1] in words.sure_first
            return 2 if both else 0
        length = 1
        while length < min(len(ahead), LONGEST):
            word = ahead[length]
            if (
                word in words.particles
                or len(word) == 1
                or (word in words.last and (sure or word in words.sure_last or maybe))
                or (not initial and self._nameable(word) and word not in words.large)
            ):
                length += 1
            else:
                break
        while length > 1 and (ahead[length - 1] in words.particles):
            length -= 1
        if initial and not (length > 1 and ahead[length - 1] in words.sure_last):
            return 0
        if maybe and not sure and not (length > 1 and ahead[length - 1] in words.last):
            return 0
        return length if length > 1 else 0

    def _nameable(self, word: str) -> bool:
        """A capitalized word that could be a name: listed, or no everyday word."""
        return (
            word[0].isupper()
            and len(word) > 1
            and not self._words.is_common(word)
            and not (word.isupper() and len(word) > 3)
        )

    def _given(self, word: str) -> bool:
        title = word.title()
        if title in self._words.sure_first:
            return True
        return word[0].isupper() and title in self._words.first and not self._words.is_common(word)

    def _stated(self, word: str, place: int) -> bool:
        words = self._words
        lower = word.lower()
        if word[0].isupper():
            return (
                not words.is_common(word)
                or (lower in words.given_anyway)
                or (place > 0 and word in words.last)
            )
        if lower in words.particles:
            return place > 0
        if place == 0:
            return not words.is_common(word) or lower in words.given_anyway
        return not words.is_common(word) and words.known(word)

    def _stated_freely(self, word: str, place: int) -> bool:
        unknown = place == 1 and len(word) > 2 and not self._words.is_common(word)
        return unknown or self._stated(word, place)

    def _capital(self, word: str, place: int) -> bool:
        words = self._words
        if not word[0].isupper():
            return place > 0 and word in words.particles
        if word in words.titles:
            return place == 0
        lower = word.lower()
        return (
            not words.is_common(word)
            or (lower in words.given_anyway)
            or (place > 0 and word in words.last)
        )

    def _words_while(
        self, text: str, start: int, end: int, accept: object, *, comma: bool = False
    ) -> Span | None:
        """Return the words from `start` on that `accept` takes, without titles and particles at the edges."""
        begin, close, place = start, start, 0
        for word in SPLIT.finditer(text, start, end):
            gap = text[close : word.start()]
            if place and gap.strip(" ." if not comma else " .,"):
                break
            if word.group().rstrip(".") in self._words.titles and place == 0:
                begin = close = word.end()
                continue
            if not accept(word.group(), place):  # type: ignore[operator]
                break
            if place == 0:
                begin = word.start()
            place += 1
            if word.group() not in self._words.particles:
                close = word.end()
        if close <= begin or not place:
            return None
        value = text[begin:close]
        if value.endswith(POSSESSIVE):
            close -= 2
        return begin, close
