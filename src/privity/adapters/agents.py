"""The list of agents: the file `agents.toml` in the home. Without it, no agent is heard.

business = "EXAMPLE"

[agent.AGENT_ONE]
key = "base64 of the Ed25519 public key"
app = "helpdesk"   # the application that names its people by their mail address
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from starlette.types import ASGIApp

from privity.access.app_keys import LOCAL, app_name
from privity.adapters.lazily import Lazily
from privity.adapters.people import StoreShelves
from privity.audit.signing import Verifier, decode_base64
from privity.errors import PrivityError, SettingsInvalid
from privity.governance.drp import Agent, Network
from privity.model.words import AppId, Region, SubjectRef

FILE = "agents.toml"


def read_agents(home: Path, secret: bytes) -> Network | None:
    """Return the network of agents, or None where there is no file. Raises SettingsInvalid."""
    file = home / FILE
    if not file.exists():
        return None
    try:
        named = tomllib.loads(file.read_text(encoding="utf-8"))
        agents = {name: _agent(name, each) for name, each in named.get("agent", {}).items()}
        business = named["business"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        message = f"{FILE} cannot be read: {type(error).__name__}"
        raise SettingsInvalid(message) from error
    if not isinstance(business, str) or not business or set(named) - {"business", "agent"}:
        message = f"{FILE} must have business, and a table for each agent"
        raise SettingsInvalid(message)
    return Network(business, agents, secret)


def endpoints_for_agents(shelves: StoreShelves) -> Mapping[str, ASGIApp]:
    """Return where agents of people are heard, if the home has a list of them.

    Raises SettingsInvalid.
    """
    there = shelves.there
    secret = there.home.secrets.references
    network = read_agents(there.home.settings.home, secret)
    if network is None:
        return {}

    async def lives(subject: SubjectRef) -> Region:
        several = len(there.every) > 1
        found = await shelves.directory.region_of(subject) if several else None
        return found or there.own or Region.LOCAL

    def made() -> ASGIApp:
        from privity.console.agents import Counter, build_agents  # noqa: PLC0415 - when asked for

        links = there.home.settings.links
        where = (secret, links, lives, there.clock)
        return build_agents(Counter(network, shelves, there.policy, *where))

    return {"/drp": Lazily(made)}


def _agent(name: str, named: dict[str, str]) -> Agent:
    if set(named) != {"key", "app"}:
        message = f"{FILE}: agent.{name} must have key and app"
        raise SettingsInvalid(message)
    try:
        verifier = Verifier(f"agent/{name}", decode_base64(named["key"]))
        app = named["app"]
        return Agent(name, verifier, AppId(app) if app == LOCAL else app_name(app))
    except (PrivityError, ValueError) as error:
        message = f"{FILE}: key or app of agent.{name} is none"
        raise SettingsInvalid(message) from error
