"""What a person has chosen, as a value: each choice with its time, how it was made and after what.

Invariants: what was chosen last holds; a signal (Global Privacy Control) counts as an objection to
sharing and training from the first time it is seen, and only a choice made after it says otherwise;
an agreement counts only while the notice that it was given under still says what it said; what is
left of a person who was erased are their objections.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson

from privity.errors import ChoiceNotOffered, Tampered
from privity.rights.controls import (
    Control,
    Offer,
    Setting,
    Value,
    parse_value,
    read_setting,
    value_code,
)

SIGNALLED = frozenset({Control.SHARE, Control.TRAIN})
"""What `Sec-GPC: 1` objects to (Global Privacy Control; 11 CCR 7025)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Method(StrEnum):
    """How a choice was made."""

    PAGE = "page"  # on the pages under /privacy
    API = "api"  # through the JSON API, by the person
    LINK = "link"  # by the link of a letter
    SIGNAL = "signal"  # by the person's browser: Sec-GPC
    OPERATOR = "operator"  # by staff, as the person asked


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a person decided; `notice`: the digest of the policy they decided under."""

    setting: Setting
    value: Value
    at: datetime
    method: Method
    notice: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that holds for a person. `version` counts the changes; 0: none was made.

    `signalled`: when their browser first objected. `shown`: the digest of the notice that they
    acknowledged last.
    """

    version: int = 0
    made: tuple[Choice, ...] = ()
    signalled: datetime | None = None
    shown: str = ""

    def of(self, setting: Setting) -> Choice | None:
        """Return what was chosen last, or None."""
        return next((choice for choice in self.made if choice.setting == setting), None)

    def says(self, setting: Setting, current: AbstractSet[str]) -> bool | None:
        """Say whether a person agreed (True), objected (False), or has said nothing that counts.

        `current`: the digests of notices under which an agreement still counts.
        """
        choice = self.of(setting)
        since = self.signalled if setting.control in SIGNALLED else None
        if since is not None and (choice is None or choice.at <= since):
            return False
        if choice is None or isinstance(choice.value, timedelta):
            return None
        return None if choice.value and choice.notice not in current else choice.value

    def keeps(self) -> timedelta | None:
        """Return how long at most conversations may be kept; None: nothing was chosen."""
        choice = self.of(Setting(Control.KEEP))
        return choice.value if choice and isinstance(choice.value, timedelta) else None


UNDECIDED = Choices()


def changed(choices: Choices, offer: Offer, choice: Choice) -> Choices:
    """Return the choices with another one. Raises ChoiceNotOffered."""
    if choice.setting != offer.setting or choice.value not in offer.values:
        message = f"{choice.setting.control.value} cannot be set to this"
        raise ChoiceNotOffered(message)
    return replaced(choices, choice)


def replaced(choices: Choices, choice: Choice) -> Choices:
    """Return the choices with another one, whatever is offered by now."""
    others = [each for each in choices.made if each.setting != choice.setting]
    made = tuple(sorted([*others, choice], key=lambda each: each.setting))
    return replace(choices, version=choices.version + 1, made=made)


def signalled(choices: Choices, at: datetime) -> Choices:
    """Return the choices after a browser objected; the same ones if it had before."""
    if choices.signalled is not None:
        return choices
    return replace(choices, version=choices.version + 1, signalled=at)


def acknowledged(choices: Choices, notice: str) -> Choices:
    """Return the choices after a person acknowledged a notice; the same ones if they had."""
    if choices.shown == notice:
        return choices
    return replace(choices, version=choices.version + 1, shown=notice)


def objections(choices: Choices) -> Choices:
    """Return what is left when a person is erased: what they refused stays refused."""
    left = tuple(
        choice for choice in choices.made if choice.value is False or _is_limit(choice.value)
    )
    kept = left or choices.signalled is not None
    return Choices(choices.version + 1, left, choices.signalled) if kept else UNDECIDED


def packed(choices: Choices) -> bytes:
    """Return the choices as they are stored."""
    return orjson.dumps(
        {
            "version": choices.version,
            "signalled": None if choices.signalled is None else _ticks(choices.signalled),
            "shown": choices.shown,
            "made": [
                [
                    choice.setting.code,
                    value_code(choice.value),
                    _ticks(choice.at),
                    choice.method.value,
                    choice.notice,
                ]
                for choice in choices.made
            ],
        }
    )


def unpacked(stored: bytes) -> Choices:
    """Read stored choices. Raises Tampered."""
    try:
        read: Any = orjson.loads(stored)
        since = read["signalled"]
        return Choices(
            int(read["version"]),
            tuple(_choice(*each) for each in read["made"]),
            None if since is None else _time(since),
            str(read["shown"]),
        )
    except (ValueError, KeyError, TypeError, ChoiceNotOffered) as error:
        message = "a person's stored choices cannot be read"
        raise Tampered(message) from error


def _choice(setting: str, value: str, at: int, method: str, notice: str) -> Choice:
    return Choice(read_setting(setting), parse_value(value), _time(at), Method(method), notice)


def _is_limit(value: Value) -> bool:
    return isinstance(value, timedelta)


def _ticks(at: datetime) -> int:
    return (at - _EPOCH) // _TICK


def _time(ticks: int) -> datetime:
    return _EPOCH + timedelta(microseconds=ticks)
