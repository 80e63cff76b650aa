"""The policy that a new home starts with.

Invariants: what `starter` returns loads, whatever names it is given; nothing in it depends on the
machine or the time; the comments that explain each choice stay in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources
from string import Template

import tomlkit

from privity.model.words import Recipient, Region

ECHO = Recipient("echo", Region.LOCAL, frozenset({"builtin"}))
"""The model that is built in: it answers with what it received, on this machine."""


def starter(
    controller: str = "Your organization",
    contact: str = "privacy@example.org",
    region: Region = Region.LOCAL,
    processors: Sequence[Recipient] = (ECHO,),
) -> str:
    """Return the text of a policy that answers people and does nothing else.

    `region` is where minimized conversations are kept; `processors` receive them, each with its
    own region and hosts.
    """
    shipped = resources.files("privity.policy").joinpath("starter.toml").read_text("utf-8")
    return Template(shipped).substitute(
        controller=_quoted(controller),
        contact=_quoted(contact),
        region=_quoted(region),
        processors="\n\n".join(_declared(processor) for processor in processors),
        share=_listed(processor.name for processor in processors),
    )


def _declared(processor: Recipient) -> str:
    return (
        "[[processor]]\n"
        f"name   = {_quoted(processor.name)}\n"
        f"region = {_quoted(processor.region)}\n"
        f"hosts  = {_listed(sorted(processor.hosts))}"
    )


def _listed(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"


def _quoted(text: str) -> str:
    return tomlkit.string(str(text)).as_string()
