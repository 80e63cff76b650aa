"""What stands in a text in place of a person's words already: the tokens of minimize.pseudonym.

Invariant: a token is never treated again, not even in part, so that what stands in an answer or in
a history is found and restored; what a finding has beside a token is still treated. The alphabet of
a token's code has no vowels, so nobody's word has this form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from privity.detect.repeat import Found
from privity.model.finding import Finding
from privity.model.token import ALPHABET, CODE_LENGTH, KINDS

_TOKEN = re.compile(rf"\[(?:{'|'.join(sorted(KINDS))})_[{ALPHABET}]{{{CODE_LENGTH}}}\]")


def spare_tokens(text: str, found: Found) -> Found:
    """Return the findings without what tokens cover of them."""
    if not found or "_" not in text:
        return found
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    if not tokens:
        return found
    return tuple(left for finding in found for left in _beside(finding, tokens, text))


def _beside(finding: Finding, tokens: list[tuple[int, int]], text: str) -> Iterator[Finding]:
    """Yield what is left of a finding: itself, if it touches no token."""
    start = finding.start
    for opens, closes in tokens:
        if closes <= start or opens >= finding.end:
            continue
        yield from _part(finding, start, opens, text)
        start = closes
    if start == finding.start:
        yield finding
    else:
        yield from _part(finding, start, finding.end, text)


def _part(finding: Finding, start: int, end: int, text: str) -> Iterator[Finding]:
    """Yield a part of a finding, if it has a letter or a digit."""
    part = text[start:end]
    if any(map(str.isalnum, part)):
        lead = len(part) - len(part.lstrip())
        yield replace(finding, start=start + lead, end=start + len(part.rstrip()))
