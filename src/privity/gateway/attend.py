"""Attend to what a request says of its person, and hold to what they have decided.

    attend -> permit -> ... -> confirm, in the transaction that lets the message leave

Invariants: what a request says of its person (an objection by `Sec-GPC: 1`, an age) is stored
before anything else is done with it, and holds for the request itself; what is remembered of a
person counts only once the database has confirmed it. Of someone whom the application does not
name, a header's word holds for the request alone, because every request repeats it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from privity.errors import CallerError, MinorRefused, NotPermitted, RecipientExcluded
from privity.gateway.headers import Headers
from privity.gateway.means import Means
from privity.gateway.ports import Transaction
from privity.gateway.residence import check_lodged, settle
from privity.gateway.stages import Identified, Keeping, Permitted
from privity.gateway.state import State, StateStore, stored
from privity.policy.decide import Act, Allowed, Disclose, Infer, Notify, Pass
from privity.rights.ages import KnownAge, Source, known_by_age, known_by_band, read_stated, told
from privity.rights.choices import Choices, signalled
from privity.rights.effective import Effective
from privity.rights.ledger import Person, signal
from privity.rights.minors import tell
from privity.vault.retain import shortest

Permit: TypeAlias = Callable[[Identified, State, Means], Permitted]
GPC_HEADER = "sec-gpc"
AGE_HEADER = "x-privity-age-band"
NOTICE_HEADER = "x-privity-notice"
NOTICE_PATH = "/privity/notice"
NOTICE_DIGITS = 16
"""How much of a policy's digest names its notice."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a request says of its person that is not known yet."""

    objects: bool
    ages: tuple[KnownAge, ...]


async def attend(who: Identified, means: Means) -> State:
    """Return what is known of the person of a message, with what the message says of them.

    Raises BadAge for a header that names no age band, PersonMoved, DatabaseUnavailable.
    """
    by, now = who.speaker, means.clock()
    state = means.states.of(None if by is None else by.subject)
    if by is None:
        return state
    headers = who.received.headers
    objects = headers.get(GPC_HEADER) == "1" and state.choices.signalled is None
    by_header = _age_stated(headers, now) if means.effects.asks_ages else None
    by_words = await _age_said(who, means, now) if means.effects.asks_ages else None
    if not by.named:
        state = _for_now(state, Said(objects, _new(state, by_header, now)), now)
        objects, by_header = False, None
    said = Said(objects, _new(state, by_header, now) + _new(state, by_words, now))
    if said.objects or said.ages:
        state = await _learn(who, said, means)
    return state


async def decided(who: Identified, means: Means, permit: Permit) -> Permitted:
    """Decide by what is known of a person, with the step that does.

    A refusal that the person may have lifted meanwhile stands only if the database confirms it.
    Raises what `attend` and the step raise.
    """
    state = await attend(who, means)
    try:
        return permit(who, state, means)
    except (RecipientExcluded, MinorRefused):
        if not await _changed_since(who, state, means):
            raise
        return permit(who, await attend(who, means), means)


async def _changed_since(who: Identified, state: State, means: Means) -> bool:
    """Say whether a person's state is another one by now, and remember that one."""
    by = who.speaker
    if by is None:
        return False

    def look(tx: Transaction) -> State:
        return stored(tx, by.subject)

    newest = await means.at(who.lodged.region).journal.write(look)
    means.states.saw(by.subject, newest)
    return newest.version != state.version


def confirm(tx: StateStore, permitted: Permitted) -> State | None:
    """Return None if what was decided about a person still holds, or what is stored now."""
    by = permitted.who.speaker
    if by is None or tx.people.version(by.subject) == permitted.state.version:
        return None
    return stored(tx, by.subject)


def narrowed(keeping: Keeping | None, held: Effective) -> Keeping | None:
    """Return how a message is kept, for at most as long as the person lets it; None: not at all."""
    if keeping is None or held.keep is None:
        return None
    period = shortest(keeping.period, held.keep)
    return replace(keeping, period=period, train=held.train, review=held.review)


def kept_now(tx: StateStore, permitted: Permitted, means: Means, now: datetime) -> Keeping | None:
    """Return how a message is kept by what holds when it ended: never more than when it left."""
    keeping, newer = permitted.keeping, confirm(tx, permitted)
    if keeping is None or newer is None:
        return keeping
    held = means.effects.of(permitted.who.received.caller.purpose, newer, now)
    less = narrowed(keeping, held)
    if less is None:
        return None
    return replace(less, train=keeping.train and less.train, review=keeping.review and less.review)


def refusal_of(because: str, act: Act, means: Means) -> CallerError:
    """Return the error that says who can do what about an act that was refused."""
    grown = act if isinstance(act, Notify | Infer | Pass) else replace(act, minor=False)
    if isinstance(means.decisions.decide(grown), Allowed):
        message = "the person counts as a minor, and no parent's consent is proven"
        return MinorRefused(message)
    if isinstance(grown, Disclose):
        shared = means.decisions.decide(replace(grown, chosen=True))
        if isinstance(shared, Allowed):
            message = "the person does not share with the processor of this provider"
            return RecipientExcluded(message)
    return NotPermitted(because)


def facts_of(held: Effective) -> dict[str, str | int]:
    """Return what the log says of a person's choices, where they made any."""
    facts: dict[str, str | int] = {}
    if held.version:
        facts["choices"] = held.version
    if held.agreed:
        facts["agreed"] = ",".join(held.agreed)
    if held.objected:
        facts["objected"] = ",".join(held.objected)
    if held.train:
        facts["train"] = 1
    if held.review:
        facts["review"] = 1
    if held.minor:
        facts["minor"] = 1
    return facts


def notice_header(permitted: Permitted, means: Means) -> tuple[tuple[str, str], ...]:
    """Return the header that tells an application to show a notice, until it says that it did.

    Of a policy that was announced, before it holds, with the day from which it does; else of the
    one that holds.
    """
    by, ahead = permitted.who.speaker, means.upcoming.version
    policy = means.policy if ahead is None else ahead.policy
    if by is None or not by.named or permitted.state.choices.shown == policy.digest:
        return ()
    said = f"{policy.digest[:NOTICE_DIGITS]}; url={NOTICE_PATH}"
    if ahead is not None and ahead.since is not None:
        said += f"; from={ahead.since.date().isoformat()}"
    return ((NOTICE_HEADER, said),)


async def _learn(who: Identified, said: Said, means: Means) -> State:
    """Store what a request says of its person; return what is stored then."""
    by, caller = who.speaker, who.received.caller
    if by is None:
        return means.states.of(None)
    person = Person(by.subject, caller.app, caller.purpose)
    now = means.clock()

    def learning(tx: Transaction) -> State:
        check_lodged(tx, who.lodged, means.regions)
        if said.objects:
            signal(tx, person, means.policy, now)
        for age in said.ages:
            tell(tx, by.subject, age, means.policy, now)
        return stored(tx, by.subject)

    await settle(who.lodged, means.regions)
    state = await means.at(who.lodged.region).journal.write(learning)
    means.states.saw(by.subject, state)
    return state


def _for_now(state: State, said: Said, now: datetime) -> State:
    """Return a state as it is for one request of someone whom the application does not name."""
    choices: Choices = signalled(state.choices, now) if said.objects else state.choices
    ages = state.ages
    for age in said.ages:
        ages = told(ages, age, now)
    return replace(state, choices=choices, ages=ages)


def _new(state: State, age: KnownAge | None, now: datetime) -> tuple[KnownAge, ...]:
    """Return an age if it changes what is known."""
    if age is None or told(state.ages, age, now) == state.ages:
        return ()
    return (age,)


def _age_stated(headers: Headers, now: datetime) -> KnownAge | None:
    """Return the age band that the application states, or None. Raises BadAge."""
    stated = headers.get(AGE_HEADER)
    return None if stated is None else known_by_band(*read_stated(stated), now)


async def _age_said(who: Identified, means: Means, now: datetime) -> KnownAge | None:
    """Return the age that the person says they are in their own turns, if that is a child's."""
    parsed = who.parsed
    if parsed is None:
        return None
    raws = [leaf.raw for leaf in parsed.said]
    size = sum(len(raw) for raw in raws)
    age = await means.apart(size, lambda: means.ages.youngest(raws, now.year))
    return None if age is None else known_by_age(age, now, Source.WORDS)
