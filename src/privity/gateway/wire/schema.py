"""What a field of a request is there for: the vocabulary in which endpoints are described.

A shape maps the names of an object's fields to `Field`s. A field has a role, which says what
happens to a string or number in it, and `inside`, the name of the shape of the objects in it (also
of those in a list). Shapes refer to each other by name, so they may be recursive.

Invariants: a name that is in no shape is unknown, and unknown is refused or scanned, never passed;
wherever a value is not what its role expects, it is scanned as text. So a role can spare work or
refuse a body, but it cannot hide text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class Role(Enum):
    """What a string or number is there for."""

    TEXT = "text"  # anything a person or program may write: scanned, also inside when it is JSON
    WORD = "word"  # an enumeration or a tool's name: not scanned if it is one identifier
    ID = "id"  # a random id of a message, call or item: not scanned if it is in a known form
    MODEL = "model"  # a model's name: not scanned if it is one
    OPAQUE = "opaque"  # sealed by the provider (signature, encrypted reasoning): passes if it is
    NUMBER = "number"  # a setting: numbers below seven digits pass
    SEED = "seed"  # a setting of any size, random by nature
    FREE = "free"  # any JSON: every key, string and long number in it is scanned
    ACCOUNT = "account"  # the whole value identifies a person or device
    HANDLE = "handle"  # what a speaker is called: scanned like the value of a field `username`
    STATE = "state"  # a reference to content that the provider keeps: refused
    SPLIT = "split"  # text cut into model tokens: refused
    IMAGE = "image"  # content that cannot be scanned: passes by explicit rule only
    AUDIO = "audio"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Field:
    """One known field: the role of what it holds, and the shape of objects in it, if any."""

    role: Role
    inside: str = ""

    def of(self, shape: str) -> Field:
        """Return this field with objects of a shape inside."""
        return Field(self.role, shape)


Fields: TypeAlias = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Shape:
    """The known fields of an object; `kinds` has those that differ by the value of `told_by`.

    The keys of an open shape are the caller's own: those not listed are scanned like FREE.
    """

    fields: Fields
    kinds: Mapping[str, Fields] = field(default_factory=dict)
    is_open: bool = False
    told_by: str = "type"


Shapes: TypeAlias = Mapping[str, Shape]


def shape(fields: Fields, kinds: Mapping[str, Fields] | None = None) -> Shape:
    """Return a shape; the fields of a kind replace or join the common ones."""
    return Shape(fields, {name: {**fields, **own} for name, own in (kinds or {}).items()})


def fields(field_: Field, names: str) -> Fields:
    """Return the same field under many names, separated by spaces."""
    return dict.fromkeys(names.split(), field_)


TEXT = Field(Role.TEXT)
WORD = Field(Role.WORD)
ID = Field(Role.ID)
MODEL = Field(Role.MODEL)
OPAQUE = Field(Role.OPAQUE)
NUMBER = Field(Role.NUMBER)
SEED = Field(Role.SEED)
FREE = Field(Role.FREE)
ACCOUNT = Field(Role.ACCOUNT)
HANDLE = Field(Role.HANDLE)
STATE = Field(Role.STATE)
SPLIT = Field(Role.SPLIT)
IMAGE = Field(Role.IMAGE)
AUDIO = Field(Role.AUDIO)
FILE = Field(Role.FILE)
