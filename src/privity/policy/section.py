"""A table of the policy file, read key by key, with every mistake noted at its line.

Invariants: reading never stops at the first mistake; a key that nobody asked for is a mistake; a
value that is missing or of the wrong type is noted and read as None (or as nothing, for lists), so
that the caller can go on.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar, final

from privity.policy.where import Path

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, and on which line."""

    line: int
    message: str


@final
@dataclass(frozen=True, slots=True)
class Problems:
    """Every mistake of one file."""

    lines: Mapping[Path, int]
    found: list[Problem] = field(default_factory=list)

    def note(self, path: Path, message: str) -> None:
        """Note a mistake at the line of a key, or of the nearest table around it."""
        place = path
        while place not in self.lines:
            place = place[:-1]
        self.found.append(Problem(self.lines[place], " ".join(message.split())))

    def sorted(self) -> tuple[Problem, ...]:
        """Return the mistakes in the order of the file, each once."""
        return tuple(sorted(set(self.found)))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "…"?`, or nothing when no known word is close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


@final
class Section:
    """One table. Ask for its keys, then call `close()`."""

    __slots__ = ("_asked", "_table", "path", "problems")

    def __init__(self, table: Mapping[str, object], path: Path, problems: Problems) -> None:
        self._table = table
        self._asked: list[str] = []
        self.path = path
        self.problems = problems

    def note(self, message: str, *inside: str | int) -> None:
        """Note a mistake here, or at a key inside."""
        self.problems.note((*self.path, *inside), message)

    def names(self) -> tuple[str, ...]:
        """Return the names of all keys: for tables whose keys the team chooses."""
        return tuple(self._table)

    def has(self, key: str) -> bool:
        """Say whether a key is there."""
        return key in self._table

    def is_list(self, key: str) -> bool:
        """Say whether a key holds a list, where it may."""
        return isinstance(self._table.get(key), list)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Return a string that is not empty."""
        value = self._value(key, required=required)
        if isinstance(value, str) and value.strip():
            return value
        if value is not None:
            self.note(f"{self.name(key)} must be a text that is not empty", key)
        return None

    def word(self, key: str, kind: type[E], *, required: bool = False) -> E | None:
        """Return a member of a closed list of words."""
        value = self.text(key, required=required)
        return None if value is None else self._member(value, kind, key)

    def words(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Return members of a closed list of words."""
        found = [self._member(word, kind, key, n) for n, word in self.texts(key)]
        return tuple(member for member in found if member is not None)

    def texts(self, key: str) -> tuple[tuple[int, str], ...]:
        """Return a list of different strings, each with its place in the list."""
        value = self._value(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note(f"{self.name(key)} must be a list of texts", key)
            return ()
        good: dict[str, int] = {}
        for place, member in enumerate(value):
            if not isinstance(member, str) or not member.strip():
                self.note(f"{self.name(key)} must hold only texts that are not empty", key, place)
            elif member in good:
                self.note(f'{self.name(key)} names "{member}" twice', key, place)
            else:
                good[member] = place
        return tuple((place, member) for member, place in good.items())

    def number(self, key: str, known: tuple[int, ...]) -> int | None:
        """Return one of a few whole numbers; the key must be there."""
        value = self._value(key, required=True)
        if value is None or (type(value) is int and value in known):
            return value if isinstance(value, int) else None
        self.note(f"{self.name(key)} must be one of {', '.join(map(str, known))}", key)
        return None

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is missing."""
        value = self._value(key, required=False)
        if value is not None and not isinstance(value, bool):
            self.note(f"{self.name(key)} must be true or false", key)
        return value is True

    def section(self, key: str) -> Section | None:
        """Return a table inside this one."""
        value = self._value(key, required=False)
        if isinstance(value, dict):
            return Section(value, (*self.path, key), self.problems)
        if value is not None:
            self.note(f"{self.name(key)} must be a table", key)
        return None

    def sections(self, key: str) -> tuple[Section, ...]:
        """Return a list of tables, written [[key]]."""
        value = self._value(key, required=False)
        if value is None:
            return ()
        tables = value if isinstance(value, list) else [value]
        if not all(isinstance(table, dict) for table in tables) or tables is not value:
            self.note(f"{self.name(key)} must be written [[{key}]]", key)
            return ()
        return tuple(
            Section(table, (*self.path, key, place), self.problems)
            for place, table in enumerate(tables)
        )

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._table:
            if key not in self._asked:
                known = [asked for asked in self._asked if asked not in self._table]
                self.note(f"unknown key {self.name(key)}{nearest(key, known)}", key)

    def name(self, key: str) -> str:
        """Return a key's full name, as a person would look for it."""
        return ".".join(str(part) for part in (*self.path, key) if isinstance(part, str))

    def _value(self, key: str, *, required: bool) -> object:
        self._asked.append(key)
        value = self._table.get(key)
        if value is None and required:
            self.note(f"{self.name(key)} is missing", key)
        return value

    def _member(self, value: str, kind: type[E], key: str, *place: int) -> E | None:
        known = {member.value: member for member in kind}
        if value not in known:
            hint = nearest(value, known) or f"; known are {', '.join(known)}"
            self.note(f'{self.name(key)} does not know "{value}"{hint}', key, *place)
        return known.get(value)
