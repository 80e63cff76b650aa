"""Lines of a text stream, none of them longer than can be held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from privity.errors import BadInput, TooLarge

LONGEST_LINE = 16 * 1024 * 1024
"""Characters of a line that has to be read whole: a JSON value, a record of a table."""


class Characters(Protocol):
    """Text that is read a part at a time, its line ends as they were written."""

    def read(self, size: int, /) -> str:
        """Return up to so many characters; none at the end."""
        ...

    def readline(self, size: int, /) -> str:
        """Return a line with its end, or so many characters of it; none at the end."""
        ...


def lines(source: Characters) -> Iterator[str]:
    """Yield lines with their ends. Raises TooLarge for a line that cannot be held, and BadInput."""
    number = 0
    while line := read_line(source, number + 1):
        number += 1
        yield line


def read_line(source: Characters, number: int) -> str:
    """Return the next line with its end; empty at the end. Raises TooLarge or BadInput."""
    try:
        line = source.readline(LONGEST_LINE + 1)
    except UnicodeDecodeError:
        line = None
    if line is None:  # outside of the handler: the inner error holds what was read
        msg = f"not UTF-8, in or soon after line {number}"
        raise BadInput(msg)
    if len(line) > LONGEST_LINE:
        msg = f"line {number} is longer than {LONGEST_LINE} characters; try --format text"
        raise TooLarge(msg)
    return line


def read_some(source: Characters, size: int) -> str:
    """Return up to so many characters; none at the end. Raises BadInput."""
    try:
        return source.read(size)
    except UnicodeDecodeError:
        pass
    msg = "the text is not UTF-8"  # outside of the handler: the inner error holds what was read
    raise BadInput(msg)
