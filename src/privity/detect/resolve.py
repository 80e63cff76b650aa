"""One answer where several rules claim the same place.

The rule: a value that a checksum or parser confirmed goes before one that only looks right; then
the longer before the shorter; then the more confident; then the earlier; then by name of the rule,
so that the same text always has the same answer. What the loser covered beyond the winner stays
covered, as a finding of its own kind.

Law: every letter and digit that some candidate covers is covered by exactly one finding.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from privity.model.finding import Finding
from privity.model.words import Category


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one rule claims about `[start, end)`, in characters of the scanned text."""

    start: int
    end: int
    category: Category
    confidence: float
    rule: str
    proven: bool = False


def resolve(candidates: Iterable[Candidate], text: str) -> tuple[Finding, ...]:
    """Return findings in order of place that do not overlap."""
    found: list[Finding] = []
    cluster: list[Candidate] = []
    reach = 0
    for candidate in sorted(candidates, key=_place):
        if cluster and candidate.start >= reach:
            found.extend(_settle(cluster, text))
            cluster = []
        cluster.append(candidate)
        reach = max(reach, candidate.end)
    if cluster:
        found.extend(_settle(cluster, text))
    return tuple(found)


def _settle(cluster: list[Candidate], text: str) -> list[Finding]:
    """Resolve candidates that overlap, one with the next."""
    if len(cluster) == 1:
        return [_finding(cluster[0], cluster[0].start, cluster[0].end)]
    starts: list[int] = []
    kept: list[Finding] = []
    for candidate in sorted(cluster, key=_rank):
        for start, end in _free(candidate.start, candidate.end, starts, kept):
            whole = (start, end) == (candidate.start, candidate.end)
            first, last = (start, end) if whole else _inked(start, end, text)
            if first < last:
                at = bisect_left(starts, first)
                starts.insert(at, first)
                kept.insert(at, _finding(candidate, first, last))
    return kept


def _place(candidate: Candidate) -> tuple[int, int]:
    return candidate.start, candidate.end


def _rank(candidate: Candidate) -> tuple[bool, int, float, int, str]:
    length = candidate.end - candidate.start
    return (not candidate.proven, -length, -candidate.confidence, candidate.start, candidate.rule)


def _finding(candidate: Candidate, start: int, end: int) -> Finding:
    return Finding(start, end, candidate.category, candidate.confidence, candidate.rule)


def _free(start: int, end: int, starts: list[int], kept: list[Finding]) -> list[tuple[int, int]]:
    """Return the parts of `[start, end)` that no kept finding covers."""
    at = bisect_left(starts, start)
    if at and kept[at - 1].end > start:
        at -= 1
    free: list[tuple[int, int]] = []
    while at < len(kept) and kept[at].start < end:
        if kept[at].start > start:
            free.append((start, kept[at].start))
        start = max(start, kept[at].end)
        at += 1
    if start < end:
        free.append((start, end))
    return free


def _inked(start: int, end: int, text: str) -> tuple[int, int]:
    """Return `[start, end)`, or an empty span if it holds no letter and no digit.

    A span cut at another's edge loses the blanks and marks at its own edges.
    """
    while start < end and not text[start].isalnum() and text[start] not in "+([{«\"'":
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if not any(map(str.isalnum, text[start:end])):
        return start, start
    return start, end
