"""The process log: closed lines, on standard error; and nothing else, from anyone.

Invariants: a line is one of `Line`, its facts have listed names, and their values are short codes,
references or counts; what a library logs is reduced to who said it, where and how serious it is,
because its messages may quote what it handled. An exception that nobody caught is its class and
place, wherever it was: in the main thread, in another one, in a task, or where none can be raised.
No level says more about a person than another.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType

import orjson

from privity.errors import SecretShown
from privity.gateway.report import Facts, Line, Report, where

NAMES = frozenset(
    {
        "address",
        "alert",
        "code",
        "count",
        "hits",
        "ms",
        "overdue",
        "policy",
        "request",
        "rule",
        "severity",
        "status",
        "where",
    }
)
_FORM = re.compile(r"[A-Za-z0-9_.:<>\[\] -]{0,160}")
_LEVELS: Mapping[Line, int] = {
    Line.STARTED: logging.INFO,
    Line.STOPPED: logging.INFO,
    Line.START_FAILED: logging.ERROR,
    Line.REFUSED: logging.INFO,
    Line.ANSWERED: logging.DEBUG,
    Line.BROKEN_OFF: logging.INFO,
    Line.DEFECT: logging.ERROR,
    Line.KEEP_RETRIED: logging.WARNING,
    Line.KEEP_FAILED: logging.ERROR,
    Line.SWEPT: logging.INFO,
    Line.ROTATED: logging.INFO,
    Line.ROTATION_FAILED: logging.WARNING,
    Line.SWEEP_FAILED: logging.ERROR,
    Line.WITNESSED: logging.DEBUG,
    Line.WITNESS_FAILED: logging.ERROR,
    Line.MOVED: logging.INFO,
    Line.MOVE_FAILED: logging.ERROR,
    Line.MAIL_SENT: logging.INFO,
    Line.MAIL_FAILED: logging.WARNING,
    Line.REHEARSED: logging.INFO,
    Line.REHEARSAL_FAILED: logging.ERROR,
    Line.REQUESTS_OVERDUE: logging.ERROR,
    Line.GOVERNING_FAILED: logging.ERROR,
    Line.CHORE_FAILED: logging.ERROR,
    Line.ALERT: logging.WARNING,
    Line.WATCH_FAILED: logging.ERROR,
    Line.EVENTS_SENT: logging.DEBUG,
    Line.SENDING_FAILED: logging.WARNING,
    Line.EVENTS_REFUSED: logging.WARNING,
    Line.TRACES_FAILED: logging.WARNING,
    Line.COUNTING_FAILED: logging.WARNING,
    Line.LIBRARY: logging.WARNING,
}


def open_log(level: str, form: str) -> Report:
    """Set up the log of this process and return the way to write to it.

    `form` is `json`, or `plain`: `name=value`, which needs no quotes but around spaces, because of
    what values can hold.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    render = _json if form == "json" else _plain_text

    def report(line: Line, facts: Facts) -> None:
        grade = _LEVELS[line]
        if grade >= threshold:
            check(facts)
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            grade_name = logging.getLevelName(grade).lower()
            said = render({"at": at, "level": grade_name, "event": line.value, **facts})
            sys.stderr.write(f"{said}\n")
            sys.stderr.flush()

    _take_over(report, threshold)
    return report


def _json(said: Facts) -> str:
    return orjson.dumps(dict(said)).decode()


def _plain_text(said: Facts) -> str:
    return " ".join(
        f'{name}="{value}"' if " " in str(value) else f"{name}={value}"
        for name, value in said.items()
    )


def check(facts: Facts) -> None:
    """Raise SecretShown unless every fact has a listed name and is a code or a count."""
    for name, value in facts.items():
        if name not in NAMES or not (isinstance(value, int) or _FORM.fullmatch(value)):
            message = "a line of the log would have held something else than a code or a count"
            raise SecretShown(message)


class _Reduced(logging.Handler):
    """Takes what libraries log and passes on who said it, where, and how serious it is."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.WARNING)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        """Report one record without its message."""
        place = f"{record.name}:{record.lineno}"
        if record.exc_info and record.exc_info[1]:
            place = where(record.exc_info[1])
        facts = {"severity": record.levelname.lower(), "where": _plain(place)}
        self._report(Line.LIBRARY, facts)


def _take_over(report: Report, threshold: int) -> None:
    """Make this the only way to standard error for libraries, warnings and lost exceptions."""
    root = logging.getLogger()
    root.handlers[:] = [_Reduced(report)]
    root.setLevel(max(threshold, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "aiohttp"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    logging.raiseExceptions = False
    logging.lastResort = None
    logging.captureWarnings(capture=True)
    sys.excepthook = _hook(report)
    threading.excepthook = lambda lost: _lost(report, lost.exc_value)
    sys.unraisablehook = lambda lost: _lost(report, lost.exc_value)


def _lost(report: Report, error: BaseException | None) -> None:
    """Report an exception of a thread, or one that could not be raised: in a finalizer, say."""
    if not isinstance(error, SystemExit):
        report(Line.DEFECT, {"where": "unknown" if error is None else _plain(where(error))})


def _hook(
    report: Report,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        report(Line.DEFECT, {"where": _plain(where(error))})

    return hook


def _plain(place: str) -> str:
    return place if _FORM.fullmatch(place) else "unknown"
