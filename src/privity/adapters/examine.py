"""Look at an installation, part by part, and say what is wrong with each.

Invariants: looking changes nothing; a check that fails does not stop the next; what is said holds
no secret and no person's text.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from privity.adapters import home as homes
from privity.adapters import tls
from privity.adapters.detectors import FOLDER, Reading, open_detector
from privity.adapters.keys.custodian import open_custodian
from privity.adapters.regions import own_region
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.upstream.providers import credentials, host, url
from privity.audit.checkpoint import open_checkpoint
from privity.audit.signing import Signer
from privity.errors import (
    KeyExposed,
    NotPermitted,
    PolicyWidened,
    PrivityError,
    UpstreamUnavailable,
)
from privity.gateway.wire.endpoint import Provider
from privity.model.policy import Policy, Share
from privity.policy.decide import recipients, residences
from privity.settings import ECHO, FILE, Settings, load

LEAST_FREE_BYTES = 1 << 30
CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one part: `code` is `ok` or that of an error."""

    part: str
    code: str
    detail: str
    remedy: str


Check: TypeAlias = "Callable[[Settings], str | Finding]"


def examine(home: Path) -> tuple[Finding, ...]:
    """Look at everything. The first part is the settings; without them there is nothing to see."""
    try:
        settings = load(home)
    except PrivityError as error:
        return (_failed("settings", error),)
    return (Finding("settings", "ok", f"{home / FILE} loads", ""), *_parts(settings))


def _parts(settings: Settings) -> Iterator[Finding]:
    checks: tuple[tuple[str, Check], ...] = (
        ("files", _files),
        ("policy", _policy),
        ("keys", _keys),
        ("database", _database),
        ("log", _log),
        ("detector", _detector),
        ("credentials", _credentials),
        ("openai", lambda given: _provider(given, Provider.OPENAI)),
        ("anthropic", lambda given: _provider(given, Provider.ANTHROPIC)),
        ("tls", _tls),
        ("disk", _disk),
        ("regions", _regions),
    )
    for part, check in checks:
        yield _checked(part, check, settings)
    stores: tuple[tuple[str, Check], ...] = (
        ("files", _files),
        ("keys", _keys),
        ("database", _database),
        ("log", _log),
    )
    for region in settings.regions:
        for part, check in stores:
            yield _checked(f"{part}.{region.value}", check, settings.of(region))


def _checked(part: str, check: Check, settings: Settings) -> Finding:
    try:
        found = check(settings)
    except PrivityError as error:
        return _failed(part, error)
    except OSError as error:
        return _failed(part, PrivityError(type(error).__name__))
    return (
        replace(found, part=part) if isinstance(found, Finding) else Finding(part, "ok", found, "")
    )


def _failed(part: str, error: PrivityError) -> Finding:
    return Finding(part, error.code, error.detail, error.remedy)


def _files(settings: Settings) -> str:
    folder = settings.folder
    secret = [folder, folder / homes.SECRETS]
    if settings.region is None:
        secret.append(folder / homes.IN_FORCE)
    if settings.key_file is not None:
        secret.append(settings.key_file)
    for file in secret:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            message = f"{file} is open to others"
            raise KeyExposed(message)
    return "for their owner alone"


def _policy(settings: Settings) -> str:
    policy = homes.read_policy(settings.home)
    if policy.digest != homes.read_policy(settings.home, homes.IN_FORCE).digest:
        message = f"{homes.POLICY} changed and was not adopted; the next start tries to"
        raise PolicyWidened(message)
    return f"version {policy.version}, digest {policy.digest[:16]}"


def _regions(settings: Settings) -> str:
    policy = homes.read_policy(settings.home)
    own = own_region(settings, policy)
    unserved = [region for region in settings.regions if region not in residences(policy)]
    if unserved:
        return f"the policy serves nobody of {', '.join(unserved)}, which have a store"
    names = ", ".join(filter(None, (own, *settings.regions)))
    return f"each has a store of its own: {names}" if names else "nothing is kept"


def _signer(settings: Settings) -> Signer:
    custodian = open_custodian(settings.key_uri)
    secrets = homes.read_secrets(settings.folder, custodian)
    return Signer(settings.storage.origin, secrets.signing)


def _keys(settings: Settings) -> str:
    return f"open; the log is signed by {_signer(settings).verifier.vkey}"


def _database(settings: Settings) -> str | Finding:
    journal = SqlJournal(settings.database_url, _signer(settings), 1)

    async def start() -> None:
        await journal.start()  # checks the schema, and that the log can be extended
        await journal.close()

    asyncio.run(start())
    with journal.reader.snapshot() as snapshot:
        kept = sum(each.records for each in snapshot.kept())
        overdue = snapshot.overdue(datetime.now(UTC) - timedelta(hours=2))
    if overdue:
        detail = f"{overdue} records should be gone and are not"
        remedy = "Run `privity serve`, which removes them at its start and every hour."
        return Finding("database", "records_overdue", detail, remedy)
    return f"{kept} records are kept, none is overdue"


def _log(settings: Settings) -> str:
    signer = _signer(settings)
    with SqlJournal(settings.database_url, signer, 1).reader.snapshot() as snapshot:
        head = snapshot.head()
        checkpoint = open_checkpoint(signer.verifier, head.note)
    return f"{checkpoint.size} entries under a valid checkpoint"


def _detector(settings: Settings) -> str:
    detector = open_detector(settings.path(FOLDER), Reading(settings.detect.language))
    return f"loads, version {detector.version}"


def _credentials(settings: Settings) -> str:
    held = credentials(settings)
    names = ", ".join(provider.value for provider in held)
    return f"held for {names}" if names else "none held; clients bring their own"


def _provider(settings: Settings, provider: Provider) -> str:
    address = url(settings, provider)
    policy = homes.read_policy(settings.home)
    if not _named(policy, host(settings, provider)):
        message = f"no processor of the policy has the host {host(settings, provider)}"
        raise NotPermitted(message)
    if address == ECHO:
        return "the built-in echo model"
    parts = urlsplit(address)
    name, secure = parts.hostname or "", parts.scheme == "https"
    authorities = settings.upstream.authorities
    try:
        with socket.create_connection(
            (name, parts.port or (443 if secure else 80)), CONNECT_SECONDS
        ) as plain:
            if not secure:
                return f"{name} answers"
            context = tls.client_context(settings.path(authorities) if authorities else None)
            with context.wrap_socket(plain, server_hostname=name) as wrapped:
                cipher = wrapped.cipher()
    except (OSError, ssl.SSLError) as error:
        message = f"{name} cannot be reached: {type(error).__name__}"
        raise UpstreamUnavailable(message) from error
    return f"{name} answers with {cipher[0] if cipher else 'no cipher'}"


def _named(policy: Policy, address: str) -> bool:
    return any(
        isinstance(clause, Share)
        and any(address in each.hosts for each in recipients(policy, clause.purpose))
        for _, clause in policy.clauses
    )


def _tls(settings: Settings) -> str:
    if not settings.tls.certificate:
        return "not used; only this machine can connect"
    certificate, key = settings.path(settings.tls.certificate), settings.path(settings.tls.key)
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        message = f"{key} may be read by others"
        raise KeyExposed(message)
    tls.server_context(certificate, key)
    return f"TLS 1.3 with {tls.SUITE}"


def _disk(settings: Settings) -> str | Finding:
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE_BYTES:
        detail = f"only {free >> 20} MiB are free where the home is"
        return Finding("disk", "disk_low", detail, "Free space, or move the database.")
    return f"{free >> 30} GiB free"
