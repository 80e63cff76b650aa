"""Forms: read within bounds, and only from this site and from this session.

Invariants: a form counts only with the token of its own session (compared in constant time), and
never when the browser says that another site sent it; nothing of a form is in an error.
"""

from __future__ import annotations

import asyncio
import hmac
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from privity.console.people.visitor import Form
from privity.errors import FormRefused, TooLarge, TooSlow
from privity.vault.home_secrets import derive

TOKEN = "token"  # noqa: S105 - the name of a form's field
MOST_BYTES = 262_144
MOST_FIELDS = 5000
SECONDS = 30.0
"""The longest time for a form to arrive."""
_TYPE = "application/x-www-form-urlencoded"
_FROM_HERE = frozenset({"same-origin", "none"})


def form_token(secret: bytes, session: str) -> str:
    """Return the token that forms of this session carry."""
    return derive(secret, "form", session).hex()


async def read_form(request: Request, expected: str) -> Form:
    """Return what a form sent. Raises FormRefused, TooLarge."""
    check_site(request)
    form = await read_fields(request)
    if not hmac.compare_digest(form.one(TOKEN).encode(), expected.encode()):
        msg = "the form does not carry the token of this session"
        raise FormRefused(msg)
    return form


async def read_fields(request: Request) -> Form:
    """Return what a form sent, whoever sent it. Raises FormRefused, TooLarge."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        msg = "the request is not a form of this site"
        raise FormRefused(msg)
    body = await read_body(request, MOST_BYTES)
    if b"\0" in body or b"%00" in body:  # no database takes a zero byte in a text
        msg = "the form cannot be read"
        raise FormRefused(msg)
    try:
        fields = parse_qs(
            body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError:
        msg = "the form cannot be read"
        raise FormRefused(msg) from None  # the inner error may quote the form
    return Form(fields)


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of a request. Raises TooLarge, TooSlow."""
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    msg = f"a form may have {most} bytes"
                    raise TooLarge(msg)
    except TimeoutError:
        msg = f"the body did not arrive within {SECONDS:g} seconds"
        raise TooSlow(msg) from None  # it says nothing more
    return bytes(body)


def check_site(request: Request) -> None:
    """Refuse a request that the browser says comes from a page of another site.

    Raises FormRefused. Headers: Sec-Fetch-Site (W3C Fetch Metadata), Origin (RFC 6454).
    """
    fetched_from = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    elsewhere = fetched_from is not None and fetched_from not in _FROM_HERE
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        elsewhere = True
    if elsewhere:
        msg = "the form was sent from a page of another site"
        raise FormRefused(msg)
