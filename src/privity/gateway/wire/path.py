"""Where in a body something is, in words that are safe to show.

A path is built while walking, one link a level, and only turned into text when a body is refused.
Known field names and positions are shown; a caller's own key only if it is a short identifier.
"""

from __future__ import annotations

from typing import NamedTuple

from privity.gateway.wire.control import can_be_named

HIDDEN = "(a key not shown)"
LONGEST_HINT = 64


class Path(NamedTuple):
    """A step into an object (a key) or an array (an index), from the step before it."""

    before: Path | None
    step: str | int


def path_name(path: Path | None) -> str:
    """Return a path such as `messages[2].content[0].text`."""
    steps: list[str] = []
    while path is not None:
        step = path.step
        if isinstance(step, int):
            steps.append(f"[{step}]")
        else:
            steps.append("." + (step if can_be_named(step) else HIDDEN))
        path = path.before
    return "".join(reversed(steps)).removeprefix(".") or "the body"


def hint_from(path: Path | None) -> str:
    """Return the name of the nearest field."""
    while path is not None and isinstance(path.step, int):
        path = path.before
    return "" if path is None else hint_of(str(path.step))


def hint_of(key: str) -> str:
    """Return a key as a hint: an identifier, with `_` for spaces and hyphens; else nothing.

    A hint is plain text beside a `Raw`, so it must not become another place for what people write.
    """
    if key.isidentifier() and len(key) <= LONGEST_HINT:
        return key
    name = key.replace(" ", "_").replace("-", "_")
    return name if name.isidentifier() and len(name) <= LONGEST_HINT else ""
