"""Events as OCSF has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

from privity.audit.entry import Event
from privity.oversight.events import Class, Read
from privity.oversight.ocsf import Source, event

SOURCE = Source("log.example", "1.0")
NEEDED = {
    Class.AUTHENTICATION: {"user", "service"},
    Class.ACCOUNT_CHANGE: {"user", "actor"},
    Class.API_ACTIVITY: {"actor", "api", "src_endpoint"},
    Class.DATASTORE_ACTIVITY: {"actor", "src_endpoint", "databucket"},
    Class.DETECTION_FINDING: {"finding_info"},
}
BASE = {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}


def entry(name: str, **facts: str | int) -> Read:
    return Read(7, 1772625600.5, name, {"event": name, "facts": facts}, facts)


@pytest.mark.parametrize("name", sorted(each.value for each in Event))
def test_every_event_of_the_log_has_what_its_class_asks_for(name: str) -> None:
    found = event(entry(name, by="ann", code="x"), SOURCE)
    if found is None:
        assert name in {"exchange.allowed", "watch.looked", "watch.untaken"}
        return
    kind = Class(found["class_uid"])
    assert set(found) >= BASE | NEEDED[kind]
    assert found["type_uid"] == found["class_uid"] * 100 + found["activity_id"]
    assert found["category_uid"] == found["class_uid"] // 1000
    assert found["metadata"]["uid"] == "log.example/7"


def test_an_alert_is_a_detection_finding_by_the_schema() -> None:
    facts = {"alert": "a1", "rule": "bulk_read", "level": "high", "count": 12, "entries": "4,5"}
    found = event(entry("alert.raised", **facts), SOURCE)
    DetectionFinding.model_validate(found)
    assert found["severity_id"] == 4
    assert found["finding_info"]["data_sources"] == ["entry 4", "entry 5"]


def test_what_went_well_is_counted_elsewhere_and_what_did_not_is_sent() -> None:
    assert event(entry("exchange.ended", code="ok"), SOURCE) is None
    assert event(entry("exchange.ended", code="egress_refused"), SOURCE)["status_id"] == 2


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(), max_size=6))
def test_no_facts_break_an_event(facts: dict[str, str | int]) -> None:
    assert event(entry("access.denied", **facts), SOURCE) is not None
