"""What is written into the log can be read back, and nothing else can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.audit.entry import Entry, Event, canonical
from privity.audit.stored import read_entry
from privity.errors import LogCorrupt
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

codes = st.text("abc-_.0", min_size=1, max_size=8)
moments = st.integers(0, 4 * 10**12).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
entries = st.builds(
    Entry,
    st.sampled_from(Event),
    moments,
    codes,
    because=st.lists(codes.map(PracticeId), max_size=2).map(tuple),
    request=st.none() | codes.map(RequestId),
    app=st.none() | codes.map(AppId),
    purpose=st.none() | st.sampled_from(Purpose),
    subject=st.none() | codes.map(SubjectRef),
    conversation=st.none() | codes.map(ConversationRef),
    tally=st.dictionaries(
        st.tuples(st.sampled_from(Category), st.sampled_from(Treatment)), st.integers(1, 9)
    ),
    facts=st.dictionaries(codes, codes | st.integers(0, 10**6)),
)


@given(entries)
def test_an_entry_is_read_as_it_was_written(entry: Entry) -> None:
    assert read_entry(canonical(entry)) == entry


@given(entries)
def test_bytes_that_are_not_an_entrys_own_are_refused(entry: Entry) -> None:
    with pytest.raises(LogCorrupt):
        read_entry(canonical(entry) + b" ")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event":"x"}', b"\xff"])
def test_what_is_no_entry_is_refused(body: bytes) -> None:
    with pytest.raises(LogCorrupt):
        read_entry(body)
