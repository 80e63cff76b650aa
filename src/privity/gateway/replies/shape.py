"""What a stream's wire format has to say: where text grows, what ends it, how more would look."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol, TypeAlias

from privity.gateway.replies.splice import Place

Tree: TypeAlias = Mapping[str, object]
"""The data of an event: a JSON object."""

Channel: TypeAlias = tuple[str | int, ...]
"""Names one text that grows over events. It ends in the name of the field that holds it."""


class Delta(NamedTuple):
    """A piece of a growing text: where it stands in its event, and which text it belongs to."""

    place: Place
    text: str
    channel: Channel


class Shape(Protocol):
    """The wire format of a stream. Implemented by the modules `chat`, `responses`, `messages`."""

    def deltas(self, event: Tree) -> list[Delta]:
        """Return the pieces of growing texts in an event, in order."""
        ...

    def ended(self, event: Tree, channels: Collection[Channel]) -> list[Channel]:
        """Return which of these texts get nothing more after this event."""
        ...

    def tail(self, event: Tree, channel: Channel, text: str) -> Tree:
        """Return an event that adds `text` to a channel, made after one that added to it."""
        ...


def items(value: object) -> list[tuple[int, Tree]]:
    """Return the objects of an array with their positions; nothing when it is no array."""
    if not isinstance(value, list):
        return []
    return [(at, item) for at, item in enumerate(value) if isinstance(item, dict)]


def index_of(item: Tree, position: int) -> int:
    """Return the `index` that an item names, else its position."""
    index = item.get("index")
    return index if isinstance(index, int) else position
