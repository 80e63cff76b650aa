"""What changes between two policies, in sentences, and whether it allows more.

Invariants: what is compared is what the policies let happen (the answers of `decide`), not how they
are written; when nothing widens, every act that the new policy allows was allowed by the old one,
and nothing is exposed that was not; a promise that is taken back widens, even where nothing else
allows the act yet; a new controller widens, because people gave their words to another. A policy
that widens loads only after a review of exactly that policy (by digest).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from privity.errors import PolicyWidened
from privity.model.policy import NeverInfer, NeverShare, NeverUse, Policy
from privity.model.words import (
    Category,
    KeyLevel,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownAge,
    UnknownFields,
)
from privity.policy.decide import (
    Allowed,
    Disclose,
    Use,
    accepted_media,
    decide,
    recipients,
    residences,
    retention,
    treatments,
    unknown_fields,
)
from privity.policy.exposure import exposes_more
from privity.policy.notice import aim, period_words
from privity.policy.offers import (
    Reach,
    announcing,
    minors,
    rotation,
    sampling,
    sharing,
    shorter,
    telling_of_reading,
    training,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, said in a sentence, and whether it allows more than before."""

    text: str
    widens: bool


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Return every difference. Empty exactly when the two digests are equal."""
    if old.digest == new.digest:
        return ()
    found = (
        *_who(old, new),
        *(change for purpose in Purpose for change in _purpose(old, new, purpose)),
        *_reached("By mail: told of changes are", announcing(old), announcing(new)),
        *_told(old, new),
        *_young(old, new),
        *_rotated(old, new),
        *_nevers(old, new),
    )
    return found or (Change("It is written in another way and allows the same.", widens=False),)


def widens(old: Policy, new: Policy) -> bool:
    """Say whether the new policy allows anything that the old one does not."""
    return any(change.widens for change in changes(old, new))


def admit(active: Policy | None, new: Policy, approved: frozenset[str]) -> Policy:
    """Return the new policy if it may take force.

    `approved` are the digests of policies that passed a privacy review. The first policy of an
    installation has nothing to widen. Raises PolicyWidened, with every widening sentence.
    """
    if active is None or new.digest in approved:
        return new
    widening = [change.text for change in changes(active, new) if change.widens]
    if widening:
        raise PolicyWidened("\n".join(widening))
    return new


def _who(old: Policy, new: Policy) -> Iterator[Change]:
    if old.controller != new.controller:
        text = f'The one responsible is "{new.controller}" instead of "{old.controller}".'
        yield Change(text, widens=True)
    if old.contact != new.contact:
        yield Change(f'The contact is "{new.contact}" instead of "{old.contact}".', widens=False)
    if old.version != new.version:
        yield Change(f'The version is "{new.version}" instead of "{old.version}".', widens=False)


def _purpose(old: Policy, new: Policy, purpose: Purpose) -> Iterator[Change]:
    """Compare what two policies let happen for one purpose."""
    to = aim(purpose)
    before, after = (isinstance(decide(policy, Use(purpose)), Allowed) for policy in (old, new))
    if before and not after:
        yield Change(f"Text is no longer used {to}.", widens=False)
    if not after:
        return
    if not before:
        yield Change(f"Text is used {to}, which was refused.", widens=True)
    yield from _treated(old, new, purpose)
    yield from _shared(old, new, purpose)
    yield from _kept(old, new, purpose)
    for said, reach in ((_TRAINED, training), (_SAMPLED, sampling)):
        yield from _reached(f"{_cap(to)}: {said}", reach(old, purpose), reach(new, purpose))
    yield from _accepted(old, new, purpose)


def _treated(old: Policy, new: Policy, purpose: Purpose) -> Iterator[Change]:
    was, now = treatments(old, purpose), treatments(new, purpose)
    moved: dict[tuple[Treatment, Treatment], list[str]] = {}
    for category in Category:
        if was[category] is not now[category]:
            moved.setdefault((was[category], now[category]), []).append(category.value)
    for (before, after), categories in moved.items():
        text = f"{_cap(aim(purpose))}: {', '.join(categories)}: {after} instead of {before}."
        yield Change(text, widens=exposes_more(after, before))


def _shared(old: Policy, new: Policy, purpose: Purpose) -> Iterator[Change]:
    to = _cap(aim(purpose))
    was, now = recipients(old, purpose), recipients(new, purpose)
    for recipient in now:
        if recipient not in was:
            known = any(_within(recipient, other) for other in was)
            text = f"{to}: {_described(recipient)} receives text."
            yield Change(text, widens=not known)
    for recipient in was:
        if recipient not in now:
            text = f"{to}: {_described(recipient)} no longer receives text."
            yield Change(text, widens=False)
    for name in sorted({recipient.name for recipient in now} & {each.name for each in was}):
        routes = [Disclose(purpose, name, region, chosen=True) for region in (None, *Region)]
        more = [act.region for act in routes if _allows(new, act) and not _allows(old, act)]
        if any(more):
            people = " and ".join(filter(None, more))
            yield Change(f"{to}: {name} receives text of people of {people}.", widens=True)
        both = [act.region for act in routes if _allows(new, act) and _allows(old, act)]
        for region in both[:1]:  # what is asked does not depend on the region
            was_asked, is_asked = (sharing(policy, purpose, name, region) for policy in (old, new))
            yield from _reached(f"{to}: {name} receives text of", was_asked, is_asked)


def _allows(policy: Policy, act: Disclose) -> bool:
    return isinstance(decide(policy, act), Allowed)


def _kept(old: Policy, new: Policy, purpose: Purpose) -> Iterator[Change]:
    to = _cap(aim(purpose))
    was, now = retention(old, purpose), retention(new, purpose)
    if now is None:
        if was is not None:
            yield Change(f"{to}: conversations are no longer kept.", widens=False)
        return
    if was is None:
        text = f"{to}: conversations are kept for {period_words(now)}, which were not kept."
        yield Change(text, widens=True)
    elif was != now:
        text = f"{to}: conversations are kept for {period_words(now)} instead of "
        yield Change(f"{text}{period_words(was)}.", widens=now > was)
    for period in () if was is None else shorter(old, purpose):
        if period < now and period not in shorter(new, purpose):
            text = f"{to}: nobody can choose {period_words(period)} any more."
            yield Change(text, widens=True)
    for period in shorter(new, purpose):
        if was is not None and period not in shorter(old, purpose):
            yield Change(f"{to}: people can choose {period_words(period)}.", widens=False)
    if was is not None:
        yield from _moved(to, residences(old, purpose), residences(new, purpose))


def _moved(to: str, was: tuple[Region, ...], now: tuple[Region, ...]) -> Iterator[Change]:
    """Compare where conversations are stored; where no region is stated, in the first."""
    if was[0] is not now[0]:
        text = f"{to}: conversations are stored in {now[0]} instead of {was[0]}"
        where = "" if len(was) == len(now) == 1 else ", where no region is stated"
        yield Change(f"{text}{where}.", widens=True)
    for region in now[1:]:
        if region not in was:
            text = f"{to}: conversations of people of {region} are stored in {region}."
            yield Change(text, widens=True)
    for region in was:
        if region not in now and region is not was[0]:
            yield Change(f"{to}: people of {region} are no longer served.", widens=False)


def _reached(said: str, was: Reach, now: Reach) -> Iterator[Change]:
    """Compare by whose word something happens; `said` is the beginning of the sentence."""
    if was is not now:
        text = f"{said} {_WHOM[now]} instead of {_WHOM[was]}."
        yield Change(text, widens=now > was)


def _told(old: Policy, new: Policy) -> Iterator[Change]:
    """Compare whether people hear of it when staff read."""
    was, now = telling_of_reading(old), telling_of_reading(new)
    if was != now:
        text = f"People are {'told' if now else 'no longer told'} by mail when staff read."
        yield Change(text, widens=was)


def _young(old: Policy, new: Policy) -> Iterator[Change]:
    """Compare what holds for minors."""
    was, now = minors(old), minors(new)
    if was is None and now is not None:
        yield Change(f"People under {now.age} need a parent's consent.", widens=False)
    if now is None and was is not None:
        yield Change(f"People under {was.age} need no consent of a parent any more.", widens=True)
    if was is None or now is None:
        return
    if was.age != now.age:
        text = f"A parent's consent is needed under {now.age} instead of {was.age}."
        yield Change(text, widens=now.age < was.age)
    if was.unknown is not now.unknown:
        text = f"People of unknown age count as {now.unknown} instead of {was.unknown}."
        yield Change(text, widens=now.unknown is UnknownAge.ADULT)
    if was.refuse != now.refuse:
        text = f"Minors without consent are {'refused' if now.refuse else 'answered'}."
        yield Change(text, widens=was.refuse)


def _rotated(old: Policy, new: Policy) -> Iterator[Change]:
    """Compare when keys are replaced."""
    was, now = rotation(old), rotation(new)
    for level in KeyLevel:
        before, after = was.get(level), now.get(level)
        if before == after:
            continue
        if after is None:
            yield Change(f"Keys: no age is promised for {level} keys any more.", widens=True)
            continue
        instead = "" if before is None else f" instead of {period_words(before)}"
        text = f"Keys: {level} keys are replaced after {period_words(after)}{instead}."
        yield Change(text, widens=before is not None and after > before)


def _accepted(old: Policy, new: Policy, purpose: Purpose) -> Iterator[Change]:
    to = _cap(aim(purpose))
    was, now = accepted_media(old, purpose), accepted_media(new, purpose)
    for media in sorted(now - was):
        yield Change(f"{to}: {media} passes unchecked.", widens=True)
    for media in sorted(was - now):
        yield Change(f"{to}: {media} no longer passes.", widens=False)
    before, after = unknown_fields(old, purpose), unknown_fields(new, purpose)
    if before is not after:
        text = f"{to}: unknown fields: {after} instead of {before}."
        yield Change(text, widens=after is UnknownFields.TREAT)


def _nevers(old: Policy, new: Policy) -> Iterator[Change]:
    was, now = _promises(old), _promises(new)
    for promise in sorted(was - now):
        yield Change(f"No longer promised: {promise}.", widens=True)
    for promise in sorted(now - was):
        yield Change(f"Newly promised: {promise}.", widens=False)


def _promises(policy: Policy) -> frozenset[str]:
    """Return every single thing that a policy says never happens."""
    promised: set[str] = set()
    for _, clause in policy.clauses:
        match clause:
            case NeverUse(purposes):
                promised |= {f"never used {aim(purpose)}" for purpose in purposes}
            case NeverShare(names):
                promised |= {f"never given to {name}" for name in names}
            case NeverInfer(categories):
                promised |= {f"never inferred: {category}" for category in categories}
            case _:
                pass
    return frozenset(promised)


def _within(recipient: Recipient, other: Recipient) -> bool:
    """Say whether a recipient is another one, reached at no more places, serving no more people."""
    same = (recipient.name, recipient.region) == (other.name, other.region)
    some = bool(recipient.serves) and recipient.serves <= other.serves
    return same and recipient.hosts <= other.hosts and (some or not other.serves)


def _described(recipient: Recipient) -> str:
    parts = [recipient.region, *sorted(recipient.hosts)]
    if recipient.serves:
        parts.append(f"serving {' and '.join(sorted(recipient.serves))}")
    return f"{recipient.name} ({', '.join(parts)})"


_TRAINED = "the assistant is made better with conversations of"
_SAMPLED = "staff read samples of conversations of"
_WHOM = {
    Reach.NOBODY: "nobody",
    Reach.WHO_AGREED: "those who agreed",
    Reach.WHO_DID_NOT_OBJECT: "those who did not object",
    Reach.EVERYONE: "everyone",
}


def _cap(text: str) -> str:
    return text[0].upper() + text[1:]
