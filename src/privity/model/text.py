"""Text that may hold personal data, and text that may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NoReturn, final

from privity.errors import SecretShown


@final
class Raw:
    """What a person wrote. It cannot be printed, logged, pickled, compared or formatted."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return f"<Raw {len(self._text)} characters>"

    def __len__(self) -> int:
        return len(self._text)

    def __str__(self) -> NoReturn:
        msg = "raw text has no printable form"
        raise SecretShown(msg)

    def __format__(self, spec: str) -> NoReturn:
        del spec
        msg = "raw text has no printable form"
        raise SecretShown(msg)

    def __reduce__(self) -> NoReturn:
        msg = "raw text has no serial form"
        raise SecretShown(msg)


@final
class RawBody:
    """The bytes of a request as they arrived. Like `Raw`, it has no printable or serial form."""

    __slots__ = ("_bytes",)

    def __init__(self, body: bytes) -> None:
        self._bytes = body

    def __repr__(self) -> str:
        return f"<RawBody {len(self._bytes)} bytes>"

    def __len__(self) -> int:
        return len(self._bytes)

    def __str__(self) -> NoReturn:
        msg = "a raw body has no printable form"
        raise SecretShown(msg)

    def __format__(self, spec: str) -> NoReturn:
        del spec
        msg = "a raw body has no printable form"
        raise SecretShown(msg)

    def __reduce__(self) -> NoReturn:
        msg = "a raw body has no serial form"
        raise SecretShown(msg)


@dataclass(frozen=True, slots=True)
class Minimized:
    """Text in which every finding was treated: the only text that leaves or is kept."""

    text: str


@dataclass(frozen=True, slots=True)
class MinimizedBody:
    """A body in which every string was minimized: the only bytes that go upstream."""

    data: bytes


class Slot(Enum):
    """What a string of a body is there for."""

    TEXT = "text"  # prose, code, anything: scanned
    ACCOUNT = "account"  # the whole value identifies a person or device: a finding by position


@dataclass(frozen=True, slots=True)
class Leaf:
    """One string (or number) of a body. `hint` is the name of the field that holds it."""

    raw: Raw
    slot: Slot
    hint: str
