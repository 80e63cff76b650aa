"""What a person is told of the log is in the log, and is about them."""

from datetime import UTC, datetime

import pytest

from privity.audit.entry import Entry, Event, canonical
from privity.errors import LogCorrupt
from privity.model.words import Category, RequestId, SubjectRef, Treatment
from privity.rights.history import history

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = SubjectRef("ann")


def logged(*entries: Entry) -> list[tuple[int, bytes]]:
    return [(index, canonical(entry)) for index, entry in enumerate(entries)]


def entry(event: Event, request: str = "", subject: str = "ann", **facts: str | int) -> Entry:
    return Entry(
        event,
        NOON,
        "p",
        subject=SubjectRef(subject),
        request=RequestId(request) if request else None,
        facts=facts,
        tally={(Category.NAME, Treatment.EXCLUDE): 2},
    )


def test_a_message_says_where_it_went_and_whether_it_is_kept() -> None:
    found = history(
        ANN,
        logged(
            entry(Event.EXCHANGE_ALLOWED, "a", processor="ai", region="eu"),
            entry(Event.EXCHANGE_REFUSED, "b", code="bad_body"),
            entry(Event.EXCHANGE_ENDED, "a", kept=120),
        ),
        whole=True,
    )
    refused, allowed = found.messages
    assert (allowed.processor, allowed.region, allowed.found, allowed.kept) == ("ai", "eu", 2, True)
    assert (refused.processor, refused.code, refused.kept) == ("", "bad_body", None)


def test_what_happened_comes_newest_first() -> None:
    entries = logged(entry(Event.PAGES_OPENED), entry(Event.SUBJECT_ERASED))
    found = history(ANN, entries, whole=False)
    assert [line.event for line in found.happened] == [Event.SUBJECT_ERASED, Event.PAGES_OPENED]
    assert found.messages == ()
    assert not found.whole


def test_an_entry_about_somebody_else_is_never_passed_on() -> None:
    with pytest.raises(LogCorrupt):
        history(ANN, logged(entry(Event.PAGES_OPENED, subject="bob")), whole=True)


def test_whoever_read_a_conversation_stands_apart_with_the_reason() -> None:
    read = entry(Event.CONVERSATION_READ, purpose="security", ticket="SEC-7")
    found = history(ANN, logged(read, entry(Event.PAGES_OPENED)), whole=True)
    assert [line.facts["ticket"] for line in found.looked] == ["SEC-7"]
    assert [line.event for line in found.happened] == [Event.PAGES_OPENED]
