"""What is read from the log is an entry, or it is said that it is none."""

import pytest

from privity.errors import LogCorrupt
from privity.oversight.events import read, row

GOOD = b'{"v":1,"event":"backup.made","at":1772625600000,"policy":"p"}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        GOOD[:-1],
        b"[]",
        b'"backup.made"',
        GOOD.replace(b'"event"', b'"other"'),
        GOOD.replace(b'"backup.made"', b"7"),
        GOOD.replace(b"1772625600000", b'"noon"'),
        GOOD.replace(b"1772625600000", b"1e300"),
        GOOD.replace(b"1772625600000", b"9999999999999999"),
        GOOD.replace(b'"p"}', b'"p","facts":[1]}'),
    ],
)
def test_bytes_that_are_no_entry_are_said_to_be_damage(body: bytes) -> None:
    with pytest.raises(LogCorrupt):
        read(7, body)


def test_a_count_that_no_column_holds_is_left_out() -> None:
    body = GOOD.replace(b'"p"}', b'"p","facts":{"count":18446744073709551615}}')
    assert row(read(7, body)).count is None
