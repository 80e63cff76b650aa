"""Names that a phrase announces: "my name is", "Dear", "Regards,", a field called customer.

These trims say which of the words behind the phrase are the name. An everyday word ends it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from privity.detect.lexicon import Lexicon
from privity.detect.people import CODE_AFTER
from privity.detect.said import username_near
from privity.detect.spans import Span, Trim

SPLIT = re.compile(r"[^\W\d_]+(?:['’.-]+[^\W\d_]+)*")
POSSESSIVE = ("'s", "’s", "'S")
SHORT = 3  # letters
CODE = frozenset({"self", "this", "user", "users", "account", "request", "session", "data", "get"})
Accept = Callable[[str, int], bool]
"""Whether a word, the n-th behind the phrase, belongs to the name."""


class Announced:
    """Trims that need a lexicon."""

    __slots__ = ("_words",)

    def __init__(self, words: Lexicon) -> None:
        self._words = words

    def trims(self) -> Mapping[str, Trim]:
        """Return the trims that need the lexicon, by name."""
        return {
            "city_state": self.place_listed,
            "handle_named": self.handle_named,
            "name_called": self.name_called,
            "name_greeted": self.name_greeted,
            "name_label": self.name_label,
            "name_listed": self.name_listed,
            "name_signed": self.name_capital,
            "name_stated": self.name_stated,
            "name_subject": self.name_subject,
            "phone_joined": self.phone_joined,
            "place_stated": self.place_stated,
            "postcode_city": self.postcode_city,
            "username_as": self.username_as,
            "username_claimed": self.username_claimed,
            "username_handle": self.username_handle,
        }

    def name_stated(self, text: str, start: int, end: int) -> Span | None:
        """After "my name is": capitalized words, or one to three words that are not everyday."""
        return self._words_while(text, start, end, self._stated_freely)

    def name_capital(self, text: str, start: int, end: int) -> Span | None:
        """After "Dear" and "Regards,": capitalized words that are not everyday ones."""
        return self._words_while(text, start, end, self._capital)

    def name_greeted(self, text: str, start: int, end: int) -> Span | None:
        """After "Dear" and "Hi": as above, but an assistant is not a person."""
        span = self.name_capital(text, start, end)
        return None if span and text[span[0] : span[1]] in self._words.assistants else span

    def name_called(self, text: str, start: int, end: int) -> Span | None:
        """After "called": capitalized words with a listed name among them."""
        span = self._words_while(text, start, end, self._capital)
        if span is None or text[span[1] : span[1] + 1] in CODE_AFTER:
            return None
        words = SPLIT.findall(text[span[0] : span[1]])
        listed = self._given(words[0]) or words[-1] in self._words.sure_last
        return span if listed or len(words) > 1 else None

    def name_listed(self, text: str, start: int, end: int) -> Span | None:
        """After "I'm" and "this is": the first word must be a listed given name."""
        first = SPLIT.match(text, start, end)
        if first is None or not self._given(first.group()):
            return None
        span = self._words_while(text, start, end, self._stated)
        if span is None or text[span[1] : span[1] + 1] in CODE_AFTER:
            return None
        return None if text[span[0] : span[1]] in self._words.assistants else span

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

    def phone_joined(self, text: str, start: int, end: int) -> Span | None:
        """After `bob_stone_`: one of the words before must be a given name."""
        words = text[max(0, start - 64) : start].rsplit(maxsplit=1)[-1].split("_")
        return (start, end) if any(w and w.title() in self._words.first for w in words) else None

    def username_claimed(self, text: str, start: int, end: int) -> Span | None:
        """After "my username is": anything but an everyday word."""
        value = text[start:end]
        odd = any(c.isdigit() or c in "_@#" for c in value)
        return (start, end) if odd or not self._words.is_ordinary(value.lower()) else None

    def username_as(self, text: str, start: int, end: int) -> Span | None:
        """After "I log in as": anything but a word or a name in its usual spelling."""
        value = text[start:end].lstrip("@")
        odd = any(c.isdigit() or c in "_.-#" for c in value)
        plain = value[:1].isupper() or self._words.is_ordinary(value) or len(value) <= SHORT
        return (start, end) if odd or not plain else None

    def username_handle(self, text: str, start: int, end: int) -> Span | None:
        """After "account": letters with digits, or a given name among parts."""
        if username_near(text, start, end):
            return start, end
        parts = re.split(r"[_.-]", text[start:end])
        named = any(len(p) > SHORT and p.title() in self._words.first for p in parts)
        code = text[end : end + 1] in {"(", "[", "=", "/"} or parts[0] in CODE
        return (start, end) if len(parts) > 1 and named and not code else None

    def handle_named(self, text: str, start: int, end: int) -> Span | None:
        """After "github handle": marks or digits, and not a few everyday words joined."""
        value = text[start:end]
        if any(c.isdigit() or c in "_.@" for c in value):
            return start, end
        parts = value.split("-")
        odd = len(parts) > 1 and not all(self._words.is_ordinary(part.lower()) for part in parts)
        return (start, end) if odd else None

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
        self, text: str, start: int, end: int, accept: Accept, *, comma: bool = False
    ) -> Span | None:
        """Return the words that `accept` takes, without titles and particles at the edges."""
        begin, close, place = start, start, 0
        for word in SPLIT.finditer(text, start, end):
            gap = text[close : word.start()]
            if place and gap.strip(" ." if not comma else " .,"):
                break
            if word.group().rstrip(".") in self._words.titles and place == 0:
                begin = close = word.end()
                continue
            if not accept(word.group(), place):
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
