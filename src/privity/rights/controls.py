"""What a person can decide, what each thing may be set to, and what holds until they do.

Invariants: a control is offered exactly where the policy leaves something to decide, so no choice
can allow what the policy does not; every offer has a value that holds while nobody has chosen, and
it is the one the policy says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from privity.errors import ChoiceNotOffered
from privity.model.policy import Policy
from privity.model.words import Consent, Purpose
from privity.policy.decide import retention
from privity.policy.offers import announcing, optional, sampling, shorter, training

Value: TypeAlias = bool | timedelta
"""Yes or no; for conversations, how long they are kept, where zero means that nothing is."""
NOTHING = timedelta(0)
_WORDS = {"yes": True, "no": False}
_SHARE = "share:"


class Control(StrEnum):
    """A kind of thing that people decide."""

    KEEP = "keep"  # how long conversations are kept
    TRAIN = "train"  # whether they make the assistant better
    REVIEW = "review"  # whether staff may read samples
    SHARE = "share"  # whether one optional processor receives text
    MAIL = "mail"  # whether changes are announced by mail


@dataclass(frozen=True, slots=True, order=True)
class Setting:
    """One thing to decide; `recipient` names the processor, and is empty for other controls."""

    control: Control
    recipient: str = ""

    @property
    def code(self) -> str:
        """Its name in forms, in the log and in tables: `keep`, or `share:` and a name."""
        return f"{_SHARE}{self.recipient}" if self.recipient else self.control.value


@dataclass(frozen=True, slots=True)
class Offer:
    """A setting with the values it may have, in order, and the one that holds until chosen.

    `asked` is what the policy asks of people; None for conversations that are kept.
    """

    setting: Setting
    values: tuple[Value, ...]
    default: Value
    asked: Consent | None


def offered(policy: Policy, purpose: Purpose) -> tuple[Offer, ...]:
    """Return everything that a person can decide where data is used for this purpose."""
    found: list[Offer] = []
    longest = retention(policy, purpose)
    if longest is not None:
        times = (*shorter(policy, purpose), longest)
        found.append(Offer(Setting(Control.KEEP), times, longest, None))
    for control, reach in (
        (Control.TRAIN, training(policy, purpose)),
        (Control.REVIEW, sampling(policy, purpose)),
    ):
        if reach.asked is not None:
            found.append(_question(Setting(control), reach.asked))
    found += [
        _question(Setting(Control.SHARE, name), asked)
        for name, asked in sorted(optional(policy, purpose).items())
    ]
    asked = announcing(policy).asked
    if asked is not None:
        found.append(_question(Setting(Control.MAIL), asked))
    return tuple(found)


def offer_of(policy: Policy, purpose: Purpose, setting: Setting) -> Offer:
    """Return what a setting may be set to. Raises ChoiceNotOffered."""
    for offer in offered(policy, purpose):
        if offer.setting == setting:
            return offer
    message = f"the policy leaves nothing to decide about {setting.control.value} here"
    raise ChoiceNotOffered(message)


def read_setting(code: str) -> Setting:
    """Read the name of a setting. Raises ChoiceNotOffered."""
    if code.startswith(_SHARE) and code != _SHARE:
        return Setting(Control.SHARE, code.removeprefix(_SHARE))
    plain = {control.value: control for control in Control if control is not Control.SHARE}
    if code not in plain:
        message = "there is no control of this name"
        raise ChoiceNotOffered(message)
    return Setting(plain[code])


def value_code(value: Value) -> str:
    """Return a value as it stands in forms, in the log and in tables: yes, no, or seconds."""
    if isinstance(value, timedelta):
        return str(value // timedelta(seconds=1))
    return "yes" if value else "no"


def read_value(offer: Offer, code: str) -> Value:
    """Read a value that is offered. Raises ChoiceNotOffered."""
    for value in offer.values:
        if value_code(value) == code:
            return value
    message = f"{offer.setting.control.value} cannot be set to this"
    raise ChoiceNotOffered(message)


def parse_value(code: str) -> Value:
    """Read a value as it stands in a table, offered or not. Raises ValueError."""
    return _WORDS[code] if code in _WORDS else timedelta(seconds=int(code))


def _question(setting: Setting, asked: Consent) -> Offer:
    return Offer(setting, (True, False), asked is Consent.OPT_OUT, asked)
