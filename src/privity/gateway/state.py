"""What is known of the person of a message that decides what is done with it, remembered.

What is remembered may be old: it serves to decide, and nothing leaves before the transaction that
lets it leave has found the same version in the database (`attend.confirm`). So a choice holds from
the next message on, in every process, and reading it costs no transaction of its own.

Invariants: how much is remembered is bounded; of whom nothing is remembered is taken for someone
who decided nothing, which the database then confirms or corrects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.model.policy import Policy
from privity.model.words import Purpose, SubjectRef
from privity.policy.offers import minors
from privity.rights.ages import KnownAges, Standing, standing
from privity.rights.choices import UNDECIDED, Choices
from privity.rights.effective import Effective, effective
from privity.rights.minors import MinorsStore
from privity.rights.parental import Consent, is_proven
from privity.rights.ports import ChoosingStore

MOST = 16384
"""How many people are remembered, and how many different answers."""
_NO_AGES = KnownAges()


class StateStore(MinorsStore, ChoosingStore, Protocol):
    """A transaction over everything that decides about a person."""


@dataclass(frozen=True, slots=True)
class State:
    """What is stored about a person; `version` counts its changes."""

    version: int = 0
    choices: Choices = UNDECIDED
    ages: KnownAges = _NO_AGES
    consents: tuple[Consent, ...] = ()


UNKNOWN = State()


class States:
    """States of people, as they were last seen."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[SubjectRef, State] = {}

    def of(self, subject: SubjectRef | None) -> State:
        """Return what was last seen; of nobody nothing is known."""
        return UNKNOWN if subject is None else self._seen.get(subject, UNKNOWN)

    def saw(self, subject: SubjectRef, state: State) -> None:
        """Remember a state, at the cost of the oldest; one that says nothing needs no memory."""
        self._seen.pop(subject, None)
        if state == UNKNOWN:
            return
        while len(self._seen) >= MOST:
            self._seen.pop(next(iter(self._seen)), None)
        self._seen[subject] = state


class Effects:
    """What holds for people, each different case asked once of the policy."""

    __slots__ = ("_answers", "_current", "_policy", "_rule")

    def __init__(self, policy: Policy, current: frozenset[str]) -> None:
        """`current`: digests of notices under which an agreement still counts."""
        self._policy = policy
        self._current = current
        self._rule = minors(policy)
        self._answers: dict[tuple[Purpose, Choices, Standing], Effective] = {}

    @property
    def asks_ages(self) -> bool:
        """Whether it matters how old people are."""
        return self._rule is not None

    def of(self, purpose: Purpose, state: State, now: datetime) -> Effective:
        """Return what holds for a person in this state at this time."""
        case = purpose, state.choices, self._stands(state, now)
        answer = self._answers.get(case)
        if answer is None:
            if len(self._answers) >= MOST:
                self._answers.clear()
            answer = effective(self._policy, *case, self._current)
            self._answers[case] = answer
        return answer

    def _stands(self, state: State, now: datetime) -> Standing:
        if self._rule is None:
            return Standing.ADULT
        consent = any(is_proven(each, now) for each in state.consents)
        return standing(state.ages, self._rule.age, consent=consent, now=now)


def stored(tx: StateStore, subject: SubjectRef) -> State:
    """Return what is stored about a person now."""
    version = tx.people.version(subject)
    if version == 0:
        return UNKNOWN
    return State(
        version,
        tx.choices.of(subject),
        tx.ages.get(subject),
        tuple(request.consent for request in tx.parental.of(subject)),
    )
