"""The process log holds codes and counts, whoever writes to it and whatever went wrong."""

import json
import logging
import sys

import pytest

from privity.adapters.logs import open_log
from privity.errors import SecretShown
from privity.gateway.report import Line, where

EMAIL = "margaret.okafor@example.org"


@pytest.fixture
def report(monkeypatch):
    names = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "aiohttp")
    loggers = [logging.getLogger(), *map(logging.getLogger, names)]
    before = [(each, each.handlers[:], each.level) for each in loggers]
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    yield lambda level="debug": open_log(level, "json")
    logging.captureWarnings(capture=False)
    for each, handlers, level in before:
        each.handlers[:] = handlers
        each.setLevel(level)


def lines(capsys) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_has_its_event_level_and_facts(report, capsys) -> None:
    report()(Line.REFUSED, {"code": "too_deep", "count": 3})
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["code"], line["count"]) == (
        "refused",
        "info",
        "too_deep",
        3,
    )


@pytest.mark.parametrize("facts", [{"code": EMAIL}, {"message": "x"}, {"code": "a\nb"}])
def test_a_line_cannot_hold_anything_else(report, capsys, facts) -> None:
    with pytest.raises(SecretShown):
        report()(Line.REFUSED, facts)
    assert lines(capsys) == []


def test_a_level_is_kept_to(report, capsys) -> None:
    report("warning")(Line.REFUSED, {})
    assert lines(capsys) == []


def test_what_a_library_says_is_reduced_to_where_it_said_it(report, capsys) -> None:
    report()
    logging.getLogger("aiohttp").error("could not read %s", EMAIL)
    (line,) = lines(capsys)
    assert line["event"] == "library"
    assert str(line["where"]).startswith("aiohttp:")
    assert EMAIL not in json.dumps(line)


def test_an_exception_in_a_library_is_its_class_and_place(report, capsys) -> None:
    report()
    try:
        int(EMAIL)
    except ValueError:
        logging.getLogger("asyncio").exception("lost: %s", EMAIL)
    (line,) = lines(capsys)
    assert str(line["where"]).startswith("ValueError at tests.unit.gateway.test_process_log:")
    assert EMAIL not in json.dumps(line)


def test_an_exception_that_nobody_caught_is_its_class_and_place(report, capsys) -> None:
    report()
    error = ValueError(EMAIL)
    sys.excepthook(ValueError, error, None)
    assert [(line["event"], line["where"]) for line in lines(capsys)] == [("defect", "ValueError")]


def test_a_place_is_the_line_that_raised() -> None:
    with pytest.raises(ValueError, match="Expecting") as caught:
        json.loads("{")
    assert where(caught.value).startswith("JSONDecodeError at json.decoder:")
