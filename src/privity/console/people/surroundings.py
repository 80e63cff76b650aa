"""What the pages for people are made with; loading this loads none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from privity.console.people.door import Door
from privity.console.people.parenting import Parenting
from privity.console.people.ports import Shelves
from privity.console.people.published import Published
from privity.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the pages are made with.

    `secret` is the one that the references to people are keyed with; `embedders`: origins whose
    pages may show these in a frame; `sign_in`: where an application sends people with a new link;
    `published`: the policy over time; `parenting`: children and their parents; `door`: the way in
    with an identity provider; `counting`: digests of notices under which an agreement still counts,
    None: the policy's alone.
    """

    policy: Policy
    shelves: Shelves
    secret: bytes
    clock: Callable[[], datetime]
    tell: Callable[[Exception], None]
    embedders: Sequence[str] = ()
    sign_in: str = ""
    published: Published | None = None
    parenting: Parenting | None = None
    door: Door | None = None
    counting: frozenset[str] | None = None
