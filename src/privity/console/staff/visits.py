"""Before somebody is signed in: a sealed cookie that holds the challenge of the page they look at.

Invariants: the cookie opens here only, for half an hour; the token of a page's form is derived from
it, so that no other site's form counts; a challenge that a passkey answered is never taken again.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from privity.console.people.forms import TOKEN, check_site, form_token, read_fields
from privity.console.people.visitor import Form
from privity.console.staff.ports import Challenge, StaffStore
from privity.errors import FormRefused, Tampered, UsedBefore
from privity.vault.aead import Key, bound
from privity.vault.home_secrets import derive

COOKIE = "__Host-privity-console-visit"
LASTS = timedelta(minutes=30)
_PLACE = bound("privity staff visit 1")
_RANDOM = 32
_TIME = 8


@dataclass(frozen=True, slots=True)
class Visits:
    """Seals and opens such cookies. `secret`: from which keys and tokens are derived."""

    secret: bytes

    @property
    def _key(self) -> Key:
        return Key(derive(self.secret, "visit"))

    def keep(self, answer: Response, challenge: Challenge) -> None:
        """Let the browser keep a challenge."""
        time = int(challenge.made_at.timestamp()).to_bytes(_TIME, "big")
        sealed = urlsafe_b64encode(self._key.seal(challenge.random + time, _PLACE)).decode()
        seconds = int(LASTS.total_seconds())
        keep(answer, COOKIE, sealed, seconds)

    def open(self, cookies: Mapping[str, str], now: datetime) -> Challenge:
        """Return the challenge of a browser. Raises FormRefused."""
        try:
            sealed = urlsafe_b64decode(cookies.get(COOKIE, ""))
            body = self._key.unseal(sealed, _PLACE)
        except (ValueError, Tampered):
            raise FormRefused(_NONE) from None  # whatever a hostile browser sent, it is not quoted
        made_at = datetime.fromtimestamp(int.from_bytes(body[_RANDOM:], "big"), UTC)
        if not timedelta(0) <= now - made_at < LASTS:
            raise FormRefused(_NONE)
        return Challenge(body[:_RANDOM], made_at)

    def token(self, challenge: Challenge) -> str:
        """Return what the form of the page carries."""
        return form_token(self.secret, challenge.random.hex())

    async def form(self, request: Request, now: datetime) -> tuple[Form, Challenge]:
        """Return what the form of a page sent, and its challenge. Raises FormRefused, TooLarge."""
        check_site(request)
        sent = await read_fields(request)
        challenge = self.open(request.cookies, now)
        if not hmac.compare_digest(sent.one(TOKEN).encode(), self.token(challenge).encode()):
            message = "the form does not carry the token of its page"
            raise FormRefused(message)
        return sent, challenge


def spend(tx: StaffStore, challenge: Challenge, now: datetime) -> None:
    """Use a challenge up. Raises UsedBefore the second time."""
    if not tx.used_passes.use(f"staff:{challenge.random.hex()}", challenge.made_at + LASTS, now):
        message = "this was answered before"
        raise UsedBefore(message)


def keep(
    answer: Response, name: str, value: str, seconds: int | None, *, strict: bool = True
) -> None:
    """Let the browser keep a cookie; `seconds`: None for the visit, 0 to drop it.

    `strict`: it does not come with a request that another site began.
    """
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict" if strict else "lax",
    )


_NONE = "the page is too old; open it again"
