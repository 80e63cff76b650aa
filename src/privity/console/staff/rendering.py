"""The pages of the console as HTML.

Invariants: every value is escaped; a value that is missing is an error, not an empty place; the
style is the one of the pages for people, with what only the console has after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

ROOT = "/console"
STYLE = f"{ROOT}/style.css"
SCRIPT = f"{ROOT}/passkeys.js"


class Rendering:
    """Renders pages; made once. `controller`: who runs this, as the policy says."""

    __slots__ = ("_controller", "_environment", "script", "style")

    def __init__(self, controller: str) -> None:
        own = files(__package__).joinpath("templates")
        shared = files("privity.console.people").joinpath("templates", "people.css")
        self.style = shared.read_bytes() + own.joinpath("staff.css").read_bytes()
        self.script = own.joinpath("passkeys.js").read_bytes()
        self._controller = controller
        self._environment = Environment(
            loader=PackageLoader("privity.console.staff"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["moment"] = moment

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> Response:
        """Return a page. `values` may hold `menu`, `here` and `token` of who is signed in."""
        given = {
            "controller": self._controller,
            "menu": (),
            "here": "",
            "token": "",
            "stylesheet": f"{STYLE}?{_mark(self.style)}",
            "script": f"{SCRIPT}?{_mark(self.script)}",
            **values,
        }
        return HTMLResponse(self._environment.get_template(template).render(given), status)


def moment(at: datetime) -> str:
    """Return a moment as a person reads it, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
