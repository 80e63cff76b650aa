"""Is this an address, a postcode, a pair of coordinates? Trims that look at its words."""

from __future__ import annotations

import re

from privity.detect.spans import Span, Trim


def uk_postcode(text: str, start: int, end: int) -> Span | None:
    """With its blank, or with the word for it nearby."""
    near = text[max(0, start - 60) : start].lower()
    spaced = " " in text[start:end]
    return (start, end) if spaced or "post" in near or "address" in near else None


def coordinates(text: str, start: int, end: int) -> Span | None:
    """A pair, not a row of numbers: decimals of four or more digits, or with their direction."""
    around = text[max(0, start - 2) : start].strip() + text[end : end + 2].strip()
    if "," in around or ";" in around:
        return None
    value = text[start:end]
    parts = [p.strip(" °NSEWO+-") for p in re.split("[,;]", value)]
    deep = (
        min(len(p.rpartition(".")[2]) for p in parts) >= 4
        and max(map(len, (p.partition(".")[0] for p in parts))) > 1
    )
    return (start, end) if deep or "°" in value else None


def street_en(text: str, start: int, end: int) -> Span | None:
    """At least one capitalized word or ordinal between the number and the kind of street."""
    words = text[start:end].split()
    between = words[1:-1] if len(words) > 2 else words[1:]
    named = any(w[:1].isupper() or w[:1].isdigit() for w in between) or text[start:end].isupper()
    plain = {"in", "a", "of", "the", "to", "and", "for", "this", "that", "is", "with", "per"}
    lower = len(between) <= 2 and not plain & {w.lower() for w in words[1:]}
    full = words[-1].lower().rstrip(".") in {"street", "avenue", "road", "boulevard", "lane"}
    real = (named and not plain & set(between)) or (lower and full)
    return (start, end) if real else None


def street_de(text: str, start: int, end: int) -> Span | None:
    """A compound such as `Musterstraße 12`: capitalized, or with a kind that is nothing else."""
    value = text[start:end].lower()
    sure = (
        "straße",
        "strasse",
        "straat",
        "laan",
        "gracht",
        "gasse",
        "allee",
        "gatan",
        "damm",
        "vägen",
    )
    return (start, end) if text[start].isupper() or any(s in value for s in sure) else None


def street_roman(text: str, start: int, end: int) -> Span | None:
    """The kind of street, a capitalized name, and a number before or after."""
    value = text[start:end].rstrip(" ,")
    words = [w for w in re.split(r"[\s,]+", value) if w]
    named = [w for w in words if w[:1].isupper() and w[:1].isalpha()]
    number = any(w[:1].isdigit() or w[-1:].isdigit() for w in words)
    kind = next((i for i, w in enumerate(words) if not w[:1].isdigit()), 0)
    real = [w for w in named if w is not words[kind]]
    return (start, start + len(value)) if real and number else None


STREETS: dict[str, Trim] = {
    "coordinates": coordinates,
    "street_de": street_de,
    "street_en": street_en,
    "street_roman": street_roman,
    "uk_postcode": uk_postcode,
}
