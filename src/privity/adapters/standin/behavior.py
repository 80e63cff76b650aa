"""How the stand-in answers: a closed list of modes, and the rhythm of its streams.

A request chooses another mode by its model name: `standin-echo`, `standin-429`, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "standin-"


class Mode(StrEnum):
    """What comes back. From `ERROR` on, things go wrong on purpose."""

    FIXED = "fixed"  # one fixed reply, serialized once
    ECHO = "echo"  # the text of the last user message
    TOOL = "tool"  # a call of an offered tool; then, after its result, an echo of that
    SCRIPT = "script"  # the replies of `Behavior.script`, one for each request
    ERROR = "500"  # an error of the provider, which repeats what the user said
    RATE_LIMIT = "429"  # too many requests, with `retry-after`
    INVALID = "400"  # a refusal of the provider, which repeats what the user said
    CUT = "cut"  # the connection breaks in the middle of the answer
    GARBAGE = "garbage"  # bytes that are neither JSON nor events, under a content type that says so
    SLOW = "slow"  # half an answer, then silence until the client gives up


FAILURES = frozenset({Mode.ERROR, Mode.RATE_LIMIT, Mode.INVALID})


@dataclass(frozen=True, slots=True)
class Behavior:
    """What the stand-in does unless a request's model name says otherwise.

    `chunk_chars` is the length of one streamed delta; `delay_ms` the pause between events;
    `first_ms` the pause before the answer; `split_bytes` cuts the bytes of a stream every so many
    bytes, also inside characters (0: one write for each event); `tool` names the tool to call
    (empty: the first one offered); `record` is how many requests are remembered.
    """

    mode: Mode = Mode.ECHO
    tool: str = ""
    script: tuple[str, ...] = ()
    chunk_chars: int = 8
    delay_ms: float = 0
    first_ms: float = 0
    split_bytes: int = 0
    record: int = 0


def mode_of(model: str, default: Mode) -> Mode:
    """Return the mode that a model name asks for; a path before it (`openai/…`) is ignored."""
    name = model.rsplit("/", 1)[-1]
    wanted = name.removeprefix(PREFIX)
    return Mode(wanted) if name.startswith(PREFIX) and wanted in set(Mode) else default
