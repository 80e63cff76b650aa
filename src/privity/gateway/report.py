"""What the process may say about itself: a closed list of lines, with codes, counts, references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeAlias


class Line(StrEnum):
    """What a line of the process log can be about."""

    STARTED = "started"
    STOPPED = "stopped"
    START_FAILED = "start_failed"
    REFUSED = "refused"
    ANSWERED = "answered"
    BROKEN_OFF = "broken_off"
    DEFECT = "defect"
    KEEP_RETRIED = "keep_retried"
    KEEP_FAILED = "keep_failed"
    SWEPT = "swept"
    SWEEP_FAILED = "sweep_failed"
    WITNESSED = "witnessed"
    WITNESS_FAILED = "witness_failed"
    ROTATED = "rotated"
    ROTATION_FAILED = "rotation_failed"
    MAIL_SENT = "mail_sent"
    MAIL_FAILED = "mail_failed"
    MOVED = "moved"
    MOVE_FAILED = "move_failed"
    REHEARSED = "rehearsed"
    REHEARSAL_FAILED = "rehearsal_failed"
    REQUESTS_OVERDUE = "requests_overdue"
    GOVERNING_FAILED = "governing_failed"
    COUNTING_FAILED = "counting_failed"
    CHORE_FAILED = "chore_failed"
    ALERT = "alert"
    WATCH_FAILED = "watch_failed"
    EVENTS_SENT = "events_sent"
    SENDING_FAILED = "sending_failed"
    EVENTS_REFUSED = "events_refused"
    TRACES_FAILED = "traces_failed"
    LIBRARY = "library"


Facts: TypeAlias = Mapping[str, str | int]
Report: TypeAlias = Callable[[Line, Facts], None]


def where(error: BaseException) -> str:
    """Return the class of an error and the line that raised it; its message may quote a person."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(error).__name__} at {module}:{trace.tb_lineno}"
