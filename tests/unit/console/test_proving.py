"""By what wrong tries at the console are counted."""

from dataclasses import dataclass

import pytest
from starlette.requests import Request

from privity.console.staff.proving import address_of, tries


@dataclass
class Keyed:
    """A site, as far as its key goes."""

    secret: bytes = b"a key of this test"


def asked(address: str) -> Request:
    return Request({"type": "http", "client": (address, 1), "headers": []})


@pytest.mark.parametrize("kind", ["address", "machine address"])
def test_a_subscriber_of_ipv6_has_one_count_whatever_address_they_take(kind: str) -> None:
    counted = {address_of(Keyed(), asked(f"2001:db8:1:2::{n:x}"), kind) for n in range(50)}
    assert len(counted) == 1
    assert address_of(Keyed(), asked("2001:db8:1:3::1"), kind) not in counted


def test_a_try_counts_for_the_name_and_the_subscriber() -> None:
    one, two = (tries(Keyed(), asked(f"2001:db8::{n}"), f"name {n}") for n in (1, 2))
    assert one[0] != two[0]
    assert one[1] == two[1]
