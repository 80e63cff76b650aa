"""The word lists: names, places, and the everyday words that are neither.

Built by `tools/build_wordlists.py`. A word that is also an everyday word, a place or a month is
not a name by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from privity.detect.listed import Marked, Table
from privity.detect.pattern import data_folder

LISTS = {
    "first": "Gg",
    "last": "Ss",
    "sure_first": "G",
    "sure_last": "S",
    "sure_place": "L",
    "place": "Llp",
    "large": "Ll",
    "common": "w",
    "dictionary": "d",
    "technical": "t",
}
"""The marks of each list. A capital letter is for words that are nothing else."""
SPOKEN = "e"  # marks places that are everyday words
FAMILY_FIRST = "b"  # marks family names that stand before the given name
HEAD = "h"  # marks the first words of places of several words

KNOWN = frozenset(LISTS["first"] + LISTS["last"])
DOUBTFUL = frozenset(LISTS["dictionary"] + LISTS["technical"])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lists of words. Names and places are spelled as usual, everyday words in lower case.

    `sure_first` are the given names that are nothing else, `sure_last` and `sure_place` likewise;
    `given_anyway` (lower case) may be given names although they are everyday words. `technical`
    (lower case) are names in some list, and tools, products or code to most readers; they are not
    names by themselves, not even inside of a sentence.
    """

    table: Table
    first: Marked
    last: Marked
    sure_first: Marked
    sure_last: Marked
    sure_place: Marked
    place: Marked
    large: Marked
    common: Marked
    technical: Marked
    given_anyway: frozenset[str]
    assistants: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    companies: frozenset[str]
    prepositions: frozenset[str]
    starters: frozenset[str]
    digest: str

    def is_common(self, word: str) -> bool:
        """Return whether people write this word in lower case, as no name."""
        lower = word.lower().replace("’", "'")
        return lower in self.common or lower.partition("'")[0] in self.common

    def is_ordinary(self, word: str) -> bool:
        """Return whether this spelling is a word rather than a name."""
        if self.is_common(word):
            return True
        return word.islower() and self.doubtful(word)

    def doubtful(self, word: str) -> bool:
        """Return whether a name spelled like this needs more than its capital letter."""
        return not DOUBTFUL.isdisjoint(self.table.marks(word.lower()))

    def given_too(self, word: str) -> bool:
        """Return whether this everyday word may be a given name all the same."""
        return word.lower() in self.given_anyway

    def known(self, word: str) -> bool:
        """Return whether the word, however it is written, is a listed name."""
        return not KNOWN.isdisjoint(self.table.marks(word.title()))


def load_lexicon(words: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """Read the word lists of the package; `words` are the short ones of the pattern files."""
    lines = (data_folder() / "words.txt").read_bytes()
    table = Table(lines)
    lists = {name: Marked(table, frozenset(marks)) for name, marks in LISTS.items()}
    return Lexicon(
        table=table,
        first=lists["first"],
        last=lists["last"],
        sure_first=lists["sure_first"],
        sure_last=lists["sure_last"],
        sure_place=lists["sure_place"],
        place=lists["place"],
        large=lists["large"],
        common=lists["common"],
        technical=lists["technical"],
        given_anyway=frozenset(words["given_anyway"]),
        assistants=frozenset(words["assistants"]),
        titles=frozenset(words["titles"]),
        particles=frozenset(words["particles"]),
        companies=frozenset(words["companies"]),
        prepositions=frozenset(words["prepositions"]),
        starters=frozenset(words["starters"]),
        digest=sha256(lines).hexdigest(),
    )
