"""Searching the log page by page finds what reading all of it would find."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.audit.entry import Entry, Event, canonical
from privity.audit.search import Search, reference, search
from privity.errors import BadInput

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = (Event.STAFF_PROVED, Event.CONVERSATION_READ, Event.KEY_CREATED)
PEOPLE = ("ada", "bob", "eve")


@dataclass
class Entries:
    """A log in memory, read like the stored one."""

    bodies: list[bytes]

    def newest(
        self, parts: tuple[bytes, ...], start: int, stop: int, most: int
    ) -> Iterator[tuple[int, bytes]]:
        found = (
            (index, self.bodies[index])
            for index in reversed(range(start, min(stop, len(self.bodies))))
            if all(part in self.bodies[index] for part in parts)
        )
        yield from (each for each, _ in zip(found, range(most), strict=False))


entries = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.sampled_from(PEOPLE), st.integers(0, 90)), max_size=60
)
moments = st.one_of(st.none(), st.integers(0, 4000))
searches = st.builds(
    lambda event, who, since, until: Search(event, who, moment(since), moment(until)),
    st.one_of(st.none(), st.sampled_from(EVENTS)),
    st.sampled_from(("", *PEOPLE)),
    moments,
    moments,
)


def moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else NOW + timedelta(seconds=seconds)


def written(rows: list[tuple[Event, str, int]]) -> list[Entry]:
    """Entries in the order of their times, up to the slack."""
    at, made = NOW, []
    for event, who, seconds in rows:
        at += timedelta(seconds=seconds)
        made.append(Entry(event, at, "policy", facts={"by": who}))
    return made


@settings(max_examples=150)
@given(entries, searches, st.integers(1, 7), st.integers(1, 20))
def test_pages_together_are_everything_that_fits_newest_first(rows, asked, most, looks) -> None:
    made = written(rows)
    log = Entries([canonical(each) for each in made])
    found: list[int] = []
    before: int | None = len(made)
    while before is not None:
        page = search(log, asked, (before, len(made)), most, looks)
        assert len(page.lines) <= most
        found += [line.index for line in page.lines]
        assert page.older is None or page.older < before
        before = page.older
    assert found == [at for at in reversed(range(len(made))) if asked.fits(made[at])]


def test_an_entry_that_was_tampered_with_is_shown_as_unreadable() -> None:
    log = Entries([canonical(Entry(Event.KEY_CREATED, NOW, "p")), b'{"x":1}'])
    assert [line.entry is None for line in search(log, Search(), (2, 2), 9).lines] == [True, False]


@pytest.mark.parametrize(
    "given",
    [
        *("margaret@example.org", "Margaret", "margaret", "deadbeef", "4111111111111111"),
        *("491701234567", "DE89370400440532013000", 'x"y', "é", "a" * 65, "a" * 32 + "\n"),
    ],
)
def test_nothing_that_a_person_is_called_or_has_is_a_reference(given: str) -> None:
    with pytest.raises(BadInput):
        reference(given)


@pytest.mark.parametrize("given", ["", "433ea4a353426704", "5a" * 16, "pvr_" + "0a" * 14])
def test_what_stands_in_an_entry_is_a_reference(given: str) -> None:
    assert reference(given) == given
