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

    `sure_first` are the given names that are nothing else, `sure_last` likewise;
    `given_anyway` (lower case) may be given names although they are everyday words.
    """

    first: frozenset[str]
    last: frozenset[str]
    sure_first: frozenset[str]
    sure_last: frozenset[str]
    place: frozenset[str]
    large: frozenset[str]
    sure_place: frozenset[str]
    common: frozenset[str]
    given_anyway: frozenset[str]
    titles: frozenset[str]
    particles: frozenset[str]
    companies: frozenset[str]
    prepositions: frozenset[str]
    digest: str

    def is_common(self, word: str) -> bool:
        """Return whether people write this word in lower case, as no name."""
        return word.lower() in self.common

    def known(self, word: str) -> bool:
        """Return whether the word, however it is written, is a listed name."""
        return word.title() in self.first or word.title() in self.last


def load_lexicon(words: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """Read the word lists of the package; `words` are the short ones of the pattern files."""
    digest = sha256()
    lists: dict[str, frozenset[str]] = {}
    for name in ("first", "last", "place", "large", "common"):
        content = (data_folder() / "words" / f"{name}.txt").read_bytes()
        digest.update(content)
        lists[name] = frozenset(content.decode().split("\n")) - {""}
    everyday = lists["common"]
    given = frozenset(words["given_anyway"])
    spoken = frozenset(w for w in (*lists["first"], *lists["last"]) if w.lower() in everyday)
    first = lists["first"] - spoken - lists["large"]
    last = lists["last"] - spoken - lists["place"]
    place = frozenset(p for p in lists["large"] if p.lower() not in everyday)
    return Lexicon(
        first=lists["first"],
        last=lists["last"],
        sure_first=frozenset(w for w in first if len(w) > 2 and w.lower() not in given),  # noqa: PLR2004
        sure_last=frozenset(w for w in last if len(w) > 3),  # noqa: PLR2004
        place=lists["place"],
        large=lists["large"],
        sure_place=place - lists["first"] - lists["last"],
        common=everyday,
        given_anyway=given,
        titles=frozenset(words["titles"]),
        particles=frozenset(words["particles"]),
        companies=frozenset(words["companies"]),
        prepositions=frozenset(words["prepositions"]),
        digest=digest.hexdigest(),
    )
