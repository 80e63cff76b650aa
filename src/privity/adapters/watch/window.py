"""The rows of the last hours, in a table in memory, and the rules that are asked about them.

Invariants: the table holds the rows of a bounded time and a bounded number of them; a rule is asked
about rows that came since the last time, and about as much before them as it counts over; a rule
that reads cannot change anything. Used by one thread at a time.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import orjson

from privity.oversight.events import COLUMNS, NOWHERE, Row
from privity.oversight.rule import Example, Hit, Rule

KEPT_SECONDS = 26 * 3600.0
"""For how long rows are kept: longer than any rule counts."""
MOST_ROWS = 50_000
_SAID = ("event", "code", "action", "rule", "purpose", "roles", "factor", "account", "app")
_NUMBERS = ("count", "usual", "most", "recent", "seconds")
_INSERT = f"INSERT INTO row_of_log VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608
_WHOLE = frozenset({"entry", "class_uid", "known", "honey", *_NUMBERS})


_values = attrgetter(*COLUMNS)


class Window:
    """Rows, and questions to them."""

    __slots__ = ("_asked", "_db", "_last", "failed")

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._db.create_function("regexp", 2, _matches, deterministic=True)
        self._db.executescript(_schema())
        self._last = 0
        self._asked = 0
        self.failed: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM row_of_log").fetchone()[0])

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows that came, in order."""
        values = [(self._last + number, *_values(each)) for number, each in enumerate(rows, 1)]
        if values:
            self._last += len(values)
            self._db.execute("BEGIN")
            self._db.executemany(_INSERT, values)
            self._db.execute("COMMIT")

    def asked(self) -> None:
        """Let what is there count as asked about: what comes after it is new."""
        self._asked = self._last

    def trim(self, now: float) -> None:
        """Drop rows that are too old, and the oldest of too many."""
        oldest = self._last - MOST_ROWS
        self._db.execute(
            "DELETE FROM row_of_log WHERE at < ? OR row <= ?", (now - KEPT_SECONDS, oldest)
        )

    def ask(self, rules: Sequence[Rule]) -> tuple[Hit, ...]:
        """Return what the rules see in the rows since they were asked last, and note that.

        `failed` then names the rules that could not be asked.
        """
        if self._last == self._asked:
            return ()
        query = "SELECT min(at) FROM row_of_log WHERE row > ?"
        first = self._db.execute(query, (self._asked,)).fetchone()[0]
        hits: list[Hit] = []
        failed: list[str] = []
        for rule in rules:
            try:
                hits += self._ask(rule, first or 0.0)
            except (sqlite3.Error, re.error):
                failed.append(rule.name)  # a home's own; the others are asked
        self.failed = tuple(failed)
        self.asked()
        return tuple(hits)

    def _ask(self, rule: Rule, first: float) -> list[Hit]:
        self._db.execute("UPDATE since SET at = ?", (first - rule.seconds,))
        if rule.counting is None:
            found = self._rows(rule.question)
            return [self._hit(rule, [each], each["actor"], 1) for each in found]
        if not any(self._rows(base) for base in rule.bases):
            return []
        hits = []
        for given in self._db.execute(rule.question):
            _, group, _, _, _, _, metric, _, events, _ = given
            numbers = [int(each.rpartition(":")[2]) for each in orjson.loads(events)]
            if max(numbers) <= self._asked:
                continue
            keys = orjson.loads(group)
            actor = str(keys.get("actor", "service"))
            hits.append(self._hit(rule, self._of(numbers), actor, int(metric)))
        return _widest(hits)

    def _rows(self, question: str) -> list[dict[str, Any]]:
        """Return the new rows that a question finds."""
        sql = f"SELECT * FROM ({question}) WHERE row > ?"  # noqa: S608 - made by the compiler
        return self._named(self._db.execute(sql, (self._asked,)))

    def _of(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        sql = "SELECT * FROM row_of_log WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row"
        return self._named(self._db.execute(sql, (orjson.dumps(numbers).decode(),)))

    def _named(self, cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
        names = [each[0] for each in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor]

    def _hit(self, rule: Rule, rows: Sequence[dict[str, Any]], actor: str, count: int) -> Hit:
        entries = dict.fromkeys(each["entry"] for each in rows if each["entry"] != NOWHERE)
        times = [each["at"] for each in rows]
        last = rows[-1]
        seen: list[tuple[str, str | int]] = []
        seen += [(name, str(last[name])) for name in _SAID if last[name] is not None]
        seen += [(name, int(last[name])) for name in _NUMBERS if last[name] is not None]
        return Hit(rule.name, actor, tuple(entries), min(times), max(times), count, tuple(seen))


def holds(rule: Rule, example: Example) -> bool:
    """Say whether a rule sees in an example what the example says it has to."""
    window = Window()
    for number in range(example.times):
        for given in example.rows:
            values = dict.fromkeys(COLUMNS) | {"entry": number, "at": 1e9 + number, "actor": "a"}
            values |= dict(given)
            if example.each:
                values[example.each] = f"{number}"
            window.add([Row(**values)])  # type: ignore[arg-type] # as loose as a rule's author
    return bool(window.ask([rule])) is example.alert


def _schema() -> str:
    """Return the statements that make the table, and the view that rules ask."""
    kinds = {"at": "REAL"} | dict.fromkeys(_WHOLE, "INTEGER")
    columns = ", ".join(f'"{name}" {kinds.get(name, "TEXT")}' for name in COLUMNS)
    return f"""
        CREATE TABLE row_of_log (row INTEGER PRIMARY KEY, {columns});
        CREATE INDEX by_time ON row_of_log (at);
        CREATE TABLE since (at REAL NOT NULL);
        INSERT INTO since VALUES (0);
        CREATE VIEW event AS SELECT * FROM row_of_log WHERE at >= (SELECT at FROM since);
    """  # noqa: S608 - the columns are those of a class


def _widest(hits: Sequence[Hit]) -> list[Hit]:
    """Keep for each actor the hit that counted most: windows that overlap are one thing seen."""
    best: dict[str, Hit] = {}
    for hit in hits:
        held = best.get(hit.actor)
        if held is None or hit.count >= held.count:
            best[hit.actor] = hit
    return list(best.values())


def _matches(pattern: str, value: object) -> bool:
    return value is not None and re.search(pattern, str(value)) is not None
