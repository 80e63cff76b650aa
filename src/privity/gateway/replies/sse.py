r"""Frame a stream of server-sent events (WHATWG HTML, section 9.2) as it arrives in any cut.

Invariants: the frames, joined, are the very bytes that came; a frame leaves as soon as the blank
line that ends its event is there, whichever of `\n`, `\r\n` and `\r` ends a line; a comment
before an event (a keep-alive) leaves as soon as its line ends. A frame longer than `MAX_FRAME` is
let go in pieces, which hold no whole event and so pass unread.
"""

from __future__ import annotations

import re
from typing import NamedTuple, final

MAX_FRAME = 16 << 20
"""The most bytes that are kept while waiting for the end of an event."""

_EOL = rb"(?:\r\n|\r|\n)"
_BLANK = re.compile(rb"\n(?:\r\n?|\n)|\r\n(?:\r\n?|\n)|\r\r\n?")
_COMMENT = re.compile(rb"(?:(?::[^\r\n]*+)?+" + _EOL + rb")+")
_MARK = b"\xef\xbb\xbf"  # a byte order mark may stand before the first line
_FIELD = b"data:"


class Frame(NamedTuple):
    """The bytes of one event with its blank line, and the places of its lines of data in them."""

    raw: bytes
    lines: tuple[tuple[int, int], ...]

    @property
    def data(self) -> bytes:
        """The event's data, its lines joined as the standard says."""
        if len(self.lines) == 1:
            start, end = self.lines[0]
            return self.raw[start:end]
        return b"\n".join([self.raw[start:end] for start, end in self.lines])

    def with_data(self, data: bytes) -> bytes:
        """Return the same event with other data, of at most as many lines."""
        lines = data.split(b"\n", len(self.lines) - 1)
        lines += [b""] * (len(self.lines) - len(lines))
        parts, at = list[bytes](), 0
        for (start, end), line in zip(self.lines, lines, strict=True):
            parts += (self.raw[at:start], line)
            at = end
        return b"".join(parts) + self.raw[at:]


def frame(raw: bytes) -> Frame:
    """Find the data in the bytes of one event."""
    lines: list[tuple[int, int]] = []
    at = 0
    for line in raw.splitlines(keepends=True):
        name = line.removeprefix(_MARK) if at == 0 else line
        if name.startswith(_FIELD):
            space = name[len(_FIELD) : len(_FIELD) + 1] == b" "
            start = at + len(line) - len(name) + len(_FIELD) + space
            lines.append((start, at + len(line.rstrip(b"\r\n"))))
        at += len(line)
    return Frame(raw, tuple(lines))


@final
class Splitter:
    """Cuts a stream into frames."""

    __slots__ = ("_rest", "_searched")

    def __init__(self) -> None:
        self._rest = bytearray()
        self._searched = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take bytes; return the frames that are whole now."""
        rest = self._rest
        if not rest and chunk.endswith(b"\n\n") and b"\r" not in chunk:
            return [part + b"\n\n" for part in chunk[:-2].split(b"\n\n")]
        rest += chunk
        frames, at = list[bytes](), 0
        search = max(self._searched - 3, 0)
        while (blank := _BLANK.search(rest, max(search, at))) is not None:
            frames.append(bytes(rest[at : blank.end()]))
            at = blank.end()
        ends = b"\n" in chunk or b"\r" in chunk  # else no line has ended: do not look again
        if ends and (comment := _COMMENT.match(rest, at)) is not None:
            frames.append(comment[0])
            at = comment.end()
        if len(rest) - at > MAX_FRAME:
            frames.append(bytes(rest[at:]))
            at = len(rest)
        del rest[:at]
        self._searched = len(rest)
        return frames

    def close(self) -> bytes:
        """End the stream; return what never became an event."""
        rest = bytes(self._rest)
        self._rest.clear()
        return rest
