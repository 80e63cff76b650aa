"""Reads rules in Sigma, and makes them questions to a table.

Invariants: a rule that could never be understood is refused when it is read, with the reason: one
without an id, a title, a level or a sentence that says what would have made it quiet; one that
names a field that rows do not have; one whose own examples it does not answer as they say. What
comes out needs nothing of this module's libraries any more, which are loaded with the first rule.

Source: Sigma specification 2.1, rules and correlations.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yaml

from privity.errors import WatchRulesInvalid
from privity.oversight.events import COLUMNS
from privity.oversight.rule import Counting, Example, Level, Rule

if TYPE_CHECKING:
    from sigma.correlations import SigmaCorrelationRule
    from sigma.rule import SigmaRule

TABLE = "event"
"""The table that questions are asked of."""
_COUNTS = {"event_count", "value_count"}
_TAG = re.compile(r"attack\.[a-z0-9_.-]+|privity\.[a-z_]+")
_NEEDED = ("quiet", "falsepositives", "description")


def compiled(name: str, text: str) -> Rule:
    """Return the rule of a file. Raises WatchRulesInvalid."""
    from sigma.exceptions import SigmaError  # noqa: PLC0415 - costs 20 MB with what follows

    documents = _documents(name, text)
    _check_fields(name, [each for each in documents if "detection" in each])
    counting = _counting(name, documents[-1])
    try:
        rule, question, bases = _questions(documents, counts=counting is not None)
    except SigmaError as error:
        raise _wrong(name, f"is not valid Sigma: {type(error).__name__}") from error
    return _rule(name, rule, documents[-1], (question, bases, counting))


def _questions(
    documents: Sequence[Mapping[str, Any]], *, counts: bool
) -> tuple[Any, str, tuple[str, ...]]:
    """Return the last rule, its question, and those of the rules that it counts."""
    from sigma.backends.sqlite import sqliteBackend  # noqa: PLC0415
    from sigma.collection import SigmaCollection  # noqa: PLC0415

    backend = sqliteBackend(
        table=TABLE, timestamp_field="at", event_id_field="row", timestamp_format="unix"
    )
    whole = SigmaCollection.from_dicts([dict(each) for each in documents])
    *before, last = whole.rules
    if not counts:
        return last, str(backend.convert_rule(last)[0]), ()
    alone = SigmaCollection.from_dicts([dict(each) for each in documents[:-1]])
    bases = tuple(str(backend.convert_rule(rule)[0]) for rule in alone.rules)
    for rule in before:
        backend.convert_rule(rule)
    return last, str(backend.convert_correlation_rule(last)[0]), bases


def _rule(
    name: str,
    rule: SigmaRule | SigmaCorrelationRule,
    said: Mapping[str, Any],
    question: tuple[str, tuple[str, ...], Counting | None],
) -> Rule:
    missing = [each for each in _NEEDED if not said.get(each)]
    if rule.id is None or rule.level is None or missing:
        raise _wrong(name, f"lacks {', '.join(missing) or 'an id or a level'}")
    tags = tuple(str(tag) for tag in rule.tags)
    if not any(map(_TAG.fullmatch, tags)):
        raise _wrong(name, "names no tactic or technique (tags)")
    sql, bases, counting = question
    return Rule(
        id=str(rule.id),
        name=name,
        title=rule.title,
        description=" ".join(str(rule.description).split()),
        level=Level(rule.level.name.lower()),
        quiet=" ".join(str(said["quiet"]).split()),
        false_positives=tuple(str(each) for each in said["falsepositives"]),
        tags=tags,
        question=sql,
        bases=bases,
        counting=counting,
        examples=tuple(_example(name, each) for each in said.get("examples", ())),
    )


def _documents(name: str, text: str) -> list[Mapping[str, Any]]:
    try:
        found = [each for each in yaml.safe_load_all(text) if each is not None]
    except yaml.YAMLError as error:
        raise _wrong(name, f"is not YAML: {type(error).__name__}") from error
    if not found or not all(isinstance(each, dict) for each in found):
        raise _wrong(name, "holds no rule")
    *before, last = found
    if "correlation" in last:
        if not before or any("detection" not in each for each in before):
            raise _wrong(name, "has the rules that it counts before the one that counts")
    elif before or "detection" not in last:
        raise _wrong(name, "holds one rule, or one that counts after those it counts")
    return found


def _check_fields(name: str, documents: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a rule about a field that no row has: it would be silent for ever."""
    for document in documents:
        for part, searched in document["detection"].items():
            if part == "condition":
                continue
            for each in searched if isinstance(searched, list) else [searched]:
                if not isinstance(each, dict):
                    raise _wrong(name, "searches without naming a field")
                unknown = {key.partition("|")[0] for key in each} - set(COLUMNS)
                if unknown:
                    raise _wrong(name, f"names fields that there are not: {sorted(unknown)}")


def _counting(name: str, said: Mapping[str, Any]) -> Counting | None:
    correlation = said.get("correlation")
    if correlation is None:
        return None
    kind, condition = correlation.get("type"), correlation.get("condition", {})
    if kind not in _COUNTS or "gte" not in condition:
        raise _wrong(name, "counts with event_count or value_count, and `gte`")
    by = correlation.get("group-by", [])
    of = condition.get("field", "")
    if {*by, *([of] if of else [])} - set(COLUMNS):
        raise _wrong(name, "counts by fields that there are not")
    return Counting(int(condition["gte"]), str(of), tuple(by), _seconds(correlation["timespan"]))


def _seconds(span: str) -> int:
    return int(span[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[span[-1]]


def _example(name: str, said: Any) -> Example:
    rows = said.get("rows") if isinstance(said, dict) else None
    if not isinstance(rows, list) or not isinstance(said.get("alert"), bool):
        raise _wrong(name, "has examples of the form {alert: true, rows: [...]}")
    alert, times, each = said["alert"], int(said.get("times", 1)), str(said.get("each", ""))
    flat = tuple(tuple((str(key), value) for key, value in row.items()) for row in rows)
    named = {key for row in flat for key, _ in row} | ({each} if each else set())
    if named - set(COLUMNS):
        raise _wrong(name, "has examples with fields that there are not")
    return Example(alert, flat, times, each)


def _wrong(name: str, what: str) -> WatchRulesInvalid:
    return WatchRulesInvalid(f"the rule {name} {what}")
