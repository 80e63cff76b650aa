"""The way out: only to declared hosts, at addresses that may be theirs."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from pathlib import Path

import aiohttp
import pytest

from privity.adapters.egress import Closed, Firewall, Way, stopped, way_to
from privity.adapters.upstream.client import HttpUpstream, Target
from privity.errors import EgressRefused, SettingsInvalid
from privity.gateway.ports import Outbound
from privity.gateway.wire.endpoint import Endpoint
from privity.model.text import MinimizedBody
from privity.settings import parse

PUBLIC = Way(frozenset({"models.example.org"}))
HERE = Way(frozenset({"localhost"}))


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """Give a port on this machine, and everyone who connected to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server.getsockname()[1], came
        try:
            while True:
                came.append(server.accept())
        except BlockingIOError:
            return


async def get(way: Way, url: str) -> None:
    firewall = Firewall(way)
    connector = aiohttp.TCPConnector(resolver=firewall, socket_factory=firewall.open)
    async with aiohttp.ClientSession(connector=connector) as session, session.get(url):
        pass


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
    ],
)
def test_an_address_that_is_not_public_is_not_reached(address: str) -> None:
    assert not PUBLIC.ends_at(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_reached(address: str) -> None:
    assert PUBLIC.ends_at(ip_address(address))


def test_a_declared_range_is_reached_and_the_one_beside_it_is_not() -> None:
    way = Way(PUBLIC.hosts, (ip_network("10.1.2.0/24"),))
    assert way.ends_at(ip_address("10.1.2.3"))
    assert not way.ends_at(ip_address("10.1.3.3"))


def test_this_machine_is_reached_by_its_own_names_only() -> None:
    assert HERE.ends_at(ip_address("127.0.0.1"))
    assert not HERE.ends_at(ip_address("10.0.0.1"))


def test_a_name_that_was_not_declared_is_not_even_resolved() -> None:
    async def resolve() -> None:
        await Firewall(PUBLIC).resolve("localhost", 80)

    with pytest.raises(Closed):
        asyncio.run(resolve())


def test_no_byte_reaches_an_address_that_was_not_declared() -> None:
    with listening() as (port, came), pytest.raises(aiohttp.ClientError) as caught:
        asyncio.run(get(PUBLIC, f"http://127.0.0.1:{port}/"))
    assert came == []
    assert isinstance(stopped(caught.value), EgressRefused)


def test_another_failure_is_not_called_a_refusal() -> None:
    with listening() as (port, _):
        pass
    with pytest.raises(aiohttp.ClientError) as caught:
        asyncio.run(get(HERE, f"http://localhost:{port}/"))
    assert stopped(caught.value) is None


def test_the_way_to_an_url_is_to_its_host_alone() -> None:
    way = way_to("https://Models.Example.org:8443/v1")
    assert way.leads_to("models.example.org.")
    assert not way.leads_to("example.org")
    assert not way.leads_to("evil-models.example.org")


@pytest.mark.parametrize("url", ["http://10.0.0.1", "http://169.254.169.254"])
def test_a_provider_in_a_private_network_is_refused_with_what_to_do(url: str) -> None:
    async def send() -> None:
        firewall = Firewall(way_to(url))
        connector = aiohttp.TCPConnector(resolver=firewall, socket_factory=firewall.open)
        async with aiohttp.ClientSession(connector=connector) as session:
            body = MinimizedBody(b"{}")
            upstream = HttpUpstream(session, Target(url, None, "", 1000))
            await upstream.send(Outbound(Endpoint.CHAT, "/v1/chat/completions", "", (), body))

    with pytest.raises(EgressRefused) as caught:
        asyncio.run(send())
    assert "egress.ranges" in caught.value.remedy
    assert "169.254" not in caught.value.detail


def test_a_range_that_is_none_is_an_error_of_the_settings() -> None:
    with pytest.raises(SettingsInvalid, match=r"egress\.ranges"):
        parse({"egress": {"ranges": "10.0.0.0/33"}}, Path("/h"))
