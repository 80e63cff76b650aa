"""What was found once is found everywhere: in the same text and in the others of the request.

A name in full, in its parts and in their regular cases, and every value that its shape alone would
not give away (a password, a number that needed its context). The values live in memory for one
request.

Law: the work is linear in the texts, however many values there are; a common word never becomes
a name; spreading twice finds nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from privity.detect.inflected import german_forms, is_polish, polish_forms
from privity.detect.resolve import Candidate, resolve
from privity.model.finding import Finding
from privity.model.words import Category

RULE = "repeat"
WORD = re.compile(r"\w+")
FEW = 48  # values are first sought one by one, which is faster as long as they are few
SHORTEST = 5
NAME_SHORTEST = 3
LONGEST = 160
UNREPEATED = frozenset(
    {
        Category.ACCOUNT,
        Category.AGE,
        Category.COORDINATES,
        Category.DATE,
        Category.GENDER,
        Category.JOB_TITLE,
        Category.ORGANIZATION,
        Category.PLACE,
        Category.PRIVATE_KEY,
        Category.URL,
    }
)
SURE = 0.6

Found = tuple[Finding, ...]


def spread(
    texts: Sequence[str], found: Sequence[Found], is_common: Callable[[str], bool]
) -> tuple[Found, ...]:
    """Return the findings of each text with the repetitions of what any of them found."""
    if not any(found):
        return tuple(found)
    values = _values(texts, found, is_common)
    if not values:
        return tuple(found)
    lengths: dict[str, set[int]] = {}
    for value in values:
        first = WORD.match(value)
        if first:
            lengths.setdefault(first.group(), set()).add(len(value))
    starts = {first: sorted(known, reverse=True) for first, known in lengths.items()}
    return tuple(
        _spread_one(text, findings, values, starts)
        for text, findings in zip(texts, found, strict=True)
    )


def _values(
    texts: Sequence[str], found: Sequence[Found], is_common: Callable[[str], bool]
) -> dict[str, Finding]:
    values: dict[str, Finding] = {}
    polish = any(map(is_polish, texts))
    for text, findings in zip(texts, found, strict=True):
        for finding in findings:
            if finding.rule == RULE or finding.category in UNREPEATED or finding.confidence < SURE:
                continue
            value = text[finding.start : finding.end]
            if len(value) > LONGEST or not value[:1].isalnum():
                continue
            if finding.category is Category.NAME:
                for part in _parts(value, is_common, polish=polish):
                    values.setdefault(part, finding)
            elif len(value) >= SHORTEST and not is_common(value):
                values.setdefault(value, finding)
    return values


def _parts(name: str, is_common: Callable[[str], bool], *, polish: bool) -> list[str]:
    """Return the spellings in which a name may come again."""
    words = name.split()
    parts = [w.strip(".,'’") for w in words]
    sure = [p for p in parts if len(p) >= NAME_SHORTEST and p[0].isupper() and not is_common(p)]
    spellings = [
        *sure,
        *(low for p in sure if len(p) > NAME_SHORTEST and not is_common(low := p.lower())),
        *(p.upper() for p in sure),
        *(form for p in sure for form in _forms(p, polish=polish) if not is_common(form)),
    ]
    if len(words) > 1:
        spellings += [name, name.lower(), name.upper()]
    return spellings


def _forms(name: str, *, polish: bool) -> list[str]:
    return [*german_forms(name), *(polish_forms(name) if polish else ())]


def _spread_one(
    text: str, findings: Found, values: Mapping[str, Finding], starts: Mapping[str, Sequence[int]]
) -> Found:
    again: list[Candidate] = []
    for start, lengths in _starts(text, starts):
        for length in lengths:
            end = start + length
            # Beyond the end a slice would be shorter, and could be another, shorter value.
            first = values.get(text[start:end]) if end <= len(text) else None
            if first is not None and not _inside(text, end):
                again.append(Candidate(start, end, first.category, first.confidence, RULE))
                break
    if not again:
        return findings
    new = _uncovered(again, findings)
    if not new:
        return findings
    own = [
        Candidate(f.start, f.end, f.category, f.confidence, f.rule, proven=True) for f in findings
    ]
    return resolve([*own, *new], text)


def _starts(text: str, starts: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, Sequence[int]]]:
    """Return in order of place where a value could start, and how long it could be."""
    if len(starts) > FEW:
        for word in WORD.finditer(text):
            lengths = starts.get(word.group())
            if lengths:
                yield word.start(), lengths
        return
    places: list[tuple[int, Sequence[int]]] = []
    for first, lengths in starts.items():
        at = text.find(first)
        while at >= 0:
            if not (at and (text[at - 1].isalnum() or text[at - 1] == "_")):
                places.append((at, lengths))
            at = text.find(first, at + len(first))
    yield from sorted(places, key=lambda place: place[0])


def _inside(text: str, end: int) -> bool:
    """Return whether a word goes on at `end`."""
    return end < len(text) and (text[end].isalnum() or text[end] == "_")


def _uncovered(again: list[Candidate], findings: Found) -> list[Candidate]:
    """Return the repetitions that no finding covers wholly; both are in order of place."""
    new: list[Candidate] = []
    at = 0
    for candidate in again:
        while at < len(findings) and findings[at].end <= candidate.start:
            at += 1
        covered = (
            at < len(findings)
            and findings[at].start <= candidate.start
            and findings[at].end >= candidate.end
        )
        if not covered:
            new.append(candidate)
    return new
