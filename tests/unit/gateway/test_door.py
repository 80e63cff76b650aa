"""From which address a request comes, whom the proxies speak for, and how often one may come."""

import asyncio
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import RateLimited
from privity.gateway.door import Door, Shared, came_from
from privity.gateway.rates import Rate
from privity.model.network import subscriber

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
addresses = st.ip_addresses().map(str)


def scope(client: str, *forwarded: str) -> dict:
    headers = [(b"x-forwarded-for", each.encode("latin-1", "replace")) for each in forwarded]
    return {"client": (client, 1), "headers": headers}


class Buckets:
    """Buckets in memory, as those of a database."""

    def __init__(self) -> None:
        self.paid: dict[str, datetime] = {}
        self.buckets = self
        self.get = self.paid.get
        self.put = self.paid.__setitem__

    async def write(self, work) -> None:
        work(self)


def door(buckets: Buckets, now: list[datetime], trusted=()) -> Door:
    return Door(Rate(2), trusted, Shared(buckets.write, b"k" * 32), lambda: now[0])


def come(to: Door, *froms: str) -> list[bool]:
    """Say of each who comes, in order, whether they are let in."""

    async def work() -> list[bool]:
        found = []
        for each in froms:
            try:
                await to.admit(scope(each))
            except RateLimited:
                found.append(False)
            else:
                found.append(True)
        return found

    return asyncio.run(work())


@given(addresses, st.text(max_size=60))
def test_without_trusted_proxies_nothing_that_a_client_says_counts(client, said) -> None:
    assert came_from(scope(client, said), ()) == client


@given(addresses.filter(lambda a: not a.startswith(("10.", "fd"))), st.text(max_size=60))
def test_who_is_no_proxy_speaks_for_nobody(client: str, said: str) -> None:
    assert came_from(scope(client, said), PROXIES) == client


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        (("203.0.113.7",), "203.0.113.7"),
        (("198.51.100.1, 203.0.113.7",), "203.0.113.7"),
        (("203.0.113.7, 10.2.2.2",), "203.0.113.7"),
        (("198.51.100.1", "203.0.113.7"), "203.0.113.7"),
        (("2001:db8::1",), "2001:db8::1"),
        (("203.0.113.7, unknown",), "10.1.1.1"),
        (("203.0.113.7:99",), "10.1.1.1"),
        (("",), "10.1.1.1"),
        ((), "10.1.1.1"),
        (("10.9.9.9",), "10.1.1.1"),
    ],
)
def test_a_proxy_speaks_for_the_last_one_that_is_none(forwarded, found: str) -> None:
    assert came_from(scope("10.1.1.1", *forwarded), PROXIES) == found


def test_a_proxy_may_come_by_an_address_of_both_versions() -> None:
    assert came_from(scope("::ffff:10.1.1.1", "203.0.113.7"), PROXIES) == "203.0.113.7"


def test_one_subscriber_has_one_network_of_ipv6() -> None:
    assert subscriber("2001:db8:1:2::1") == subscriber("2001:db8:1:2:ffff::9")
    assert subscriber("2001:db8:1:3::1") != subscriber("2001:db8:1:2::1")
    assert subscriber("::ffff:203.0.113.7") == subscriber("203.0.113.7") == "203.0.113.7"


def test_who_comes_too_often_waits_and_others_do_not() -> None:
    now = [NOW]
    here = door(Buckets(), now)
    assert come(here, "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2") == [
        True,
        True,
        False,
        True,
    ]
    now[0] += timedelta(seconds=30)
    assert come(here, "192.0.2.1", "192.0.2.1") == [True, False]


def test_two_processes_count_together() -> None:
    buckets, now = Buckets(), [NOW]
    one, other = door(buckets, now), door(buckets, now)
    assert come(one, "192.0.2.1") + come(other, "192.0.2.1", "192.0.2.1") == [True, True, False]


def test_no_address_stands_in_the_database() -> None:
    buckets = Buckets()
    come(door(buckets, [NOW]), "192.0.2.1")
    assert [name.partition(" ")[0] for name in buckets.paid] == ["address"]
    assert "192.0.2.1" not in str(buckets.paid)


def test_a_request_says_later_from_where_it_comes() -> None:
    asked = scope("10.1.1.1", "203.0.113.7")
    here = Door(None, PROXIES, Shared(Buckets().write, b"k" * 32), lambda: NOW)
    asyncio.run(here.admit(asked))
    assert asked["client"] == ("203.0.113.7", 0)
