"""Which files a log has, and how entries lie in them (C2SP tlog-tiles)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.audit.export import Place, decode_entries, encode_entries, places
from privity.errors import LogCorrupt


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (Place(0, 1234067, 256), "tile/0/x001/x234/067"),
        (Place(None, 273, 112), "tile/entries/273.p/112"),
        (Place(1, 1000, 7), "tile/1/x001/000.p/7"),
    ],
)
def test_a_path_is_written_as_the_standard_says(place: Place, path: str) -> None:
    assert place.path == path


def test_a_log_of_70000_entries_has_the_files_of_the_standards_example() -> None:
    edge = [place.path for place in places(0, 70_000) if place.width < 256]
    assert edge == [
        "tile/entries/273.p/112",
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert sum(place.level == 0 for place in places(0, 70_000)) == 274


@given(st.integers(0, 200_000), st.integers(0, 70_000))
def test_a_log_has_what_it_had_and_what_grew(old: int, more: int) -> None:
    whole = set(places(0, old + more))
    kept = {place for place in places(0, old) if place.width == 256}
    assert kept | set(places(old, old + more)) == whole


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entries_come_back_as_they_were(bodies: list[bytes]) -> None:
    assert decode_entries(encode_entries(bodies)) == tuple(bodies)


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=5), st.data())
def test_entries_that_were_cut_are_refused(bodies: list[bytes], data: st.DataObject) -> None:
    encoded = encode_entries(bodies)
    last = len(bodies[-1]) + 2
    with pytest.raises(LogCorrupt):
        decode_entries(encoded[: -data.draw(st.integers(1, last - 1))])
