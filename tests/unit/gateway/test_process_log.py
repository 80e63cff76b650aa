"""The process log holds codes and counts, whoever writes to it and whatever went wrong."""

import asyncio
import gc
import json
import logging
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.adapters.logs import NAMES, check, open_log
from privity.errors import SecretShown
from privity.gateway.report import Line, where

EMAIL = "margaret.okafor@example.org"


@pytest.fixture
def report(monkeypatch):
    names = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "aiohttp")
    loggers = [logging.getLogger(), *map(logging.getLogger, names)]
    before = [(each, each.handlers[:], each.level) for each in loggers]
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
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


@pytest.mark.parametrize("line", list(Line))
def test_every_line_can_be_written(report, capsys, line: Line) -> None:
    report()(line, {})
    assert [each["event"] for each in lines(capsys)] == [line.value]


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


def test_an_exception_of_a_thread_is_its_class_and_place(report, capsys) -> None:
    report()
    thread = threading.Thread(target=lambda: int(EMAIL))
    thread.start()
    thread.join()
    (line,) = lines(capsys)
    assert (line["event"], EMAIL in json.dumps(line)) == ("defect", False)
    assert str(line["where"]).startswith("ValueError at ")


def test_an_exception_that_cannot_be_raised_is_its_class_and_place(report, capsys) -> None:
    class Finalized:
        def __del__(self) -> None:
            raise ValueError(EMAIL)

    report()
    Finalized()
    (line,) = lines(capsys)
    assert (line["event"], EMAIL in json.dumps(line)) == ("defect", False)


def test_an_exception_that_a_task_keeps_is_its_class_and_place(report, capsys) -> None:
    async def lose() -> None:
        asyncio.get_running_loop().create_task(fail(EMAIL))
        await asyncio.sleep(0)

    async def fail(message: str) -> None:
        raise ValueError(message)

    report()
    asyncio.run(lose())
    gc.collect()
    (line,) = lines(capsys)
    assert (line["event"], EMAIL in json.dumps(line)) == ("library", False)


@pytest.mark.parametrize("name", ["uvicorn", "uvicorn.error", "uvicorn.access", "aiohttp.client"])
def test_a_logger_with_a_handler_of_its_own_says_no_more(report, capsys, name) -> None:
    logging.getLogger(name.partition(".")[0]).addHandler(logging.StreamHandler())
    report()
    logging.getLogger(name).error("request by %s", EMAIL, extra={"client": EMAIL})
    assert [line["event"] for line in lines(capsys)] == ["library"]


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=40) | st.integers(), max_size=3))
def test_no_fact_but_listed_codes_and_counts_is_written(facts) -> None:
    written: list[str] = []
    listed = {name for name in facts if name in NAMES}
    try:
        check(facts)
    except SecretShown:
        return
    written += [str(facts[name]) for name in facts]
    assert listed == set(facts)
    assert not any("@" in value or "\n" in value for value in written)


def test_a_place_is_the_line_that_raised() -> None:
    with pytest.raises(ValueError, match="Expecting") as caught:
        json.loads("{")
    assert where(caught.value).startswith("JSONDecodeError at json.decoder:")
