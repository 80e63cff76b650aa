"""The pages of the console as HTML.

Invariants: every value is escaped; a value that is missing is an error, not an empty place; what a
browser loads beside the page is a file of ours, at the address of what it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from privity.console.pages import number
from privity.console.staff.served import Asset, shipped

ROOT = "/console"
THEME = "__Host-privity-console-theme"
"""The cookie that holds a chosen theme."""


class Theme(StrEnum):
    """How pages look: as the browser's system says, or as somebody chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def theme_of(cookies: Mapping[str, str]) -> Theme:
    """Return the theme that a browser keeps."""
    kept = cookies.get(THEME, "")
    return next((theme for theme in Theme if theme == kept), Theme.SYSTEM)


class Rendering:
    """Renders pages; made once. `controller`: who runs this, as the policy says."""

    __slots__ = ("_controller", "_environment", "assets")

    def __init__(self, controller: str) -> None:
        self.assets: Mapping[str, Asset] = shipped()
        self._controller = controller
        self._environment = Environment(
            loader=PackageLoader("privity.console.staff"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        addresses = {name: asset.path for name, asset in self.assets.items()}
        self._environment.globals["asset"] = addresses.__getitem__
        self._environment.globals["themes"] = tuple(Theme)
        self._environment.filters.update(moment=moment, number=number, words=words, coded=coded)

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> Response:
        """Return a page. `values` may hold `menu`, `here`, `token` of who is signed in."""
        given = {
            "controller": self._controller,
            "menu": (),
            "here": "",
            "page": ROOT,
            "token": "",
            "theme": Theme.SYSTEM,
            **values,
        }
        return HTMLResponse(self._environment.get_template(template).render(given), status)


def moment(at: datetime) -> str:
    """Return a moment as a person reads it, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def coded(text: str) -> Markup:
    """Return a text of ours in which what stands between backticks is set as code."""
    parts = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(part) if place % 2 else part
        for place, part in enumerate(parts)
    )


def words(name: str) -> str:
    """Return the name of a member of ours as words."""
    return name.replace("_", " ")
