"""How each sentence of the notice is proved: the controls it serves, and queries that can run.

Invariants: every clause has at least one query and one control; the queries see only what happened
under the policy they belong to (by digest). A clause held when its queries count nothing broken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias, assert_never

from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Announce,
    Clause,
    Collect,
    Keep,
    Minors,
    NeverInfer,
    NeverShare,
    NeverUse,
    Policy,
    Reside,
    Rotate,
    Sample,
    Share,
    Train,
)
from privity.model.words import PracticeId, Purpose, Region, UnknownFields
from privity.policy.controls import Control, controls
from privity.policy.decide import Allowed, Use, decide, recipients, serves, treatments
from privity.policy.queries import (
    SHARE,
    EvidenceQuery,
    HeldFor,
    Holdings,
    Inferred,
    KeptTooLong,
    KeysOverdue,
    LogQuery,
    MailedWithoutWord,
    OfMinors,
    Overdue,
    PassedMedia,
    PassedUnknown,
    SentAbroad,
    SentElsewhere,
    SharedWith,
    StoredElsewhere,
    TreatedOtherwise,
    UsedFor,
    WithoutWord,
    Written,
    in_entry,
    in_store,
)


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing broke it, in so many things examined."""

    examined: int


@dataclass(frozen=True, slots=True)
class Broken:
    """This many things break it."""

    count: int


Result: TypeAlias = Held | Broken


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sentence stands on. `clause` is None for the rule that silence refuses."""

    practice: PracticeId | None
    clause: Clause | None
    controls: tuple[Control, ...]
    queries: tuple[EvidenceQuery, ...]


def evidence(policy: Policy) -> tuple[Evidence, ...]:
    """Return the evidence of every clause, in their order, and that of silence at the end."""
    of_clauses = (
        Evidence(practice, clause, controls(clause), queries(policy, clause))
        for practice, clause in policy.clauses
    )
    return (*of_clauses, _of_silence(policy))


def queries(  # noqa: C901, PLR0912 - one case for each kind of clause
    policy: Policy, clause: Clause
) -> tuple[EvidenceQuery, ...]:
    """Return the queries that show whether a clause of this policy held."""
    found: tuple[EvidenceQuery, ...]
    match clause:
        case Collect(purpose, categories, treatment):
            found = (TreatedOtherwise(purpose, categories, treatment),)
        case Keep(purpose, period):
            found = (KeptTooLong(purpose, period), Overdue())
        case Reside(purpose, region, others):
            found = (StoredElsewhere(purpose, frozenset({region, *others})),)
        case Share(purpose, to, asked):
            found = (_sent_elsewhere(policy, purpose),)
            found += (_sent_abroad(policy, purpose),) if to.serves else ()
            found += (WithoutWord(purpose, SHARE + to.name, asked),) if asked else ()
        case AcceptMedia(purpose, media):
            found = (PassedMedia(purpose, media),)
        case AcceptUnknown(purpose, rule):
            # Where they are treated, the evidence is that of everything that is treated.
            refused = rule is UnknownFields.REFUSE
            found = (PassedUnknown(purpose),) if refused else _treated(policy, purpose)
        case Train(purpose, asked):
            found = (WithoutWord(purpose, "train", asked),)
        case Sample(purpose, asked):
            found = (WithoutWord(purpose, "review", asked),)
        case Announce(asked):
            found = (MailedWithoutWord(asked),)
        case Minors(_, _, refuse):
            found = (OfMinors(refuse),)
        case Rotate():
            found = (KeysOverdue(clause),)
        case NeverUse(purposes):
            found = (UsedFor(purposes), HeldFor(purposes))
        case NeverShare(names):
            found = (SharedWith(names),)
        case NeverInfer(categories):
            found = (Inferred(categories),)
        case _:
            assert_never(clause)
    return found


def results(
    policy: Policy, entries: Iterable[Written], holdings: Holdings
) -> tuple[tuple[Evidence, Result], ...]:
    """Run every query, in one pass over the log, and say for each sentence whether it held."""
    counting = Counting(policy)
    counting.see(entries)
    return counting.results(holdings)


class Counting:
    """Every query of a policy, counted up entry by entry: a log that grew needs its new ones only.

    Invariant: seeing a log in parts gives what seeing it at once gives.
    """

    __slots__ = ("_broken", "_examined", "_policy", "_proofs")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._proofs = evidence(policy)
        asked = [query for proof in self._proofs for query in proof.queries]
        logged = [query for query in asked if isinstance(query, LogQuery)]
        self._examined: dict[EvidenceQuery, int] = dict.fromkeys(logged, 0)
        self._broken: dict[EvidenceQuery, int] = dict.fromkeys(logged, 0)

    def see(self, entries: Iterable[Written]) -> None:
        """Count further entries of the log, in any order, each once."""
        for entry in entries:
            if entry.policy != self._policy.digest:
                continue
            for query in self._examined:
                if isinstance(query, LogQuery):
                    count = in_entry(query, entry)
                    self._examined[query] += count.examined
                    self._broken[query] += count.broken

    def results(self, holdings: Holdings) -> tuple[tuple[Evidence, Result], ...]:
        """Say for each sentence whether it held, with what is stored now."""
        examined, broken = dict(self._examined), dict(self._broken)
        for query in {query for proof in self._proofs for query in proof.queries}:
            if not isinstance(query, LogQuery):
                count = in_store(query, holdings)
                examined[query], broken[query] = count.examined, count.broken
        return tuple((proof, _result(proof, examined, broken)) for proof in self._proofs)


def _result(
    proof: Evidence, examined: dict[EvidenceQuery, int], broken: dict[EvidenceQuery, int]
) -> Result:
    wrong = sum(broken[query] for query in proof.queries)
    return Broken(wrong) if wrong else Held(sum(examined[query] for query in proof.queries))


def _of_silence(policy: Policy) -> Evidence:
    """Return the evidence that what no clause allows did not happen."""
    used = [purpose for purpose in Purpose if isinstance(decide(policy, Use(purpose)), Allowed)]
    unused = frozenset(Purpose) - frozenset(used)
    sent = tuple(_sent_elsewhere(policy, purpose) for purpose in used)
    first = controls(NeverUse(unused))
    return Evidence(None, None, first, (UsedFor(unused), *sent))


def _sent_elsewhere(policy: Policy, purpose: Purpose) -> SentElsewhere:
    return SentElsewhere(purpose, frozenset(recipients(policy, purpose)))


def _sent_abroad(policy: Policy, purpose: Purpose) -> SentAbroad:
    pairs = product(recipients(policy, purpose), (None, *Region))
    allowed = ((to.name, region) for to, region in pairs if serves(to, region))
    return SentAbroad(purpose, frozenset(allowed))


def _treated(policy: Policy, purpose: Purpose) -> tuple[TreatedOtherwise, ...]:
    """Ask of every category whether it was treated as said."""
    said = treatments(policy, purpose)
    return tuple(
        TreatedOtherwise(
            purpose, frozenset(c for c, t in said.items() if t is treatment), treatment
        )
        for treatment in sorted(set(said.values()))
    )
