"""Every address of the pages, as the pages themselves name them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.routing import Mount

from privity.console import people
from privity.console.people import build as people_pages
from privity.console.staff import build as staff_pages
from privity.console.staff.navigation import Section, sections_of

_PART = re.compile(r"\{(\w+)\}")
_FIELD = re.compile(r'name="([a-z_]+)"')


class Unasked:
    """Stands where a site is wanted to name addresses; nobody asks it for more."""

    def __getattr__(self, _: str) -> "Unasked":
        return self

    def __call__(self, *_: object, **__: object) -> "Unasked":
        return self

    def __iter__(self) -> Iterator["Unasked"]:
        return iter(())


@dataclass(frozen=True)
class Address:
    """A method and a path, with the names of the parts that vary."""

    method: str
    path: str

    @property
    def parts(self) -> list[str]:
        return _PART.findall(self.path)

    def filled(self, *values: str) -> str:
        given = iter(values)
        return _PART.sub(lambda _: next(given), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _of(modules: Any) -> list[Address]:
    routes = [route for module in modules for route in module.routes(Unasked())]
    return [
        Address(method, route.path)
        for route in routes
        if not isinstance(route, Mount)
        for method in sorted(route.methods - {"HEAD"})
    ]


def of_staff() -> list[Address]:
    return _of(staff_pages.PAGES)


def of_people() -> list[Address]:
    return _of(people_pages.PAGES)


def sections() -> tuple[Section, ...]:
    return sections_of(staff_pages.PAGES)


def fields() -> list[str]:
    """The names of all fields in the forms of all pages."""
    folders = [Path(each.__file__).parent / "templates" for each in (people, staff_pages)]
    found = {
        name
        for folder in folders
        for page in folder.glob("*.html")
        for name in _FIELD.findall(page.read_text("utf-8"))
    }
    return sorted(found - {"token"})
