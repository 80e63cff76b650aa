"""Where one can go: each module of pages says so itself, and the menu and the search read it.

Invariants: a section is found only by who may open it, by the same rules that its pages ask; there
is no second list of pages, of their names, or of what may be found in them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Protocol, TypeAlias

from starlette.routing import Route

from privity.access.desk import FRESH_RULE, Acting, Wish
from privity.access.staff import Action, Kind, Staff, StaffId, Thing
from privity.console.staff.rendering import ROOT
from privity.model.words import Purpose

if TYPE_CHECKING:
    from privity.console.staff.site import Site, StaffRequest

Shown: TypeAlias = Callable[[Acting], bool]
"""Says whether somebody finds a section."""
Find: TypeAlias = "Callable[[Site, StaffRequest, str], Awaitable[str | None]]"
"""Returns the page of what was typed into the search, or None. It may be asked about anything."""
Waits: TypeAlias = "Callable[[Site, StaffRequest], Awaitable[str]]"
"""Says in a few words what waits for somebody there; empty if nothing does."""

_MOST_KNOWN = 500


class Group(StrEnum):
    """Under which heading a section stands, in this order."""

    TODAY = "Today"
    PEOPLE = "People"
    WATCH = "Watch"
    PROMISES = "Promises"
    STAFF = "Staff"
    OWN = "You"


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the menu.

    `says`: one plain sentence about it, for the search. `words`: what else people may type for it.
    `finds`: what can be found in it, if anything can. `waits`: what waits there for who looks.
    """

    path: str
    label: str
    group: Group
    shown: Shown
    says: str
    words: str = ""
    finds: Find | None = None
    waits: Waits | None = None

    def named_by(self, typed: str) -> bool:
        """Say whether every word of what was typed begins a word about this section."""
        about = f"{self.label} {self.says} {self.words}".lower().split()
        wanted = typed.lower().split()
        return bool(wanted) and all(any(w.startswith(each) for w in about) for each in wanted)


class Pages(Protocol):
    """A module of pages."""

    @property
    def SECTIONS(self) -> tuple[Section, ...]:  # noqa: N802 - the constant of a module
        """Its places in the menu; empty for pages that one is sent to."""
        ...

    def routes(self, site: Site) -> list[Route]:
        """Return its addresses."""
        ...


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of somebody's menu."""

    label: str
    sections: tuple[Section, ...]


def sections_of(modules: Iterable[Pages]) -> tuple[Section, ...]:
    """Return all sections, in the order of their groups."""
    found = [section for module in modules for section in module.SECTIONS]
    order = tuple(Group)
    return tuple(sorted(found, key=lambda section: order.index(section.group)))


class Menus:
    """Everybody's menu: what the rules let them open.

    The rules are asked once for each set of roles and regions, with or without training, because
    whether a section is shown hangs on nothing else; they do not change while a process runs.
    """

    __slots__ = ("_known", "_sections")

    def __init__(self, sections: Sequence[Section] = ()) -> None:
        self._sections = sections
        self._known: dict[tuple[Staff, bool], tuple[Section, ...]] = {}

    def open_to(self, acting: Acting) -> tuple[Section, ...]:
        """Return the sections that somebody may open."""
        anybody = replace(acting.by.staff, id=StaffId("any"))
        kind = anybody, acting.by.trained
        if kind not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            shown = tuple(section for section in self._sections if section.shown(acting))
            self._known[kind] = shown
        return self._known[kind]

    def of(self, acting: Acting) -> tuple[Heading, ...]:
        """Return the menu of somebody."""
        return tuple(
            Heading(group.value, tuple(found))
            for group, found in groupby(self.open_to(acting), lambda section: section.group)
        )


def here_in(menu: Sequence[Heading], path: str) -> str:
    """Return the address of the section that a page belongs to, or empty.

    Every address is below the first page's, so that one owns itself only.
    """
    known = [section.path for heading in menu for section in heading.sections]
    above = [each for each in known if path.startswith(f"{each}/") and each != ROOT]
    return path if path in known else max(above, key=len, default="")


def may(acting: Acting, wish: Wish) -> bool:
    """Say whether the rules allow it, if need be after a fresh second factor. Nothing is written.

    For what is offered on a page only: doing it asks again.
    """
    answer = acting.judge(wish)
    return answer.allowed or answer.because == (FRESH_RULE,)


def to(wish: Wish) -> Shown:
    """Show a section to whoever may have this."""
    return lambda acting: may(acting, wish)


def everyone(_: Acting) -> bool:
    """Show a section to whoever is signed in: it is about themselves."""
    return True


def somewhere(action: Action, purpose: Purpose) -> Shown:
    """Show a section to whoever may do this for this purpose in one of their regions."""

    def shown(acting: Acting) -> bool:
        asker = StaffId("any") if action.on is Kind.GRANT else None
        things = (
            Thing(action.on, "any", region, asked_by=asker) for region in acting.by.staff.regions
        )
        return any(may(acting, Wish(action, thing, purpose)) for thing in things)

    return shown
