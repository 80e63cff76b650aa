"""From probabilities of pieces to findings in the text.

Tag 0 is "nothing"; tags 2k+1 and 2k+2 are the begin and the inside of label k. A piece counts when
the probability of anything reaches the gate of its likeliest label. A run of such pieces is cut
where a begin is likelier than an inside; its label is the one with the most probability over the
run. Ends are moved to the ends of words, so that no half of a word stays in sight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from privity.detect.language.posts import is_post
from privity.detect.language.program import LONGEST_WORD, in_fraction, in_identifier, in_slug
from privity.detect.offices import is_office
from privity.model.finding import Finding
from privity.model.words import Category

_EDGE = " \t\r\n,;:"
_FULL_STOPS_STAY = frozenset(
    {Category.NAME, Category.ORGANIZATION, Category.PASSWORD, Category.ADDRESS}
)
_HANDLED = frozenset({Category.NAME, Category.USERNAME, Category.ORGANIZATION})
_TOPICS = frozenset({Category.NAME, Category.PLACE, Category.ORGANIZATION})
_WORDS = frozenset(
    {
        *(Category.NAME, Category.PLACE, Category.ORGANIZATION, Category.USERNAME),
        *(Category.JOB_TITLE, Category.HEALTH, Category.GENDER, Category.ORIGIN),
    }
)
_NUMBERS = frozenset(
    {
        *(Category.PHONE, Category.DEVICE, Category.ACCOUNT, Category.GENDER, Category.AGE),
        *(Category.CARD, Category.MEDICAL_RECORD, Category.INSURANCE, Category.COORDINATES),
        *(Category.NATIONAL_ID, Category.BANK_ACCOUNT, Category.EMPLOYEE_ID),
    }
)
_SECRETS = frozenset({Category.PASSWORD, Category.API_KEY})
_SURE = 0.7  # of a chain of words: a passphrase, not a name of a thing
_QUOTES = {'"': '"', "'": "'", "`": "`", "(": ")", "[": "]", "“": "”", "«": "»", "<": ">"}
_CLOSED = {
    closing: frozenset(o for o, c in _QUOTES.items() if c == closing)
    for closing in _QUOTES.values()
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was made of one text: probabilities (pieces, tags), and each piece's place."""

    scores: npt.NDArray[np.float32]
    places: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces `[first, last]`, their likeliest label, and the mean probability of anything."""

    first: int
    last: int
    label: int
    chance: float


@dataclass(frozen=True, slots=True)
class Gates:
    """`categories[k]` is label k; `gates` holds the least probability that counts, for each.

    In a post, `posts` go before `gates`: its names stand among little else that tells them.
    """

    categories: Sequence[Category]
    gates: Mapping[Category, float]
    rule: str
    posts: Mapping[Category, float] = field(default_factory=dict)

    def spans(self, text: str, judged: Judgement) -> list[Finding]:
        """Findings in order of place, not overlapping."""
        found: list[Finding] = []
        gates = {**self.gates, **self.posts} if self.posts and is_post(text) else self.gates
        for run in self._runs(judged.scores, gates):
            finding = self._finding(text, judged.places, run)
            if finding is None:
                continue
            if found and finding.start < found[-1].end:
                finding = _joined(found.pop(), finding)
            found.append(finding)
        return found

    def _runs(self, scores: npt.NDArray[np.float32], least: Mapping[Category, float]) -> list[Run]:
        gates = np.array([least[category] for category in self.categories], np.float32)
        chances = 1.0 - scores[:, 0]
        seen = np.flatnonzero(chances >= gates.min())
        begins, insides = scores[seen, 1::2], scores[seen, 2::2]
        labels = begins + insides
        counts = chances[seen] >= gates[labels.argmax(axis=1)]
        places = seen[counts]
        if not len(places):
            return []
        fresh = begins[counts].sum(axis=1) > insides[counts].sum(axis=1)
        fresh[0] = True
        fresh[1:] |= np.diff(places) > 1
        first = np.flatnonzero(fresh)
        last = np.append(first[1:], len(places)) - 1
        best = np.add.reduceat(labels[counts], first).argmax(axis=1)
        sure = np.add.reduceat(chances[places], first) / (last - first + 1)
        rows = (places[first].tolist(), places[last].tolist(), best.tolist(), sure.tolist())
        return [Run(*row) for row in zip(*rows, strict=True)]

    def _finding(self, text: str, places: Sequence[tuple[int, int]], run: Run) -> Finding | None:
        category = self.categories[run.label]
        start, end = _whole_words(text, places[run.first][0], places[run.last][1])
        start, end = _trimmed(text, start, end, category)
        start = _with_sign(text, start, category)
        if not any(char.isalnum() for char in text[start:end]):
            return None
        if category in _WORDS and in_identifier(text, start, end):
            return None
        if category is Category.ORGANIZATION and is_office(text[start:end]):
            return None
        if category in _NUMBERS and in_fraction(text, start, end):
            return None
        if (category not in _SECRETS or run.chance < _SURE) and in_slug(text, start, end):
            return None
        return Finding(start, end, category, min(1.0, run.chance), self.rule)


def _joined(left: Finding, right: Finding) -> Finding:
    """Two findings that share a word become one, of the surer kind."""
    surer = left if left.confidence >= right.confidence else right
    start, end = min(left.start, right.start), max(left.end, right.end)
    return Finding(start, end, surer.category, surer.confidence, surer.rule)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place with whole words at its ends; no word is longer than `LONGEST_WORD`."""
    while start < end and text[start].isspace():
        start += 1
    low, high = max(0, start - LONGEST_WORD), min(len(text), end + LONGEST_WORD)
    while start > low and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < high and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _trimmed(text: str, start: int, end: int, category: Category) -> tuple[int, int]:
    edge = _EDGE if category in _FULL_STOPS_STAY else _EDGE + "."
    while start < end and text[start] in edge:
        start += 1
    while end > start and text[end - 1] in edge:
        end -= 1
    if category is Category.PASSWORD:
        return start, end
    if end - start > 1 and _closing(text[start]) not in text[start + 1 : end]:
        start += text[start] in _QUOTES
    if (
        end - start > 1
        and text[end - 1] in _CLOSED
        and not _CLOSED[text[end - 1]] & {*text[start : end - 1]}
    ):
        end -= 1
    return start, end


def _with_sign(text: str, start: int, category: Category) -> int:
    """Move back to the sign of a handle or of a topic, if one stands there."""
    if category in _HANDLED:
        for sign in ("@", "@ "):
            if text.endswith(sign, 0, start):
                return start - len(sign)
    topic = category in _TOPICS and text[start - 1 : start] == "#"
    return start - 1 if topic and not text[start - 2 : start - 1].strip() else start


def _closing(opening: str) -> str:
    return _QUOTES.get(opening, opening)
