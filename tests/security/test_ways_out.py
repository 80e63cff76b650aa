"""Every connection that the server begins goes where the settings say, and nowhere after that.

SSRF: no address comes from a request, no redirect is followed, no proxy comes from the environment,
and every address is judged when it is connected to (`adapters/egress.py`).
"""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from privity.adapters.egress import guarded, stopped

SOURCES = Path(__file__).parents[2] / "src" / "privity"
ASKING = {"get", "post", "put", "patch", "delete", "head", "request"}
HTTP = {"urllib.request", "http.client", "httpx", "requests", "urllib3", "ftplib", "telnetlib"}
BY_THEMSELVES = {"adapters/keys/transit.py", "cli/healthy.py"}
"""Ask the key store of the settings, and our own server, by http.client, which follows nothing."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(SOURCES.rglob("*.py")):
        name = str(file.relative_to(SOURCES))
        if not name.startswith("prove/"):  # speaks to the server that it starts itself
            yield name, ast.parse(file.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, dict[str, ast.expr]]]:
    """Every call of a method, by its name, with its named arguments."""
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            yield each.func.attr, {word.arg: word.value for word in each.keywords if word.arg}


def is_false(given: ast.expr | None) -> bool:
    return isinstance(given, ast.Constant) and given.value is False


def test_every_client_has_a_connector_behind_the_firewall() -> None:
    found = []
    for name, tree in modules():
        for called, given in calls(tree):
            if called == "ClientSession":
                found.append(name)
                assert "connector" in given, name
                assert "trust_env" not in given or is_false(given["trust_env"]), name
                text = (SOURCES / name).read_text("utf-8")
                assert "privity.adapters.egress import" in text, name
    assert len(found) >= 4


def test_no_client_follows_a_redirect() -> None:
    found = []
    for name, tree in modules():
        if "ClientSession" not in (SOURCES / name).read_text("utf-8"):
            continue
        for called, given in calls(tree):
            if called in ASKING and {"headers", "data", "ssl", "allow_redirects"} & set(given):
                found.append(name)
                assert is_false(given.get("allow_redirects")), name
    assert len(found) >= 3


def test_nothing_else_speaks_http() -> None:
    for name, tree in modules():
        imported = {
            each.module if isinstance(each, ast.ImportFrom) else alias.name
            for each in ast.walk(tree)
            if isinstance(each, ast.Import | ast.ImportFrom)
            for alias in each.names
        }
        assert name in BY_THEMSELVES or not imported & HTTP, name


async def asked(url: str) -> None:
    async with aiohttp.ClientSession(connector=guarded(url)) as session, session.get(url):
        pass


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[fe80::1]",
        "10.0.0.1",
        "0.0.0.0",  # noqa: S104 - refused
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
    ],
)
def test_an_address_inside_is_not_reached_however_it_is_written(host: str) -> None:
    with pytest.raises((aiohttp.ClientError, ValueError)) as caught:
        asyncio.run(asked(f"http://{host}:1/"))
    assert isinstance(caught.value, ValueError) or stopped(caught.value) is not None
