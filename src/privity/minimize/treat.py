"""From raw text and findings to minimized text, with the words for the way back.

Promises:
- Every finding is treated as the policy says for its category; what is between findings stays.
- Only pseudonymized values have a way back, and only in memory: `words` lives as long as the
  request.
- What cannot be judged (findings that overlap, lie outside the text, or are not one list for each
  leaf) is refused, never guessed.

Text that already looks like a token passes unchanged. If it is the token of a value in the same
request, as when a client sends back a token that was never restored, it means that value to the
model and is restored like it; if not, nothing restores it. Either way nobody gets words that were
not in their own request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from privity.errors import DetectorUnavailable
from privity.minimize.generalize import generalize
from privity.minimize.pseudonym import Pseudonyms, one_way
from privity.model.finding import Finding, Tally
from privity.model.reveal import reveal
from privity.model.text import Leaf, Minimized, Raw, Slot
from privity.model.words import Category, Treatment


@dataclass(frozen=True, slots=True)
class Treated:
    """What became of the leaves: a text for each that changed, None for each that did not.

    `words` maps each token in them to the person's own words.
    """

    texts: tuple[Minimized | None, ...]
    words: Mapping[str, Raw]
    tally: Tally


def treat(
    leaves: Sequence[Leaf],
    findings: Sequence[Sequence[Finding]],
    treatments: Mapping[Category, Treatment],
    pseudonyms: Pseudonyms,
    key: bytes,
) -> Treated:
    """Treat the findings of each leaf. `treatments` is total; `key` is for one-way tokens.

    Raises DetectorUnavailable for findings that cannot be applied.
    """
    if len(leaves) != len(findings):
        msg = "the detector did not answer for every text"
        raise DetectorUnavailable(msg)
    treating = Treating(treatments, pseudonyms, key)
    texts = tuple(
        treating.leaf(leaf, found) if found or leaf.slot is Slot.ACCOUNT else None
        for leaf, found in zip(leaves, findings, strict=True)
    )
    return Treated(texts, treating.words, dict(treating.tally))


class Treating:
    """The work on one request: what is known while its leaves are treated, in order."""

    __slots__ = ("key", "pseudonyms", "tally", "treatments", "words")

    def __init__(
        self, treatments: Mapping[Category, Treatment], pseudonyms: Pseudonyms, key: bytes
    ) -> None:
        self.treatments = treatments
        self.pseudonyms = pseudonyms
        self.key = key
        self.words: dict[str, Raw] = {}
        self.tally: Counter[tuple[Category, Treatment]] = Counter()

    def leaf(self, leaf: Leaf, found: Sequence[Finding]) -> Minimized | None:
        """Return the minimized text of a leaf, or None when nothing changes."""
        text = reveal(leaf.raw)
        if leaf.slot is Slot.ACCOUNT:
            found = self.by_position(text, found)
        pieces: list[str] = []
        end = 0
        for finding in found:
            if not end <= finding.start < finding.end <= len(text):
                msg = "the detector's findings overlap or lie outside of the text"
                raise DetectorUnavailable(msg)
            pieces += (
                text[end : finding.start],
                self.finding(finding.category, text[finding.start : finding.end]),
            )
            end = finding.end
        pieces.append(text[end:])
        minimized = "".join(pieces)
        return None if minimized == text else Minimized(minimized)

    def by_position(self, text: str, found: Sequence[Finding]) -> Sequence[Finding]:
        """Find the whole of an account; only where accounts are kept, what was found in it."""
        if self.treatments[Category.ACCOUNT] is Treatment.KEEP:
            return found
        return (Finding(0, len(text), Category.ACCOUNT, 1.0, "position"),)

    def finding(self, category: Category, value: str) -> str:
        """Return what stands in place of a value, and count it."""
        treatment = self.treatments[category]
        self.tally[category, treatment] += 1
        match treatment:
            case Treatment.EXCLUDE:
                return f"[{category.kind} removed]"
            case Treatment.PSEUDONYMIZE:
                raw = Raw(value)
                token = self.pseudonyms.token(category, raw)
                self.words[token] = raw
                return token
            case Treatment.HASH:
                return one_way(self.key, category, Raw(value))
            case Treatment.GENERALIZE:
                return generalize(category, value)
            case Treatment.KEEP:
                return value
            case _:
                assert_never(treatment)
