"""The word lists: names, places, and the everyday words that are neither.

Built by `tools/build_wordlists.py`. A word that is also an everyday word, a place or a month is
not a name by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from privity.detect.pattern import data_folder


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of words. Names and places are spelled as usual, everyday words in lower case.

    `sure_first` are the given names that are nothing else, `sure_last` and `sure_place` likewise;
    `given_anyway` (lower case) may be given names although they are everyday words. `dictionary`
    and `technical` (lower case) are names in some list, and words, tools or products to most
    readers; they are not names by themselves, the latter not even inside of a sentence.
    """

    first: frozenset[str]
    last: frozenset[str]
    sure_first: frozenset[str]
    sure_last: frozenset[str]
    place: frozenset[str]
    large: frozenset[str]
    sure_place: frozenset[str]
    common_places: frozenset[str]
    common: frozenset[str]
    given_anyway: frozenset[str]
    dictionary: frozenset[str]
    technical: frozenset[str]
    assistants: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    companies: frozenset[str]
    prepositions: frozenset[str]
    digest: str

    def is_common(self, word: str) -> bool:
        """Return whether people write this word in lower case, as no name."""
        lower = word.lower().replace("’", "'")
        return lower in self.common or lower.partition("'")[0] in self.common

    def is_ordinary(self, word: str) -> bool:
        """Return whether this spelling is a word rather than a name."""
        if self.is_common(word):
            return True
        return word.islower() and (word in self.dictionary or word in self.technical)

    def doubtful(self, word: str) -> bool:
        """Return whether a name spelled like this needs more than its capital letter."""
        lower = word.lower()
        return lower in self.dictionary or lower in self.technical

    def given_too(self, word: str) -> bool:
        """Return whether this everyday word may be a given name all the same."""
        return word.lower() in self.given_anyway

    def known(self, word: str) -> bool:
        """Return whether the word, however it is written, is a listed name."""
        return word.title() in self.first or word.title() in self.last


def load_lexicon(words: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """Read the word lists of the package; `words` are the short ones of the pattern files."""
    digest = sha256()
    lists: dict[str, tuple[frozenset[str], ...]] = {}
    for name in ("first", "last", "place", "large", "common", "doubtful"):
        content = (data_folder() / "words" / f"{name}.txt").read_bytes()
        digest.update(content)
        parts = content.decode().rstrip("\n").split("\n\n")
        lists[name] = tuple(frozenset(part.split("\n")) for part in parts)
    first, last, place, large = (lists[n] for n in ("first", "last", "place", "large"))
    return Lexicon(
        first=first[0].union(*first[1:]),
        last=last[0].union(*last[1:]),
        sure_first=first[0],
        sure_last=last[0],
        place=place[0].union(*place[1:], *large),
        large=large[0].union(*large[1:]),
        sure_place=large[0],
        common_places=place[2] | large[2],
        common=lists["common"][0],
        given_anyway=frozenset(words["given_anyway"]),
        dictionary=lists["doubtful"][0],
        technical=lists["doubtful"][1],
        assistants=frozenset(words["assistants"]),
        titles=frozenset(words["titles"]),
        particles=frozenset(words["particles"]),
        companies=frozenset(words["companies"]),
        prepositions=frozenset(words["prepositions"]),
        digest=digest.hexdigest(),
    )
