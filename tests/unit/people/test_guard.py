"""What stands around every page, also when a part of ours fails."""

import asyncio
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from privity.console.people.forms import check_site
from privity.console.people.guard import headers
from privity.console.people.phrases import load_voices
from privity.console.people.rendering import Rendering, Responsible
from privity.console.people.site import Site, build_site
from privity.errors import FormRefused

RENDERING = Rendering(load_voices(), Responsible("Okafor Furniture", "privacy@okafor.example"))
SITE = Site(RENDERING, None, None, None, bytes(32), lambda: None)  # type: ignore[arg-type]


def served(
    answer: Any, path: str = "/privacy/x", **given: str
) -> tuple[list[Any], list[Exception]]:
    """Ask a site of one page; return what it sent and what it told of."""
    told: list[Exception] = []
    sent: list[Any] = []
    app = build_site(SITE, [Route(path, answer)], (), told.append)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": given.get("query", "").encode(),
        "headers": [(b"accept-language", given.get("language", "en").encode())],
    }
    asyncio.run(app(scope, receive, send))
    return sent, told


async def well(_: Request) -> Response:
    return PlainTextResponse("well", headers={"cache-control": "public", "x-more": "yes"})


async def failing(_: Request) -> Response:
    message = "it quotes Margaret"
    raise ValueError(message)


async def leaving(_: Request) -> Response:
    raise ClientDisconnect


@pytest.mark.parametrize("path", ["/privacy/x", "/privacy/api/v1/x"])
def test_a_failure_of_ours_is_told_and_quotes_nobody(path: str) -> None:
    sent, told = served(failing, path)
    body = b"".join(message.get("body", b"") for message in sent)
    assert sent[0]["status"] == 500
    assert b"internal" in body
    assert b"Margaret" not in body
    assert [type(error) for error in told] == [ValueError]
    assert dict(sent[0]["headers"])[b"cache-control"] == b"no-store"


def test_a_browser_that_leaves_is_no_failure() -> None:
    _, told = served(leaving)
    assert told == []


def test_no_page_can_weaken_the_headers() -> None:
    sent, _ = served(well)
    given = sent[0]["headers"]
    assert [value for name, value in given if name == b"cache-control"] == [b"no-store"]
    assert (b"x-more", b"yes") in given


def test_only_declared_origins_may_show_the_pages_in_a_frame() -> None:
    policy = dict(headers(["https://app.example.org"]))[b"content-security-policy"]
    assert b"frame-ancestors https://app.example.org" in policy
    assert b"frame-ancestors 'none'" in dict(headers([]))[b"content-security-policy"]


def test_a_language_that_was_chosen_is_remembered() -> None:
    sent, _ = served(well, query="language=de")
    assert any(b"privity-language=de" in value for _, value in sent[0]["headers"])
    sent, _ = served(well, query="language=xx")
    assert not any(name == b"set-cookie" for name, _ in sent[0]["headers"])


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({}, True),
        ({"origin": "https://here.example"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "null"}, False),
        ({"origin": "https://there.example"}, False),
        ({"origin": "https://here.example.there.example"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "https://here.example"}, False),
    ],
)
def test_a_form_comes_from_this_site_or_from_no_browser(given: dict[str, str], fits: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    request = Request({"type": "http", "headers": [(b"host", b"here.example"), *raw]})
    if fits:
        check_site(request)
    else:
        with pytest.raises(FormRefused):
            check_site(request)
