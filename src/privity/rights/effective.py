"""What holds for a person now: the policy, narrowed by what they chose and by how old they are.

Invariants: nothing is effective that `decide` does not allow with exactly what the person said; a
choice can only narrow what the policy allows everyone; what nobody said is not taken for a yes
where the policy asks for one. Pure: the same arguments give the same answer.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from privity.model.policy import Policy
from privity.model.words import Purpose, Region, UnknownAge
from privity.policy.decide import (
    Allowed,
    Disclose,
    Improve,
    Notify,
    Review,
    Store,
    decide,
    recipients,
    residences,
    retention,
)
from privity.policy.offers import minors, optional
from privity.rights.ages import Standing
from privity.rights.choices import Choices
from privity.rights.controls import Control, Setting, offered
from privity.vault.retain import shortest


@dataclass(frozen=True, slots=True)
class Effective:
    """What may be done with a person's text. `keep`: None where nothing is kept.

    `recipients` are the names of processors that may have it, in some region; `minor`: they are
    under the policy's age without consent; `agreed` and `objected` are the codes of settings about
    which they said yes or no; `limited`: they chose the time for which text is kept; `version`: of
    their choices.
    """

    keep: timedelta | None
    train: bool
    review: bool
    mail: bool
    recipients: frozenset[str]
    minor: bool
    agreed: tuple[str, ...]
    objected: tuple[str, ...]
    limited: bool
    version: int

    def chosen(self, setting: Setting) -> bool | None:
        """Return what the person said, as the acts of `decide` take it."""
        if setting.code in self.objected:
            return False
        return True if setting.code in self.agreed else None


def effective(
    policy: Policy,
    purpose: Purpose,
    choices: Choices,
    standing: Standing,
    current: AbstractSet[str] | None = None,
) -> Effective:
    """Say what may be done with a person's text.

    `current`: digests of notices under which an agreement still counts; None: the policy's alone.
    """
    counts = {policy.digest} if current is None else current
    minor = is_minor(policy, standing)
    said = {
        offer.setting: choices.says(offer.setting, counts)
        for offer in offered(policy, purpose)
        if offer.asked is not None
    }
    train, review = said.get(Setting(Control.TRAIN)), said.get(Setting(Control.REVIEW))
    # What a parent agreed to is that a child's text is kept, and nothing further.
    young = standing is Standing.MINOR_WITH_CONSENT
    keep = _kept(policy, purpose, choices.keeps(), minor=minor)
    return Effective(
        keep,
        keep is not None and not young and _may(policy, Improve(purpose, train, minor)),
        keep is not None and not young and _may(policy, Review(purpose, review, minor)),
        _may(policy, Notify(said.get(Setting(Control.MAIL)))),
        _recipients(policy, purpose, choices, counts, minor),
        minor,
        tuple(sorted(setting.code for setting, word in said.items() if word is True)),
        tuple(sorted(setting.code for setting, word in said.items() if word is False)),
        choices.keeps() is not None,
        choices.version,
    )


def is_minor(policy: Policy, standing: Standing) -> bool:
    """Say whether someone counts as a minor without consent under a policy's rule."""
    rule = minors(policy)
    if rule is None:
        return False
    unknown = standing is Standing.UNKNOWN and rule.unknown is UnknownAge.MINOR
    return unknown or standing is Standing.MINOR_WITHOUT_CONSENT


def _kept(
    policy: Policy, purpose: Purpose, choice: timedelta | None, *, minor: bool
) -> timedelta | None:
    """Return the shorter of what the policy says and what the person chose; None for nothing."""
    longest = retention(policy, purpose)
    if longest is None:
        return None
    period = shortest(longest, choice)
    home = residences(policy, purpose)[0]
    return period if period and _may(policy, Store(purpose, home, period, minor)) else None


def _recipients(
    policy: Policy,
    purpose: Purpose,
    choices: Choices,
    current: AbstractSet[str],
    minor: bool,  # noqa: FBT001 - a part of the acts, which are built here
) -> frozenset[str]:
    """Return who may receive text of people of at least one region."""
    asked = optional(policy, purpose)
    found: set[str] = set()
    for to in recipients(policy, purpose):
        setting = Setting(Control.SHARE, to.name)
        word = choices.says(setting, current) if to.name in asked else None
        regions: AbstractSet[Region | None] = to.serves or {None}
        acts = (Disclose(purpose, to.name, region, word, minor) for region in regions)
        if any(_may(policy, act) for act in acts):
            found.add(to.name)
    return frozenset(found)


def _may(policy: Policy, act: Disclose | Improve | Review | Notify | Store) -> bool:
    return isinstance(decide(policy, act), Allowed)
