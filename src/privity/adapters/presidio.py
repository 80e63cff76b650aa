"""Turn recognizers in Presidio's YAML form into patterns of our own.

What is read: `recognizers` with `patterns` (name, regex, score), `deny_list`, `context`,
`supported_entity` and `supported_languages`. How scores are read: with one of its context words
nearby Presidio adds 0.35, to 0.4 at least; here a pattern with context words must then be found, so
its confidence is at least 0.5. A pattern without context words that Presidio would report at any
score is found here, too.

Invariants: a recognizer is turned over whole or named as left out; RE2 reads the regexes, so those
that look around or refer back are left out; nothing in the file is executed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import re2
import yaml

from privity.detect.pattern import spell_out
from privity.errors import BadInput
from privity.model.words import Category

BOOST = 0.35
FOUND = 0.5
FLAGS = "(?ims)"  # Presidio's default
ENTITIES = {
    "PERSON": Category.NAME,
    "EMAIL_ADDRESS": Category.EMAIL,
    "PHONE_NUMBER": Category.PHONE,
    "CREDIT_CARD": Category.CARD,
    "CRYPTO": Category.CRYPTO_WALLET,
    "DATE_TIME": Category.DATE,
    "IBAN_CODE": Category.BANK_ACCOUNT,
    "IP_ADDRESS": Category.IP_ADDRESS,
    "LOCATION": Category.PLACE,
    "MAC_ADDRESS": Category.MAC_ADDRESS,
    "MEDICAL_LICENSE": Category.MEDICAL_RECORD,
    "NRP": Category.ORIGIN,
    "ORGANIZATION": Category.ORGANIZATION,
    "URL": Category.URL,
    "ZIP": Category.ADDRESS,
    "ZIP_CODE": Category.ADDRESS,
    "ADDRESS": Category.ADDRESS,
    "AGE": Category.AGE,
    "TITLE": Category.JOB_TITLE,
}
ENDINGS = {
    "SSN": Category.NATIONAL_ID,
    "PASSPORT": Category.PASSPORT,
    "DRIVER_LICENSE": Category.DRIVING_LICENCE,
    "BANK_NUMBER": Category.BANK_ACCOUNT,
    "TAX_ID": Category.TAX_ID,
    "ITIN": Category.TAX_ID,
    "EMPLOYEE_ID": Category.EMPLOYEE_ID,
    "VEHICLE_REGISTRATION": Category.VEHICLE,
}


@dataclass(frozen=True, slots=True)
class Imported:
    """Our TOML, and what was left out, with the reason."""

    toml: str
    rules: int
    left_out: tuple[str, ...]


def turn_over(text: str) -> Imported:
    """Read a YAML document. Raises BadInput when it is none of this form."""
    left_out: list[str] = []
    blocks: list[str] = []
    names: set[str] = set()
    for recognizer in _recognizers(text):
        named = str(recognizer.get("name", "a recognizer"))
        if recognizer.get("type") == "predefined" or recognizer.get("enabled") is False:
            left_out.append(f"{named}: predefined or not enabled")
            continue
        try:
            blocks.extend(_blocks(recognizer, named, names, left_out))
        except ValueError as error:
            left_out.append(f"{named}: {error}")
    return Imported("\n".join(blocks), len(blocks), tuple(left_out))


def _recognizers(text: str) -> Iterator[Mapping[str, object]]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"not YAML, near line {mark.line + 1}" if mark else "not YAML"
        raise BadInput(message) from None
    listed = document.get("recognizers") if isinstance(document, dict) else document
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadInput("there is no list of recognizers")
    yield from listed


def _blocks(
    recognizer: Mapping[str, object], named: str, names: set[str], left_out: list[str]
) -> list[str]:
    """Return the tables of one recognizer; name each pattern that cannot be turned over.

    Raises ValueError when the recognizer as a whole cannot.
    """
    category = _category(str(recognizer.get("supported_entity", "")))
    context = _context(recognizer)
    blocks: list[str] = []
    patterns = _listed(recognizer, "patterns")
    for pattern in patterns:
        if not isinstance(pattern, dict):
            raise ValueError("a pattern is no table")  # noqa: TRY004 (of the file, not the program)
        try:
            regex = FLAGS + _readable(pattern)
        except ValueError as error:
            left_out.append(f"{named}: {error}")
            continue
        score = float(pattern.get("score", FOUND))
        name = _name(f"{named} {pattern.get('name', '')}", names)
        blocks.append(_pattern(name, category, regex, score, context))
    terms = [str(term) for term in _listed(recognizer, "deny_list")]
    if terms:
        score = float(str(recognizer.get("deny_list_score", 1.0)))
        blocks.append(_list(_name(named, names), category, terms, score))
    if not blocks and not patterns:
        raise ValueError("it has neither patterns nor a deny_list")
    return blocks


def _readable(pattern: Mapping[str, object]) -> str:
    """Return the regex of a pattern. Raises ValueError when RE2 does not read it."""
    name, regex = pattern.get("name", "a pattern"), pattern.get("regex")
    if not isinstance(regex, str) or not regex:
        raise ValueError(f"{name} has no regex")
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(spell_out(FLAGS + regex), options)
    except re2.error as error:
        said = error.args[0]
        reason = said.decode() if isinstance(said, bytes) else str(said)
        raise ValueError(f"{name}: RE2 does not read its regex ({reason})") from error
    return regex


def _category(entity: str) -> Category:
    known = ENTITIES.get(entity)
    if known is not None:
        return known
    return next((c for ending, c in ENDINGS.items() if entity.endswith(ending)), Category.CUSTOM)


def _context(recognizer: Mapping[str, object]) -> list[str]:
    """Return the context words of all languages, in lower case."""
    words = [str(word) for word in _listed(recognizer, "context")]
    for language in _listed(recognizer, "supported_languages"):
        if isinstance(language, dict):
            words += [str(word) for word in _listed(language, "context")]
    return list(dict.fromkeys(word.lower().strip() for word in words if word.strip()))


def _listed(table: Mapping[str, object], key: str) -> list[object]:
    value = table.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{key} is no list")  # noqa: TRY004 (of the file, not the program)
    return value


def _name(words: str, names: set[str]) -> str:
    """Return a name of its own for a rule."""
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:48]
    name = plain = plain if plain[:1].isalpha() else f"presidio_{plain}"
    number = 2
    while name in names:
        name = f"{plain}_{number}"
        number += 1
    names.add(name)
    return name


def _pattern(name: str, category: Category, regex: str, score: float, context: list[str]) -> str:
    with_context = max(FOUND, min(1.0, score + BOOST)) if context else max(FOUND, score)
    alone = score if context else with_context
    return "\n".join(
        (
            "[[pattern]]",
            f"id = {_toml(name)}",
            f"category = {_toml(category.value)}",
            f"regex = {_toml(regex)}",
            'guard = "none"',
            f"confidence = {with_context:.2f}",
            f"alone = {alone:.2f}",
            f"context = {_toml(context)}",
            "unproven = true  # better: examples, with the value between « and »",
            "",
        )
    )


def _list(name: str, category: Category, terms: list[str], score: float) -> str:
    return "\n".join(
        (
            "[[list]]",
            f"id = {_toml(name)}",
            f"category = {_toml(category.value)}",
            f"confidence = {min(1.0, max(FOUND, score)):.2f}",
            f"words = {_toml(terms)}",
            "",
        )
    )


def _toml(value: str | list[str]) -> str:
    """Write a string or a list of strings; JSON's form of them is also TOML's."""
    return json.dumps(value, ensure_ascii=True)
