"""What a policy lets happen to one text: every act that a gateway or a team could think of.

Invariants: each answer is that of `decide` or of what is built on it, so what is simulated is what
is enforced; asking changes nothing; every act of `decide` is among the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from privity.model.policy import Policy, Share
from privity.model.words import Category, Media, Purpose, Region, Treatment
from privity.policy.decide import (
    Act,
    Allowed,
    Decision,
    Disclose,
    Improve,
    Infer,
    Notify,
    Pass,
    Review,
    Store,
    Use,
    decide,
    residences,
    retention,
    treatments,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A text of somebody. `chosen`: what they decided on what people are asked; None: nothing.

    `processor`: empty for every one that the policy names. `minor`: without a parent's consent.
    """

    purpose: Purpose
    category: Category | None = None
    processor: str = ""
    region: Region | None = None
    chosen: bool | None = None
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One act, in words, and what the policy says to it."""

    text: str
    act: Act
    decision: Decision

    @property
    def allowed(self) -> bool:
        """Whether it may happen."""
        return isinstance(self.decision, Allowed)


@dataclass(frozen=True, slots=True)
class Simulated:
    """Every act, and how the category is treated where one was asked for."""

    steps: tuple[Step, ...]
    treatment: Treatment | None
    kept: timedelta | None


def simulate(policy: Policy, case: Case) -> Simulated:
    """Answer a case under a policy."""
    steps = tuple(Step(text, act, decide(policy, act)) for text, act in _acts(policy, case))
    said = None if case.category is None else treatments(policy, case.purpose)[case.category]
    kept = retention(policy, case.purpose)
    return Simulated(steps, said, kept)


def processors(policy: Policy) -> tuple[str, ...]:
    """Return the names of every processor that a policy speaks of, in order."""
    named = {clause.recipient.name for _, clause in policy.clauses if isinstance(clause, Share)}
    return tuple(sorted(named))


def _acts(policy: Policy, case: Case) -> Iterator[tuple[str, Act]]:
    purpose, chosen, minor = case.purpose, case.chosen, case.minor
    yield "use the text", Use(purpose, minor)
    for name in (case.processor,) if case.processor else processors(policy):
        yield f"send it, minimized, to {name}", Disclose(purpose, name, case.region, chosen, minor)
    where, age = _stored(policy, case)
    yield f"keep it, minimized and sealed, in {where}", Store(purpose, where, age, minor)
    yield "make the assistant better with what is kept", Improve(purpose, chosen, minor)
    yield "let staff read it as a sample", Review(purpose, chosen, minor)
    for media in Media:
        yield f"let {media.value} through unchecked", Pass(purpose, media)
    yield "write to them when something changes", Notify(chosen)
    if case.category is not None:
        yield f"infer {case.category.value} from other data", Infer(case.category)


def _stored(policy: Policy, case: Case) -> tuple[Region, timedelta]:
    """Return where a text would lie and for how long; where nothing is kept, at least a moment."""
    default = next(iter(residences(policy, case.purpose)), Region.LOCAL)
    period = retention(policy, case.purpose)
    return case.region or default, timedelta(0) if period is None else period
