import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from privity.prove.forms import Form
from privity.prove.report import PROVIDER, Control, Report, Traffic
from privity.prove.search import Hit, Searched

CLEAN = Report(
    control=Control(canaries=80, needles=1500, missed=()),
    traffic=Traffic(sent=9, answered=7, refused=2, restored=3, expected=3, ends={"killed": -9}),
    searched=(Searched("its home", 4, 1000, ()),),
    provider=Searched(PROVIDER, 7, 500, ()),
    kept=("name",),
    log_verified=True,
)
HIT = Hit("its home", "privity.db", "e-mail address", "conversations", Form.BASE64)


def shown(report: Report) -> str:
    out = StringIO()
    Console(width=100, file=out).print(report.shown())
    return out.getvalue()


def test_a_clean_report_has_no_problem() -> None:
    assert CLEAN.problems == ()
    assert CLEAN.as_json()["clean"]
    assert "Nothing planted was found" in shown(CLEAN)


@pytest.mark.parametrize(
    "broken",
    [
        replace(CLEAN, searched=(Searched("its home", 4, 1000, (HIT,)),)),
        replace(CLEAN, provider=Searched(PROVIDER, 7, 500, (HIT,))),
        replace(CLEAN, provider=Searched(PROVIDER, 0, 0, ())),
        replace(CLEAN, control=Control(80, 1500, (("name", Form.HEX),))),
        replace(CLEAN, traffic=replace(CLEAN.traffic, answered=0)),
        replace(CLEAN, log_verified=False),
    ],
)
def test_whatever_proves_nothing_is_a_problem(broken: Report) -> None:
    assert len(broken.problems) == 1
    assert not broken.as_json()["clean"]
    assert "Nothing planted was found" not in shown(broken)


def test_a_finding_is_told_with_its_place_kind_and_form() -> None:
    report = replace(CLEAN, searched=(Searched("its home", 4, 1000, (HIT,)),))
    for told in ("privity.db", "e-mail address", "base64", "conversations"):
        assert told in shown(report)
        assert told in json.dumps(report.as_json())
