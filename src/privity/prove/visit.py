"""A person visits their pages: opens a link, keeps less, deletes, and the certificate is verified.

Everything shown is what a running server answered over HTTP, as any program that speaks for a
person would see it; the certificate is verified without the server, with the log's public key.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import orjson

from privity.audit.signing import Verifier
from privity.errors import OperatorError
from privity.gateway.identify import PERSON_HEADER
from privity.prove.child import Child
from privity.vault import certificate
from privity.vault.certificate import Certificate

LINK = "/privity/people/link"
API = "/privacy/api/v1"
CHOSEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a person saw and did.

    `asked` is the beginning of what they wrote, as it is kept; `until` and `chosen_until`: when the
    last of it goes, before and after they chose to keep less; `left`: what is kept at the end.
    """

    address: str
    link_ends: datetime
    asked: str
    count: int
    until: datetime
    chosen_until: datetime
    certificate: Certificate
    left: int


def visit(child: Child, person: str, verifier: Verifier) -> Visit:
    """Start the server again and visit the pages of a person. Raises OperatorError."""
    return asyncio.run(_visit(child, person, verifier))


async def _visit(child: Child, person: str, verifier: Verifier) -> Visit:
    try:
        async with aiohttp.ClientSession() as session:
            await child.start(session)
            return await _as(session, child.url, person, verifier)
    finally:
        await child.end(signal.SIGTERM)


async def _as(session: aiohttp.ClientSession, url: str, person: str, verifier: Verifier) -> Visit:
    """1. The link. 2. What is kept. 3. Less. 4. Nothing. 5. The certificate."""
    link = await _call(session, f"POST {url}{LINK}", {PERSON_HEADER: person})
    address = urlsplit(link["url"])
    token = parse_qs(address.query)["link"][0]
    entered = await _call(session, f"POST {url}{API}/session", {}, {"link": token})
    known = {"authorization": f"Bearer {entered['session']}"}

    before = await _call(session, f"GET {url}{API}/data", known)
    seconds = str(CHOSEN // timedelta(seconds=1))
    await _call(session, f"PUT {url}{API}/choices/keep", known, {"value": seconds})
    after = await _call(session, f"GET {url}{API}/data", known)
    erased = await _call(session, f"POST {url}{API}/erasure", known)
    text = await _read(session, f"GET {url}{API}/deletions/{erased['entry']}", known)
    end = await _call(session, f"GET {url}{API}/data", known)
    return Visit(
        address=f"{address.path}?link={token[:12]}\u2026",
        link_ends=datetime.fromisoformat(link["ends"]),
        asked=before["conversations"][0]["title"],
        count=sum(kind["count"] for kind in before["kinds"]),
        until=_last(before),
        chosen_until=_last(after),
        certificate=certificate.check(text.decode(), verifier),
        left=sum(kind["count"] for kind in end["kinds"]),
    )


def _last(data: Mapping[str, Any]) -> datetime:
    return max(datetime.fromisoformat(kind["last_end"]) for kind in data["kinds"])


async def _call(
    session: aiohttp.ClientSession,
    way: str,
    headers: Mapping[str, str],
    body: Mapping[str, str] | None = None,
) -> Mapping[str, Any]:
    read: Mapping[str, Any] = orjson.loads(await _read(session, way, headers, body))
    return read


async def _read(
    session: aiohttp.ClientSession,
    way: str,
    headers: Mapping[str, str],
    body: Mapping[str, str] | None = None,
) -> bytes:
    method, _, url = way.partition(" ")
    async with session.request(method, url, headers=headers, json=body) as answer:
        data = await answer.read()
        if not answer.ok:
            message = f"the server refused the visit: {answer.reason}"
            raise OperatorError(message)
        return data
