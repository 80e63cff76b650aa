"""What is done for people whatever the policy says, and whether the log says that it was.

Requests about people's data are answered by the day of the law, every night a made-up person goes
through access and erasure, and staff are trained. The log of every region is read, the home's own
first; the tables of requests and of courses are not, so that the log can contradict them.

Invariants: entries under every policy count, because a request outlives the policy it came under;
an entry that lacks what is needed counts as broken; a rehearsal that is older than two days proves
nothing; what staff and requests of the rehearsal itself do is judged by its own entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from privity.audit.entry import Entry, Event
from privity.governance.clocks import Regime, Speed, clock, today
from privity.governance.rehearsal import OK
from privity.governance.requests import Channel, State
from privity.governance.schooling import Schooling
from privity.model.words import SubjectRef
from privity.policy.controls import ANSWERED, REHEARSED, TRAINED, Control, named
from privity.policy.evidence import Broken, Held, Result

RECENT = timedelta(days=2)
"""How old a rehearsal may be: one night may be missed by a server that starts or was away."""
_REQUESTS = frozenset({Event.REQUEST_OPENED, Event.REQUEST_MOVED, Event.REQUEST_CLOSED})


class Duty(StrEnum):
    """Something that is done whatever the policy says; its value names it in evidence."""

    sentence: str
    served: tuple[Control, ...]

    def __new__(  # noqa: PYI034 - as in StrEnum
        cls, value: str, sentence: str, served: tuple[Control, ...]
    ) -> Duty:
        """Make a member with its sentence, and the controls that it serves."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        member.served = served
        return member

    ANSWER = (
        "RequestsOverdue",
        "No request about a person's data is past the day by which the law wants an answer.",
        named(ANSWERED),
    )
    REHEARSE = (
        "RehearsalFailed",
        "A made-up person saw and deleted their data in every store in the last two days.",
        named(REHEARSED),
    )
    TRAIN = (
        "StaffUntrained",
        "Everybody of the staff is trained; newcomers have thirty days.",
        named(TRAINED),
    )
    GUARD = (
        "ReadUntrained",
        "Nobody whose training had lapsed came near data of people.",
        named(TRAINED),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a request stood at a time. `due` is None where it is closed or its clock stands still."""

    at: datetime
    due: date | None
    regime: Regime


class Duties:
    """How every request and everybody's training stand, and the latest rehearsals, by the log."""

    __slots__ = ("_asked", "_odd", "_rehearsed", "_schooling")

    def __init__(self) -> None:
        self._asked: dict[str, _Asked] = {}
        self._rehearsed: dict[SubjectRef | None, tuple[datetime, bool]] = {}
        self._schooling = Schooling()
        self._odd = 0

    def see(self, entries: Iterable[Entry]) -> None:
        """Take further entries, of each log in its order."""
        for entry in entries:
            if entry.event in _REQUESTS:
                self._request(entry)
            elif entry.event is Event.REHEARSAL_ENDED:
                ended = entry.at, entry.facts.get("code") == OK
                self._rehearsed[entry.subject] = ended
            else:
                self._schooling.see(entry)

    def results(self, now: datetime) -> tuple[tuple[Duty, Result], ...]:
        """Say of each duty whether it is done now."""
        late = self._odd + sum(
            each.due is not None and today(each.regime, now) > each.due
            for each in self._asked.values()
        )
        recent = [held for at, held in self._rehearsed.values() if now - at <= RECENT]
        return (
            (Duty.ANSWER, _result(late, len(self._asked))),
            (Duty.REHEARSE, _result(recent.count(False), len(recent))),
            (Duty.TRAIN, _result(self._schooling.overdue(now), self._schooling.staff)),
            (Duty.GUARD, _result(self._schooling.unschooled, self._schooling.reads)),
        )

    def _request(self, entry: Entry) -> None:
        """Note how a request stood last; it may go on in the log of another region."""
        facts = entry.facts
        try:
            name, state = str(facts["id"]), State(str(facts["state"]))
            regime, due = Regime(str(facts["regime"])), date.fromisoformat(str(facts["due"]))
            rehearsed = Channel(str(facts["channel"])) is Channel.REHEARSAL
        except (KeyError, ValueError):
            self._odd += 1
            return
        known = self._asked.get(name)
        if rehearsed or (known is not None and entry.at < known.at):
            return
        waits = state is not State.OPEN and clock(regime, Speed.NORMAL, due).pausable
        over = state.closed or waits
        self._asked[name] = _Asked(entry.at, None if over else due, regime)


def _result(broken: int, examined: int) -> Result:
    return Broken(broken) if broken else Held(examined)
