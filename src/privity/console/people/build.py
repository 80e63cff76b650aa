"""Everything below `/privacy`, put together."""

from __future__ import annotations

from secrets import token_hex

from starlette.types import ASGIApp

from privity.console.people import (
    age,
    answering,
    api,
    asking,
    choices,
    data,
    entering,
    mailing,
    notice,
    parent,
    past,
    removing,
    signing_in,
    taking,
)
from privity.console.people.phrases import load_voices
from privity.console.people.rendering import Rendering, Responsible
from privity.console.people.sessions import PassSessions
from privity.console.people.site import Site, build_site
from privity.console.people.surroundings import Surroundings
from privity.rights.passes import pass_key
from privity.vault.home_secrets import derive

PAGES = (
    *(notice, age, parent, data, choices, past),
    *(mailing, taking, removing, asking, entering, signing_in, answering, api),
)
"""The modules of pages, each with `routes(site)`."""


def build_people(given: Surroundings) -> ASGIApp:
    """Return the application of all pages for people."""
    policy = given.policy
    has_door = given.door is not None
    responsible = Responsible(policy.controller, policy.contact, given.sign_in, has_door)
    site = Site(
        rendering=Rendering(load_voices(), responsible),
        sessions=PassSessions(
            pass_key(given.secret), given.shelves, lambda: token_hex(16), policy.digest
        ),
        shelves=given.shelves,
        policy=policy,
        secret=derive(given.secret, "people"),
        clock=given.clock,
        published=given.published,
        parenting=given.parenting,
        door=given.door,
        counting=given.counting,
    )
    routes = [route for module in PAGES for route in module.routes(site)]
    return build_site(site, routes, given.embedders, given.tell)
