"""Make a home, whole: settings, policy, root key, secrets, database, first entries of the log."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from privity.adapters import home as homes
from privity.adapters.governing import plant_in
from privity.adapters.home import Home
from privity.adapters.keys.custodian import create_custodian, open_custodian
from privity.adapters.sql.create import create
from privity.adapters.sql.journal import SqlJournal
from privity.audit.entry import Entry, Event
from privity.audit.signing import Signer
from privity.errors import BadInput
from privity.model.words import Purpose, Recipient, Region
from privity.policy.decide import residence
from privity.policy.load import load
from privity.policy.starter import ECHO as ECHO_MODEL
from privity.policy.starter import starter
from privity.settings import ECHO, FILE, LOOPBACK, ROOT, Settings, Value, write
from privity.settings import load as load_settings
from privity.vault.home_secrets import create_secrets
from privity.vault.rotation_ports import RootKeys

_KNOWN = {"api.openai.com": ("openai", Region.US), "api.anthropic.com": ("anthropic", Region.US)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a home is made of. `upstreams`: the OpenAI-shaped provider's URL, the Anthropic one's.

    `region` is where providers process that privity does not know; `policy` a file to start with;
    `keys` the URI of the root key, which is made here if it is a file.
    """

    home: Path
    upstreams: tuple[str, str]
    region: Region | None
    database: str
    policy: Path | None
    keys: str = ROOT


def initialize(plan: Plan, now: datetime) -> None:
    """Make a home. Raises HomeExists, BadInput, PolicyInvalid, SettingsInvalid and the like.

    1. settings and policy, checked; 2. root key and secrets; 3. database and log; 4. the made-up
    person of the nightly rehearsal.
    """
    with homes.making(plan.home) as folder:
        homes.write_private(folder / FILE, _settings_text(plan).encode("utf-8"))
        settings = load_settings(folder)
        text = _policy_text(plan)
        policy = load(text, homes.POLICY)
        homes.write_private(folder / homes.POLICY, text.encode("utf-8"))
        homes.write_private(folder / homes.IN_FORCE, text.encode("utf-8"))

        custodian = _custodian(settings, now)
        made = create_secrets()
        homes.write_private(folder / homes.SECRETS, made.wrap(custodian))

        signer = Signer(settings.storage.origin, made.signing)
        create(settings.database_url, settings.storage.origin, signer)
        with SqlJournal(settings.database_url, signer, 1).transaction() as tx:
            facts = {"version": policy.version}
            tx.log.append(Entry(Event.KEY_CREATED, now, policy.digest, facts={"key": "root"}))
            tx.log.append(Entry(Event.POLICY_ADOPTED, now, policy.digest, facts=facts))
        home = Home(settings, custodian, made, SqlJournal(settings.database_url, signer, 1))
        plant_in(home, residence(policy, Purpose.ASSIST), policy, now)


def _custodian(settings: Settings, now: datetime) -> RootKeys:
    """Make the file of the root key; any other custodian must have one already."""
    if settings.key_file is None:
        return open_custodian(settings.key_uri)
    return create_custodian(settings.key_uri, now)


def _settings_text(plan: Plan) -> str:
    openai, anthropic = plan.upstreams
    changed: dict[tuple[str, str], Value] = {
        ("upstream", "openai"): openai,
        ("upstream", "anthropic"): anthropic,
        ("storage", "database"): plan.database,
        ("keys", "root"): plan.keys,
        ("storage", "origin"): f"privity.local/{secrets.token_hex(4)}",
    }
    return write(changed)


def _policy_text(plan: Plan) -> str:
    if plan.policy is None:
        processors = dict.fromkeys(_processor(url, plan.region) for url in plan.upstreams)
        return starter(processors=tuple(processors))
    try:
        return plan.policy.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{plan.policy} cannot be read: {type(error).__name__}"
        raise BadInput(message) from error


def _processor(url: str, region: Region | None) -> Recipient:
    """Return the processor at an address: who and where, as far as that is known."""
    if url == ECHO:
        return ECHO_MODEL
    parts = urlsplit(url)
    host = parts.netloc.lower()
    if host in _KNOWN:
        name, where = _KNOWN[host]
        return Recipient(name, where, frozenset({host}))
    if parts.hostname in LOOPBACK:
        return Recipient(_name(host), region or Region.LOCAL, frozenset({host}))
    if region is None:
        message = f"say where {host} processes what it receives, with --upstream-region"
        raise BadInput(message)
    return Recipient(_name(host), region, frozenset({host}))


def _name(host: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", host).strip("-") or "provider"
