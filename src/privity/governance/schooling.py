"""What the log says of the training of staff: who is trained, and who read without it.

It looks at the entries alone, never at what is stored or decided, so that it can contradict both.

Invariants: an account counts from when its owner joined until it ends, whatever happens between;
who is given other roles stands from then on as they do with the courses of those;
what somebody did of whom no training is written counts as done without; the log that has the
accounts (the home's own) is read before those of further regions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from privity.audit.entry import Entry, Event
from privity.governance.training import SOON


@dataclass(slots=True)
class _Learner:
    """When somebody joined, and until when they were trained, each time that it was written."""

    joined: datetime | None = None
    until: list[tuple[datetime, int]] = field(default_factory=list)

    def stands(self, at: datetime, until: object) -> None:
        """Take that this was written: trained until then, in Unix seconds."""
        self.until.append((at, until if isinstance(until, int) else 0))

    def trained(self, at: datetime) -> bool:
        """Say whether they were trained at a time."""
        known = [until for written, until in self.until if written <= at]
        return bool(known) and at.timestamp() < known[-1]


class Schooling:
    """Everybody's training by the log.

    `reads`: how often somebody came near data of people; `unschooled`: how often without training.
    """

    __slots__ = ("_learners", "_out", "reads", "unschooled")

    def __init__(self) -> None:
        self._learners: dict[str, _Learner] = {}
        self._out: set[str] = set()
        self.reads = 0
        self.unschooled = 0

    def see(self, entry: Entry) -> None:
        """Take a further entry, of each log in its order."""
        facts = entry.facts
        match entry.event:
            case Event.STAFF_JOINED:
                self._learner(facts.get("by")).joined = entry.at
            case Event.TRAINING_TAKEN:
                self._learner(facts.get("by")).stands(entry.at, facts.get("until"))
            case Event.STAFF_CHANGED if "trained_until" in facts:
                self._learner(facts.get("account")).stands(entry.at, facts["trained_until"])
            case Event.STAFF_SUSPENDED | Event.STAFF_ENDED:
                self._out.add(str(facts.get("account")))
            case Event.STAFF_RESUMED:
                self._out.discard(str(facts.get("account")))
            case Event.CONVERSATION_READ | Event.PERSON_SEEN | Event.REQUEST_HANDLED:
                self.reads += 1
                self.unschooled += not self._learner(facts.get("by")).trained(entry.at)
            case _:
                pass

    @property
    def staff(self) -> int:
        """How many have an account in use."""
        return sum(1 for _ in self._working())

    def overdue(self, now: datetime) -> int:
        """Say how many had thirty days and are not trained."""
        return sum(now - joined >= SOON and not who.trained(now) for who, joined in self._working())

    def _working(self) -> list[tuple[_Learner, datetime]]:
        return [
            (who, who.joined)
            for name, who in self._learners.items()
            if who.joined is not None and name not in self._out
        ]

    def _learner(self, name: object) -> _Learner:
        return self._learners.setdefault(str(name), _Learner())
