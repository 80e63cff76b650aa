"""A team's own patterns and word lists, in the same form as those of the package.

A file `*.toml` holds `[[pattern]]`, `[[field]]` and `[[list]]` tables; a file `*.txt` that no list
names is a list by itself, one term a line, of the category `custom`. Every pattern shows in
examples what it finds and what it does not; `examples.py` holds it to that before it takes effect.

Invariants: what cannot be read whole is not read at all, and every error names its file, line and
rule; no rule takes the place of another of the same name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

import re2

from privity.detect.checks import check_named
from privity.detect.gates import PATTERN_MEMORY
from privity.detect.pattern import CATEGORIES, FieldRule, Pattern, field_of, pattern_of
from privity.detect.terms import LONGEST, TermList
from privity.detect.trims import TRIMS
from privity.errors import DetectorsInvalid

HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(pattern|field|list)[ \t]*\]\]", re.MULTILINE)
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
KEYS = {
    "pattern": frozenset(
        "id category regex gate confidence alone check trim context guard examples near_misses "
        "unproven".split()
    ),
    "field": frozenset("id category names regex confidence check trim".split()),
    "list": frozenset("id category words file any_case confidence near_misses".split()),
}
Made = TypeVar("Made", Pattern, FieldRule, TermList)


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the team: its name and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Own:
    """What a team added; `places` says for each rule where it stands."""

    patterns: tuple[Pattern, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    lists: tuple[TermList, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""


NOTHING = Own()


@dataclass(frozen=True, slots=True)
class _Row:
    """A table of a file, and where it begins."""

    kind: str
    place: str
    table: dict[str, object]


def parse(sources: Sequence[Source], taken: frozenset[str]) -> Own:
    """Read files; `taken` are the names of the package's rules.

    Raises DetectorsInvalid with every error.
    """
    if not sources:
        return NOTHING
    errors: list[str] = []
    texts = {s.name: s.text for s in sources if s.name.endswith(".txt")}
    rows: list[_Row] = []
    for source in sources:
        if source.name.endswith(".toml"):
            rows.extend(_rows(source, errors))
    named = {str(row.table["file"]) for row in rows if "file" in row.table}
    rows += [_bare(name) for name in sorted(texts.keys() - named)]
    places = _places(rows, taken, errors)
    patterns = _made(rows, "pattern", _pattern, errors)
    fields = _made(rows, "field", _field, errors)
    lists = _made(rows, "list", lambda table: _list(table, texts), errors)
    if errors:
        raise DetectorsInvalid("; ".join(errors))
    digest = sha256()
    for source in sorted(sources, key=lambda s: s.name):
        digest.update(f"{source.name}\0{len(source.text)}\0{source.text}".encode())
    return Own(patterns, fields, lists, places, digest.hexdigest())


def _rows(source: Source, errors: list[str]) -> Iterator[_Row]:
    try:
        document = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        errors.append(f"{source.name}: {error}")
        return
    lines: dict[str, list[int]] = {kind: [] for kind in KEYS}
    for header in HEADER.finditer(source.text):
        lines[header.group(1)].append(source.text.count("\n", 0, header.start()) + 1)
    for kind, tables in document.items():
        if kind not in KEYS or not isinstance(tables, list):
            errors.append(f"{source.name}: {kind} is none of [[pattern]], [[field]], [[list]]")
            continue
        for number, table in enumerate(tables):
            line = lines[kind][number] if number < len(lines[kind]) else 1
            place = f"{source.name}:{line}"
            if isinstance(table, dict):
                yield _Row(kind, place, table)
            else:
                errors.append(f"{place}: {kind} is not a table")


def _bare(name: str) -> _Row:
    """A word list that no table names."""
    plain = re.sub(r"[^a-z0-9_]+", "_", name.removesuffix(".txt").lower()).strip("_")
    return _Row("list", name, {"id": plain, "category": "custom", "file": name})


def _places(rows: Sequence[_Row], taken: frozenset[str], errors: list[str]) -> dict[str, str]:
    """Return where each rule stands; names are checked on the way."""
    places: dict[str, str] = {}
    for row in rows:
        name = row.table.get("id")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            errors.append(f"{row.place}: id must be of small letters, digits and _")
        elif name in taken or name in places:
            errors.append(f"{row.place}: {name} is the name of another rule")
        else:
            places[name] = row.place
    return places


def _made(
    rows: Sequence[_Row],
    kind: str,
    make: Callable[[dict[str, object]], Made],
    errors: list[str],
) -> tuple[Made, ...]:
    made: list[Made] = []
    for row in rows:
        if row.kind != kind:
            continue
        name = row.table.get("id", "a rule")
        unknown = row.table.keys() - KEYS[kind]
        if unknown:
            errors.append(f"{row.place}: {name} has unknown keys: {', '.join(sorted(unknown))}")
            continue
        try:
            made.append(make(row.table))
        except KeyError as error:
            errors.append(f"{row.place}: {name} lacks or does not know {error}")
        except TypeError:
            errors.append(f"{row.place}: {name} has a value of a wrong type")
        except (ValueError, re2.error) as error:
            errors.append(f"{row.place}: {name}: {error}")
    return tuple(made)


def _pattern(table: dict[str, object]) -> Pattern:
    given = {"examples": [], "near_misses": [], **table}
    if not (given["examples"] or table.get("unproven") is True):
        raise ValueError("needs examples, in which the value stands between « and »")
    rule = pattern_of(given, {}, {})
    _limits(rule.regex, rule.check, rule.trim, rule.confidence)
    for gate in rule.gates:
        _limits(gate, "", "", rule.alone)
    if any(e.count("«") != 1 or e.count("»") != 1 for e in rule.examples):
        raise ValueError("the value must stand between « and » in each example")
    return rule


def _field(table: dict[str, object]) -> FieldRule:
    rule = field_of(table)
    _limits(rule.regex, rule.check, rule.trim, rule.confidence)
    return rule


def _limits(regex: str, check: str, trim: str, confidence: float) -> None:
    """Refuse what would not compile, is not known, or is no probability."""
    options = re2.Options()
    options.max_mem = PATTERN_MEMORY
    options.log_errors = False
    re2.compile(regex, options)
    check_named(check)
    if trim and trim not in TRIMS:
        raise KeyError(trim)
    if not 0 <= confidence <= 1:
        raise ValueError("confidence and alone are from 0 to 1")


def _list(table: dict[str, object], texts: Mapping[str, str]) -> TermList:
    words = table.get("words", [])
    near = table.get("near_misses", [])
    any_case = table.get("any_case", True)
    confidence = table.get("confidence", 0.95)
    if not (isinstance(words, list) and isinstance(near, list) and isinstance(any_case, bool)):
        raise TypeError
    if not isinstance(confidence, int | float):
        raise TypeError
    terms = [*words]
    if "file" in table:
        terms += texts[str(table["file"])].lstrip("\ufeff").splitlines()
    kept = tuple(dict.fromkeys(t for term in terms if (t := _term(term))))
    if not kept:
        raise ValueError("needs terms")
    category = CATEGORIES[str(table["category"])]
    return TermList(
        str(table["id"]), category, kept, any_case, float(confidence), tuple(map(str, near))
    )


def _term(line: object) -> str:
    """Return a line's term; empty for a blank line and a remark."""
    if not isinstance(line, str):
        raise TypeError
    term = line.strip()
    if not term or term.startswith("#"):
        return ""
    if len(term) > LONGEST or not any(map(str.isalnum, term)):
        raise ValueError(f"a term has letters or digits, and at most {LONGEST} characters")
    return term
