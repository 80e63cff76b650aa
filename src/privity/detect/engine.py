"""The first stage of detection: patterns, checks, context, names by word lists.

Invariants: a failure is an error, never an empty answer; nothing of a text outlives the call; the
time is linear in the text, because every regex is RE2's or reads left to right without going
back, every check and every window of context is bounded, and each hit is visited once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate

from privity.detect.announced import Announced
from privity.detect.checks import STDNUM, Check, check_named
from privity.detect.fields import Fields
from privity.detect.lexicon import Lexicon, load_lexicon
from privity.detect.matcher import Hit, Matcher, Sought
from privity.detect.own import NOTHING, Own
from privity.detect.pattern import Guard, Pattern, load_patterns
from privity.detect.people import People
from privity.detect.repeat import Found, spread
from privity.detect.resolve import Candidate, resolve
from privity.detect.shadow import shadow_of, unjoined
from privity.detect.spans import Trim
from privity.detect.surroundings import Context, hint_words, window
from privity.detect.terms import Terms
from privity.detect.trims import TRIMS
from privity.errors import DetectorUnavailable
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

REVISION = 8  # raise it whenever code of this package could give other findings
THRESHOLD = 0.5
PHRASES = 100  # of a context
POSITION = "position"
WARM = (
    "Dear Anna Kowalska, my name is Tobias. Call +49 30 901820 or write to anna@example.org about "
    "card 4111 1111 1111 1111, IBAN GB82 WEST 1234 5698 7654 32 and 12 Baker Street; I am 34."
)
SILENT = frozenset(
    {"", "content", "text", "input", "output", "system", "instructions", "arguments"}
)
SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f]"
)
"""Letters of scripts that write no space before or after a number or a Latin word."""
BEFORE_NUMBER = frozenset("._-/$€£¥%@\\^")
AFTER_NUMBER = frozenset(".,-/:")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a detector is made of, besides its patterns."""

    fields: Fields
    lexicon: Lexicon
    terms: Terms


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with its functions."""

    pattern: Pattern
    context: Context
    check: Check | None
    trim: Trim | None

    @property
    def proves(self) -> bool:
        """Whether a checksum or a parser confirms what the pattern finds."""
        return self.check is not None and self.check.proves

    @property
    def sums(self) -> bool:
        """Whether a checksum, or the form of a country, confirms what the pattern finds."""
        return self.pattern.check.startswith((STDNUM, "card", "iban", "phone")) and self.proves


class PatternDetector:
    """Finds personal data by patterns and word lists. Made by `PatternDetector.load()`."""

    __slots__ = (
        *("_fields", "_lexicon", "_matcher", "_people"),
        *("_proving", "_rules", "_terms", "_version"),
    )

    def __init__(self, rules: Sequence[Rule], parts: Parts, digest: str) -> None:
        self._rules = tuple(rules)
        self._proving = {POSITION, *(r.pattern.id for r in self._rules if r.proves)}
        self._matcher = Matcher(self.sought())
        self._fields = parts.fields
        self._lexicon = parts.lexicon
        self._people = People(parts.lexicon)
        self._terms = parts.terms
        self._version = digest

    @classmethod
    def load(cls, own: Own = NOTHING) -> PatternDetector:
        """Read and compile the patterns and word lists inside the package, and a team's own.

        Raises DetectorUnavailable when they cannot be read.
        """
        try:
            known = load_patterns()
            lexicon = load_lexicon(known.words)
            trims = {**TRIMS, **Announced(lexicon).trims()}
            rules = [
                Rule(
                    p,
                    Context.of(p.context),
                    check_named(p.check),
                    trims[p.trim] if p.trim else None,
                )
                for p in known.patterns + own.patterns
            ]
            fields = Fields(own.fields + known.fields, trims)
        except (OSError, KeyError, TypeError, ValueError) as error:
            msg = "the patterns of the package cannot be read"
            raise DetectorUnavailable(msg) from error
        digests = f"{REVISION} {known.digest} {lexicon.digest} {own.digest}"
        digest = sha256(digests.encode()).hexdigest()
        return cls(rules, Parts(fields, lexicon, Terms(own.lists)), digest[:16])

    def warm(self) -> None:
        """Read a line in which the usual patterns occur, so that the first message is quick."""
        self.each((Leaf(Raw(WARM), Slot.TEXT, ""),))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The patterns, with their functions."""
        return self._rules

    @property
    def lexicon(self) -> Lexicon:
        """The word lists."""
        return self._lexicon

    def sought(self) -> list[Sought]:
        """Return what the matcher seeks: every pattern with its gates."""
        return [_sought(rule) for rule in self._rules]

    @property
    def version(self) -> str:
        """A digest of the data files and of the revision of the code."""
        return self._version

    def find(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf, in order of place, not overlapping.

        Raises DetectorUnavailable.
        """
        return self.spread(leaves, self.each(leaves))

    def each(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf by itself. Raises DetectorUnavailable."""
        try:
            return tuple([self._leaf(leaf) for leaf in leaves])
        except DetectorUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails, nothing may leave
            raise _failed(error) from None

    def spread(self, leaves: Sequence[Leaf], found: Sequence[Found]) -> tuple[Found, ...]:
        """Return `found` with what any leaf's findings repeat in the others.

        Raises DetectorUnavailable.
        """
        if not any(found):
            return tuple(found)
        try:
            texts = [reveal(leaf.raw) if leaf.slot is Slot.TEXT else "" for leaf in leaves]
            return spread(texts, found, self._lexicon.is_ordinary)
        except Exception as error:  # noqa: BLE001 - whatever fails, nothing may leave
            raise _failed(error) from None

    def is_proven(self, finding: Finding) -> bool:
        """Return whether a checksum, a parser or a place in the protocol confirms a finding."""
        return finding.rule in self._proving

    def _leaf(self, leaf: Leaf) -> Found:
        text = reveal(leaf.raw)
        if not text:
            return ()
        if leaf.slot is Slot.ACCOUNT:
            return (Finding(0, len(text), Category.ACCOUNT, 1.0, POSITION),)
        shadow = shadow_of(text)
        seen = shadow.text if shadow else text
        hint = [] if leaf.hint in SILENT else hint_words(leaf.hint)
        candidates = self._judged(self._matcher.hits(seen, " ".join(hint)), seen, hint)
        candidates.extend(self._joined(seen, hint))
        candidates.extend(self._people.found(seen))
        if self._terms:
            candidates.extend(self._terms.found(seen))
        if hint:
            candidates.extend(self._fields.found(seen, hint))
        if not candidates:
            return ()
        if shadow and shadow.origin:
            candidates = [_moved(c, *shadow.place(c.start, c.end)) for c in candidates]
        return resolve(candidates, text)

    def _joined(self, text: str, hint: list[str]) -> list[Candidate]:
        """Return what a checksum confirms between underscores: `invoice_DE89370400440532013000`."""
        apart = unjoined(text)
        if apart is None:
            return []
        hits = self._matcher.hits(apart, " ".join(hint))
        return self._judged([h for h in hits if self._rules[h.number].sums], apart, hint)

    def _judged(self, hits: list[Hit], text: str, hint: list[str]) -> list[Candidate]:
        """Return what the hits are; those inside of something proven are not looked into."""
        if not hits:
            return []
        near: dict[tuple[int, int], list[str]] = {}
        proving: list[Hit] = []
        others: list[Hit] = []
        for hit in hits:
            (proving if self._rules[hit.number].proves else others).append(hit)
        candidates = [c for hit in proving if (c := self._judge(hit, text, hint, near))]
        spans = sorted((c.start, c.end) for c in candidates)
        starts = [start for start, _ in spans]
        reach = list(accumulate((end for _, end in spans), max))
        for hit in others:
            at = bisect_right(starts, hit.start)
            if at and reach[at - 1] >= hit.end:
                continue
            candidate = self._judge(hit, text, hint, near)
            if candidate:
                candidates.append(candidate)
        return candidates

    def _judge(
        self, hit: Hit, text: str, hint: list[str], near: dict[tuple[int, int], list[str]]
    ) -> Candidate | None:
        """Return what a hit is, or None: neighbours, then the part, the context, the check."""
        rule = self._rules[hit.number]
        pattern = rule.pattern
        start, end = hit.start, hit.end
        if not _stands_alone(pattern.guard, text, start, end):
            return None
        if rule.trim:
            span = rule.trim(text, start, end)
            if span is None:
                return None
            start, end = span
        confidence = pattern.confidence
        if pattern.context and not rule.context.among(hint):
            words = near.get((start, end))
            if words is None:
                words = near[start, end] = window(text, start, end)
            if not rule.context.among(words):
                confidence = pattern.alone
        if confidence < THRESHOLD:
            return None
        if rule.check and not rule.check.accepts(text[start:end]):
            return None
        return Candidate(start, end, pattern.category, confidence, pattern.id, rule.proves)


def _failed(error: Exception) -> DetectorUnavailable:
    """Name the kind of an error, no more: the error itself may hold the text."""
    return DetectorUnavailable(f"the pattern stage failed: {type(error).__name__}")


def _sought(rule: Rule) -> Sought:
    """A pattern of signs that says nothing without its context is not sought without it either.

    Seeking hundreds of phrases would cost more than seeking the pattern.
    """
    needed = 0 < len(rule.pattern.context) <= PHRASES and rule.pattern.alone < THRESHOLD
    return Sought(rule.pattern.regex, rule.pattern.gates, rule.context if needed else None)


def _moved(candidate: Candidate, start: int, end: int) -> Candidate:
    return Candidate(
        start, end, candidate.category, candidate.confidence, candidate.rule, candidate.proven
    )


def _stands_alone(guard: Guard, text: str, start: int, end: int) -> bool:
    """Return whether the neighbours of `[start, end)` let it be a value of its own."""
    if guard is Guard.NONE:
        return True
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if _goes_on(before) or _goes_on(after):
        return False
    if guard is Guard.WORD:
        return True
    if before in BEFORE_NUMBER or after == "%":
        return False
    further = text[end + 1] if end + 1 < len(text) else " "
    nearer = text[start - 2] if start > 1 else " "
    if before in {",", ":"} and nearer.isdigit():
        return False
    return not (after in AFTER_NUMBER and further.isdigit())


def _goes_on(neighbor: str) -> bool:
    """Return whether a value is part of a longer word because of the character beside it."""
    return neighbor == "_" or (neighbor.isalnum() and not SPACELESS.match(neighbor))
