"""Several detectors as one: patterns first, then, where there is one, a language model.

Laws: what either stage finds is covered; what lies within a pattern's finding is of the pattern's
kind; where they claim a place otherwise, `resolve.py` decides, and what a checksum proved goes
first; without a second stage, the answer is the first one's; a token of ours is not found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from privity.detect.articles import is_thing
from privity.detect.engine import PatternDetector
from privity.detect.offices import is_state
from privity.detect.ports import Detector
from privity.detect.repeat import Found
from privity.detect.resolve import Candidate, resolve
from privity.detect.tokens import spare_tokens
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf
from privity.model.words import Category

STATES = frozenset({Category.PLACE, Category.ORIGIN})


@dataclass(frozen=True, slots=True)
class Stages:
    """A detector made of stages. `language` finds what has no fixed shape."""

    patterns: PatternDetector
    language: Detector | None = None

    @property
    def version(self) -> str:
        """The versions of all stages."""
        if self.language is None:
            return self.patterns.version
        return f"{self.patterns.version}+{self.language.version}"

    def warm(self) -> None:
        """Make ready what the first message would wait for. Raises DetectorUnavailable."""
        self.patterns.warm()

    def find(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf, in order of place, not overlapping.

        Raises DetectorUnavailable.
        """
        return self.spread(leaves, self.each(leaves))

    def each(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf by itself. Raises DetectorUnavailable."""
        first = self.patterns.each(leaves)
        if self.language is None:
            return tuple(map(_spared, leaves, first))
        second = self.language.find(leaves)
        return tuple(
            _spared(leaf, self._united(leaf, shaped, read))
            for leaf, shaped, read in zip(leaves, first, second, strict=True)
        )

    def spread(self, leaves: Sequence[Leaf], found: Sequence[Found]) -> tuple[Found, ...]:
        """Return `found` with its repetitions in all leaves. Raises DetectorUnavailable."""
        return self.patterns.spread(leaves, found)

    def _united(self, leaf: Leaf, shaped: Found, read: Found) -> Found:
        if not read:
            return shaped
        text, lexicon = reveal(leaf.raw), self.patterns.lexicon
        candidates = [_claim(f, proven=self.patterns.is_proven(f)) for f in shaped]
        candidates += [
            _claim(f, proven=False) for f in _beyond(read, shaped) if not is_thing(text, f, lexicon)
        ]
        return resolve(candidates, text)


def _spared(leaf: Leaf, found: Found) -> Found:
    if not found:
        return found
    text = reveal(leaf.raw)
    return spare_tokens(text, tuple(f for f in found if not _is_state(text, f)))


def _is_state(text: str, finding: Finding) -> bool:
    return finding.category in STATES and is_state(text, finding.start, finding.end)


def _beyond(read: Found, shaped: Found) -> Iterator[Finding]:
    """Yield what the model read beyond the patterns' findings, which know the kind better."""
    starts = [finding.start for finding in shaped]
    for finding in read:
        at = bisect_right(starts, finding.start) - 1
        if at < 0 or shaped[at].end < finding.end:
            yield finding


def _claim(finding: Finding, *, proven: bool) -> Candidate:
    return Candidate(
        finding.start, finding.end, finding.category, finding.confidence, finding.rule, proven
    )
