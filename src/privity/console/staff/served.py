"""The files that browsers load: styles and scripts, from here and from nowhere else.

Invariants: an address holds the digest of its file, so that a browser may keep the file for good
and never runs an old one; only these files can be asked for, by exactly this address; what others
wrote lies beside its licence and is as they published it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ASSETS = "/console/assets"
FOR_GOOD = "public, max-age=31536000, immutable"
"""How long a file may be kept (RFC 9111; `immutable`: RFC 8246)."""
_CSS = "text/css"
_SCRIPT = "text/javascript"
_FILES = (
    ("frame.css", _CSS),
    ("parts.css", _CSS),
    ("rooms.css", _CSS),
    ("console.js", _SCRIPT),
    ("passkeys.js", _SCRIPT),
    ("plots.js", _SCRIPT),
    ("htmx-4.0.1.min.js", _SCRIPT),
    ("uplot-1.6.32.min.js", _SCRIPT),
    ("uplot-1.6.32.min.css", _CSS),
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, and its address."""

    name: str
    kind: str
    data: bytes

    @property
    def path(self) -> str:
        """Where browsers find it."""
        return f"{ASSETS}/{hashlib.sha256(self.data).hexdigest()[:16]}/{self.name}"


def shipped() -> Mapping[str, Asset]:
    """Return every file by its name."""
    folder = files(__package__).joinpath("assets")
    return {name: Asset(name, kind, folder.joinpath(name).read_bytes()) for name, kind in _FILES}


def asset_routes(assets: Iterable[Asset]) -> list[Route]:
    """Return where the files are served."""
    return [Route(each.path, _served(each), methods=["GET"]) for each in assets]


def _served(asset: Asset) -> Callable[[Request], Awaitable[Response]]:
    async def served(_: Request) -> Response:
        return Response(asset.data, media_type=asset.kind, headers={"cache-control": FOR_GOOD})

    return served
