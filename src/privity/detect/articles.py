"""Is this a thing rather than somebody or somewhere: one word, no listed name, after an article?

"A dragon", "im Wald" and "el bosque" are things; people and most places are called without an
article where they are written small, and German writes things large as well.

Invariant: a word that is listed as a name or a place is no thing.
"""

from __future__ import annotations

import re

from privity.detect.lexicon import Lexicon
from privity.model.finding import Finding
from privity.model.words import Category

REACH = 12  # characters
CALLED = frozenset({Category.NAME, Category.PLACE})
LISTED = frozenset("GgSsLl")
LARGE = frozenset("ein eine einen einem einer im am zum zur vom beim das dem ins ans".split())
SMALL = LARGE | frozenset(
    "a an the my your his her our their this that each every some any no "
    "der die den des mein meine meinen meinem meiner "
    "un une le la les du des au aux mon ma mes "
    "una el los las del al mi mis uno il lo gli i nel nella sul sulla dal dalla alla mio mia "
    "um uma o os as do da no na ao pelo pela meu minha een het de mijn".split()
)
_ARTICLED = re.compile(r"(?:([^\W\d_]+) )?([^\W\d_]+)")
_BEFORE = re.compile(r"(?:^|[^\w'’-])([^\W\d_]+) $")


def is_thing(text: str, finding: Finding, lexicon: Lexicon) -> bool:
    """Return whether an article stands before (or in) a name or place of one unlisted word."""
    found = _ARTICLED.fullmatch(text, finding.start, finding.end)
    if finding.category not in CALLED or found is None:
        return False
    article, word = found.groups()
    if article is None:
        before = _BEFORE.search(text[max(0, finding.start - REACH) : finding.start])
        article = before.group(1) if before else ""
    if article.lower() not in (SMALL if word.islower() else LARGE):
        return False
    if word.islower() and lexicon.is_ordinary(word):
        return True
    return LISTED.isdisjoint(lexicon.table.marks(word.title()))
