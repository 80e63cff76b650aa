"""Restore a stream of events, each as soon as it is complete.

Every event in is one event out, in order, none merged: a text that grows over events has its own
restorer, which may hold back the beginning of a token; what it still holds when the text ends goes
out as one more event of the same kind, right before the event that ends it. Every other string of
an event is whole and restored at once. Bytes of an event in which nothing changed, or that cannot
be read, pass as they are: then tokens stay in place, and tokens are not personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, final

from privity.gateway.replies.gather import Gathered
from privity.gateway.replies.shape import Channel, Delta, Shape, Tree
from privity.gateway.replies.splice import Place, dumped, parsed, spliced, with_text
from privity.gateway.replies.sse import Frame, Splitter, frame
from privity.gateway.restore import SIGNED, Known, Restorer, restored
from privity.model.text import Leaf

DONE = b"[DONE]"


class _Growing(NamedTuple):
    """A text that has not ended, and the last event that added to it."""

    restorer: Restorer
    frame: Frame
    event: Tree


@final
class StreamReply:
    """An answer that arrives as server-sent events."""

    __slots__ = ("_gathered", "_growing", "_known", "_shape", "_splitter")

    def __init__(self, shape: Shape, known: Known) -> None:
        self._shape = shape
        self._known = known
        self._splitter = Splitter()
        self._growing: dict[Channel, _Growing] = {}
        self._gathered = Gathered()

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes of the stream; return the events that are complete now."""
        return b"".join([self._restore(frame(raw)) for raw in self._splitter.feed(chunk)])

    def close(self) -> bytes:
        """End the stream; return what was held, and the bytes of an event that was cut off."""
        return self._flush(tuple(self._growing)) + self._splitter.close()

    def leaves(self) -> tuple[Leaf, ...]:
        """Return the texts of the answer as the model gave them."""
        return self._gathered.leaves()

    def _restore(self, event: Frame) -> bytes:
        if not event.lines:
            return event.raw
        data = event.data
        if data == DONE:
            return self._flush(tuple(self._growing)) + event.raw
        tree = parsed(data)
        if not isinstance(tree, dict):
            return event.raw
        deltas = self._shape.deltas(tree)
        ended = self._shape.ended(tree, self._growing) if self._growing else []
        changes = [
            (delta, text)
            for delta in deltas
            if (text := self._grow(delta, event, tree, ends=delta.channel in ended)) != delta.text
        ]
        before = self._flush(ended) if ended else b""
        after = self._changed(data, deltas, changes)
        return before + (event.raw if after is data else event.with_data(after))

    def _grow(self, delta: Delta, event: Frame, tree: Tree, *, ends: bool) -> str:
        """Take a piece of a growing text; return what goes out in its place."""
        self._gathered.add(delta.channel, delta.text)
        growing = self._growing.get(delta.channel)
        if growing is None:
            restorer = Restorer(self._known, signed=delta.channel[-1] in SIGNED)
        else:
            restorer = growing.restorer
        text = restorer.feed(delta.text)
        if ends:
            del self._growing[delta.channel]
            return text + restorer.close()
        self._growing[delta.channel] = _Growing(restorer, event, tree)
        return text

    def _changed(self, data: bytes, deltas: list[Delta], changes: list[tuple[Delta, str]]) -> bytes:
        """Return an event's data with its pieces and its whole strings restored."""
        if self._known.may_be_written_in(data):
            places: dict[Place, str] = {delta.place: delta.text for delta in deltas}
            places.update({delta.place: text for delta, text in changes})
            return spliced(data, places, lambda text: restored(text, self._known))
        if len(changes) == 1:
            delta, text = changes[0]
            return with_text(data, delta.text, text, delta.place)
        if changes:
            return spliced(data, {delta.place: text for delta, text in changes}, None)
        return data

    def _flush(self, channels: Iterable[Channel]) -> bytes:
        """End some texts; return an event for each that still held something."""
        events: list[bytes] = []
        for channel in channels:
            growing = self._growing.pop(channel, None)
            if growing is not None and (text := growing.restorer.close()):
                tail = self._shape.tail(growing.event, channel, text)
                events.append(growing.frame.with_data(dumped(tail)))
        return b"".join(events)
