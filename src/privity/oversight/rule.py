"""A rule that watches: what it asks, and everything that an alert needs in order to explain itself.

Invariant: a rule without a sentence that says what would have made it quiet does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "str | int | float | None"


class Level(StrEnum):
    """How bad it would be, as Sigma names it; from `high` on, an incident is drafted."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def drafts(self) -> bool:
        """Whether an alert of this level begins as the draft of an incident."""
        return self in {Level.HIGH, Level.CRITICAL}


@dataclass(frozen=True, slots=True)
class Counting:
    """A rule that counts: how many (of which field; empty: rows), for each of what, in seconds."""

    least: int
    of: str
    by: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Example:
    """Rows, so many times over, and whether a rule has to see something in them.

    `each`: a field that has another value each time.
    """

    alert: bool
    rows: tuple[tuple[tuple[str, Value], ...], ...]
    times: int = 1
    each: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `question` and `bases` are SQL over the table of rows.

    `bases` (of a rule that counts) find what is counted; without a new hit of one of them the rule
    has nothing new to say. `quiet` says what would have made it quiet.
    """

    id: str
    name: str
    title: str
    description: str
    level: Level
    quiet: str
    false_positives: tuple[str, ...]
    tags: tuple[str, ...]
    question: str
    bases: tuple[str, ...] = ()
    counting: Counting | None = None
    examples: tuple[Example, ...] = ()

    @property
    def seconds(self) -> int:
        """How far back it looks."""
        return 0 if self.counting is None else self.counting.seconds


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule saw: by whom, in which entries of the log, from when to when, how many."""

    rule: str
    actor: str
    entries: tuple[int, ...]
    first: float
    last: float
    count: int
    said: tuple[tuple[str, str | int], ...] = ()
