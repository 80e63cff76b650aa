"""What a person sees is what is kept, grouped as they would look for it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import Tampered
from privity.minimize.transcript import transcript
from privity.model.text import Minimized
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.rights import view
from privity.vault.ports import Place, Sealed

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def record(name: str, conversation: str = "c", hours: int = 0, kind: str = "transcript") -> Sealed:
    place = Place(Region.EU, Purpose.ASSIST, SubjectRef("ann"), name, kind)
    at = NOON + hours * HOUR
    return Sealed(place, ConversationRef(conversation), 1, b"", at, at + 24 * HOUR)


def test_what_is_kept_is_counted_by_kind_with_its_ends() -> None:
    records = [record("1"), record("2", hours=5), record("n", kind="note")]
    first, second = view.kinds(records)
    assert (first.kind, first.count, first.since) == ("transcript", 2, NOON)
    assert (first.next_end, first.last_end) == (NOON + 24 * HOUR, NOON + 29 * HOUR)
    assert (second.kind, second.count) == ("note", 1)


def test_conversations_come_newest_first_with_their_records_oldest_first() -> None:
    records = [record("3", "old", 1), record("2", "new", 9), record("1", "new", 2)]
    found = view.outlines(records)
    assert [each.ref for each in found] == ["new", "old"]
    assert [each.place.record for each in found[0].records] == ["1", "2"]


def test_a_note_stands_beside_its_conversation_and_letters_are_no_conversation() -> None:
    records = [record("1"), record("n", kind="note"), record("l", "d", kind="letter")]
    (found,) = view.outlines(records)
    assert [each.place.record for each in found.notes] == ["n"]


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.sampled_from("abc"), st.sampled_from(["transcript"])),
        max_size=20,
    )
)
def test_every_kept_exchange_is_in_exactly_one_conversation(
    said: list[tuple[int, str, str]],
) -> None:
    records = [record(str(n), c, h, kind) for n, (h, c, kind) in enumerate(said)]
    shown = [each for outline in view.outlines(records) for each in outline.records]
    assert sorted(shown, key=lambda r: r.place.record) == sorted(
        records, key=lambda r: r.place.record
    )


def test_an_exchange_is_read_as_it_was_kept() -> None:
    body = transcript([Minimized("Hello [NAME_k7f3q9]")], [Minimized("Hi"), Minimized(" ")])
    found = view.exchange(record("1"), body)
    assert (found.asked, found.answered) == (("Hello [NAME_k7f3q9]",), ("Hi",))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"asked":1}', b'{"asked":[],"answered":[1]}'])
def test_a_record_that_holds_no_exchange_is_refused(body: bytes) -> None:
    with pytest.raises(Tampered):
        view.exchange(record("1"), body)


def test_a_note_is_read_as_it_was_written() -> None:
    found = view.note(record("n", kind="note"), view.note_body("It was Tuesday."))
    assert found.text == "It was Tuesday."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("Where is\nmy  order?",), "Where is my order?"),
        ((), "answer"),
        (("word " * 40,), ("word " * 18).strip() + "…"),
    ],
)
def test_a_title_is_the_beginning_in_one_line(asked: tuple[str, ...], said: str) -> None:
    body = transcript([Minimized(text) for text in asked], [Minimized("answer")])
    assert view.title(view.exchange(record("1"), body)) == said
