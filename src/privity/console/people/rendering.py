"""Pages as HTML, in the language of who reads them.

Invariants: every value is escaped; a value or a phrase that is missing is an error, not an empty
place; no page holds a script, a style of its own, or anything from elsewhere (`security` says so
to the browser); no page is stored by a browser or a proxy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from privity.console.people.phrases import NAMES, Voice
from privity.console.people.visitor import PersonRequest
from privity.model.words import Language

STYLE = "/privacy/style.css"
NAVIGATION = (
    ("/privacy/", "navigation.data"),
    ("/privacy/choices", "navigation.choices"),
    ("/privacy/history", "navigation.history"),
    ("/privacy/requests", "navigation.requests"),
    ("/privacy/download", "navigation.download"),
    ("/privacy/delete", "navigation.delete"),
)
"""The pages of somebody who is signed in, in the order of the menu: address and phrase."""


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who is responsible for the data and how to reach them, as the policy says, and ways in.

    `sign_in` is where an application sends people to with a new link, or empty; `provider` says
    whether people can sign in with the team's identity provider.
    """

    controller: str
    contact: str
    sign_in: str = ""
    provider: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a page.

    `here` is its address, for the menu and the change of language; `signed_in` shows the menu;
    `token` is for the form that signs out.
    """

    language: Language
    here: str
    token: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether the page is one of somebody who is signed in."""
        return bool(self.token)


class Rendering:
    """Renders pages; made once."""

    __slots__ = ("_environment", "_responsible", "style", "voices")

    def __init__(self, voices: Mapping[Language, Voice], responsible: Responsible) -> None:
        self.voices = voices
        self.style = resources.files(__package__).joinpath("templates/people.css").read_bytes()
        self._responsible = responsible
        self._environment = Environment(
            loader=PackageLoader("privity.console.people"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def add_filter(self, name: str, made: Callable[..., object]) -> None:
        """Let templates use a function."""
        self._environment.filters[name] = made

    def voice(self, language: Language) -> Voice:
        """Return a language."""
        return self.voices[language]

    def page(
        self,
        template: str,
        asked: PersonRequest,
        here: str,
        values: Mapping[str, object],
        status: int = 200,
    ) -> Response:
        """Return a page for a person who is signed in; `here` is its address."""
        around = Around(asked.language, here, asked.token)
        shown = {"asked": asked, **values}
        return self.open_page(template, around, shown, status)

    def open_page(
        self, template: str, around: Around, values: Mapping[str, object], status: int = 200
    ) -> Response:
        """Return a page, also for somebody who is not signed in."""
        return HTMLResponse(self.text(template, around, values), status)

    def text(self, template: str, around: Around, values: Mapping[str, object]) -> str:
        """Return a page as text."""
        voice = self.voices[around.language]
        return self._environment.get_template(template).render(
            {
                "around": around,
                "voice": voice,
                "say": voice.say,
                "day": voice.day,
                "moment": voice.moment,
                "number": voice.number,
                "navigation": NAVIGATION,
                "languages": NAMES,
                "responsible": self._responsible,
                "stylesheet": f"{STYLE}?{hashlib.sha256(self.style).hexdigest()[:12]}",
                **values,
            }
        )
