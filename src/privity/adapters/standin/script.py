"""Scripted replies: what the model says next, with the codes that it was given.

`{EMAIL}` stands for the first code of that kind in the request, as a model would repeat it; a line
that begins with `run:` calls the first tool offered, with the rest as its argument.
"""

from __future__ import annotations

import re

import orjson

from privity.adapters.standin.replies import Call, Reply
from privity.adapters.standin.request import Asked

_PLACE = re.compile(r"\{([A-Z]+)\}")
_CALL = "run:"


def play(line: str, asked: Asked, body: bytes) -> Reply:
    """Return the reply that a line of the script stands for."""
    received = body.decode("utf-8", "replace")
    said = _PLACE.sub(lambda place: _code(place.group(1), received), line)
    if said.startswith(_CALL) and asked.tools:
        tool = asked.tools[0]
        given = {tool.argument: said.removeprefix(_CALL).strip()} if tool.argument else {}
        return Reply("", Call(tool.name, orjson.dumps(given).decode()))
    return Reply(said)


def _code(kind: str, received: str) -> str:
    found = re.search(rf"\[{kind}_[a-z0-9]+\]", received)
    return found.group() if found else f"the {kind.lower()}"
