"""A pattern: what one kind of personal data looks like, as data.

Patterns live in `data/*.toml`, split by theme. Each carries examples, in which the value stands
between « and », and near misses, in which it must find nothing; a test runs them all.

Invariants: every regex is RE2's (no look-around, no back-reference), so matching takes time
linear in the text; a pattern whose confidence without context is 0 says nothing without one of
its context words nearby or in the field's name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from privity.model.words import Category

CATEGORIES = {category.value: category for category in Category}


class Guard(StrEnum):
    """What may stand directly before and after a value."""

    WORD = "word"  # no letter, digit or underscore
    NUMBER = "number"  # nor anything that makes it part of a longer number, version or path
    NONE = "none"  # anything


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of value. If the regex has a group, the first one is the value.

    `gates` are short regexes that all match in any text where the regex could. `check` names a
    function of `checks.py` or a module of python-stdnum (`stdnum:us.ssn`) that must accept the
    value; `trim` a function of `trims.py` or `announced.py` that says which part is the value.
    `context` are phrases in lower case; one that ends in * matches as the start of a word.
    """

    id: str
    category: Category
    regex: str
    gates: tuple[str, ...]
    confidence: float
    alone: float
    check: str
    trim: str
    context: tuple[str, ...]
    guard: Guard
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What the name of a field says about its whole value, when the value has this shape."""

    id: str
    category: Category
    names: tuple[str, ...]
    regex: str
    confidence: float
    check: str
    trim: str


@dataclass(frozen=True, slots=True)
class PatternSet:
    """All patterns and field rules, the short word lists, and a digest of what they came from."""

    patterns: tuple[Pattern, ...]
    fields: tuple[FieldRule, ...]
    words: Mapping[str, tuple[str, ...]]
    digest: str


LETTER = r"A-Za-zªµºÀ-ɏ\x{370}-\x{1FFF}\x{2C00}-\x{D7FF}"
CAPITAL = r"A-ZÀ-ÞĀ-ɏ\x{386}-\x{3AB}\x{400}-\x{42F}\x{1E00}-\x{1EFF}"

RANGES = {r"\p{Lu}": CAPITAL, r"\p{L}": LETTER, r"\pL": LETTER}
PARTS = re.compile(r"\\p\{Lu\}|\\p\{L\}|\\pL|\\.|[\[\]]|[^\\\[\]]+", re.DOTALL)


def spell_out(regex: str) -> str:
    r"""Return a regex in which the letters of all scripts are a few ranges.

    RE2's own tables for `\pL` have hundreds of ranges; counted repeats of them make programs of
    megabytes. Ranges take in a few signs that are no letters; trims and checks sort those out.
    """
    if r"\p" not in regex:
        return regex
    spelled: list[str] = []
    inside = False
    for part in PARTS.findall(regex):
        ranges = RANGES.get(part)
        if ranges is not None:
            spelled.append(ranges if inside else f"[{ranges}]")
            continue
        if part in {"[", "]"}:
            inside = part == "["
        spelled.append(part)
    return "".join(spelled)


def data_folder() -> Traversable:
    """Return the folder of patterns and word lists inside the package."""
    return files("privity.detect") / "data"


def load_patterns() -> PatternSet:
    """Read every pattern file of the package, in the order of their names."""
    sources = sorted(
        (f for f in data_folder().iterdir() if f.name.endswith(".toml")), key=lambda f: f.name
    )
    digest = sha256()
    tables: list[dict[str, object]] = []
    for source in sources:
        content = source.read_bytes()
        digest.update(content)
        tables.append(tomllib.loads(content.decode()))
    contexts: dict[str, tuple[str, ...]] = {}
    words: dict[str, tuple[str, ...]] = {}
    gates: dict[str, str] = {}
    for table in tables:
        contexts.update({k: _strings(v) for k, v in _table(table.get("contexts", {})).items()})
        gates.update({f"@{k}": _string(v) for k, v in _table(table.get("gates", {})).items()})
        words.update({k: _strings(v) for k, v in _table(table.get("words", {})).items()})
    patterns = tuple(
        pattern_of(row, contexts, gates)
        for table in tables
        for row in _rows(table.get("pattern", []))
    )
    fields = tuple(field_of(row) for table in tables for row in _rows(table.get("field", [])))
    return PatternSet(patterns, fields, words, digest.hexdigest())


def pattern_of(
    row: dict[str, object], contexts: dict[str, tuple[str, ...]], gates: dict[str, str]
) -> Pattern:
    """Read a pattern's table. Raises KeyError, TypeError or ValueError."""
    context: list[str] = []
    for phrase in _strings(row.get("context", [])):
        context.extend(contexts[phrase[1:]] if phrase.startswith("@") else [phrase])
    confidence = _number(row.get("confidence", 0.9))
    named = row.get("gate", row["regex"])
    listed = _strings(named) if isinstance(named, list) else (_string(named),)
    return Pattern(
        id=_string(row["id"]),
        category=CATEGORIES[_string(row["category"])],
        regex=spell_out(_string(row["regex"])),
        gates=tuple(spell_out(gates.get(gate, gate)) for gate in listed),
        confidence=confidence,
        alone=_number(row.get("alone", 0.0 if context else confidence)),
        check=_string(row.get("check", "")),
        trim=_string(row.get("trim", "")),
        context=tuple(context),
        guard=Guard(_string(row.get("guard", "word"))),
        examples=_strings(row["examples"]),
        near_misses=_strings(row["near_misses"]),
    )


def field_of(row: dict[str, object]) -> FieldRule:
    """Read a field rule's table. Raises KeyError, TypeError or ValueError."""
    return FieldRule(
        id=_string(row["id"]),
        category=CATEGORIES[_string(row["category"])],
        names=_strings(row["names"]),
        regex=spell_out(_string(row["regex"])),
        confidence=_number(row.get("confidence", 0.9)),
        check=_string(row.get("check", "")),
        trim=_string(row.get("trim", "")),
    )


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _rows(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError
    return [_table(row) for row in value]


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_string(item) for item in value)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError
    return float(value)
