"""Cookies of the pages: for this host alone, out of reach of scripts and of other sites' forms."""

from __future__ import annotations

import re

from starlette.responses import Response

THEN_COOKIE = "__Host-privity-then"
"""Where somebody goes who has to sign in again first."""

FORGOTTEN = '"cache", "storage"'
"""Clear-Site-Data of whoever leaves: the browser forgets what it still holds of the pages (W3C)."""

LINK = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""What the link of a letter may look like; nothing else is put into a cookie."""


def keep(answer: Response, name: str, value: str, seconds: int | None) -> None:
    """Let the browser keep a cookie; `seconds`: for how long, None for the visit, 0 to drop it."""
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )
