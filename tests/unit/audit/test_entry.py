"""An entry has one canonical form, and only what was said stands in it."""

from datetime import UTC, datetime

from privity.audit.entry import Entry, Event, canonical
from privity.model.words import (
    AppId,
    Category,
    ConversationRef,
    PracticeId,
    Purpose,
    RequestId,
    SubjectRef,
    Treatment,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_everything_said_stands_in_sorted_order() -> None:
    entry = Entry(
        Event.EXCHANGE_ALLOWED,
        NOON,
        "digest",
        because=(PracticeId("assist"),),
        request=RequestId("r"),
        app=AppId("desk"),
        purpose=Purpose.ASSIST,
        subject=SubjectRef("s"),
        conversation=ConversationRef("c"),
        tally={
            (Category.PHONE, Treatment.HASH): 1,
            (Category.EMAIL, Treatment.PSEUDONYMIZE): 2,
        },
        facts={"processor": "echo"},
    )
    assert canonical(entry) == (
        b'{"app":"desk","at":1767268800000,"because":["assist"],"conversation":"c",'
        b'"event":"exchange.allowed","facts":{"processor":"echo"},'
        b'"found":{"contact.email/pseudonymize":2,"contact.phone/hash":1},'
        b'"policy":"digest","purpose":"assist","request":"r","subject":"s","v":1}'
    )


def test_what_was_not_said_does_not_stand() -> None:
    assert canonical(Entry(Event.SERVICE_STARTED, NOON, "digest")) == (
        b'{"at":1767268800000,"event":"service.started","policy":"digest","v":1}'
    )
