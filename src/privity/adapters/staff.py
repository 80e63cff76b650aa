"""Whether there is a console for staff here, and where browsers find it; loading this loads little.

Invariants: browsers know the server by one origin, which comes from the settings and never from a
request; the console is not served beyond this machine without TLS; what it needs (Argon2, WebAuthn,
Cedar) is loaded with its first page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from privity.adapters.lazily import Lazily
from privity.adapters.people import StoreShelves
from privity.console.view import StatusView
from privity.errors import PrivityError, SettingsInvalid
from privity.gateway.report import Line, Report, where
from privity.settings import Settings

_NEEDED = ("argon2", "markdown_it", "pyotp", "segno", "webauthn")
MISSING = "the console of the staff needs more software; install privity[staff]"


def origin(settings: Settings) -> str:
    """Return the origin at which staff reach this server."""
    url = urlsplit(settings.people.url)
    if url.netloc:
        return f"{url.scheme}://{url.netloc}"
    scheme = "https" if settings.tls.certificate else "http"
    return f"{scheme}://localhost:{settings.listen.port}"


def check_software() -> None:
    """Raise SettingsInvalid where the software of the console is not installed."""
    if not all(map(find_spec, _NEEDED)):
        raise SettingsInvalid(MISSING)


def pages_for_staff(
    shelves: StoreShelves, view: StatusView, report: Report
) -> Mapping[str, ASGIApp]:
    """Return the console with the path that it is below, or none where it is off."""
    settings = shelves.own.store.settings
    if not settings.staff.console or not (settings.loopback or settings.tls.certificate):
        return {}
    if not all(map(find_spec, _NEEDED)):
        return {"/console": PlainTextResponse(MISSING + "\n", 503)}

    def tell(error: Exception) -> None:
        report(Line.DEFECT, {"code": PrivityError.code, "where": where(error)})

    return {"/console": Lazily(lambda: _made(shelves, view, tell))}


def _made(shelves: StoreShelves, view: StatusView, tell: Callable[[Exception], None]) -> ASGIApp:
    from privity.adapters.staff_console import open_console  # noqa: PLC0415 - with the first page

    return open_console(shelves, view, tell)
