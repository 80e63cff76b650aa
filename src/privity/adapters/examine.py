"""Look at an installation, part by part, and say what is wrong with each.

Invariants: looking changes nothing that anybody keeps; every part has one check; a check that fails
does not stop the next; what is said holds no secret and no person's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from privity.adapters.checking import (
    clock,
    files,
    keys,
    learning,
    network,
    organization,
    recovery,
    serving,
    storage,
    watching,
)
from privity.adapters.checking.setup import Setup
from privity.adapters.home import now
from privity.errors import PrivityError
from privity.governance.checks import Finding, Part, Verdict, well, wrong
from privity.model.words import Region
from privity.settings import FILE, Settings, load

Check: TypeAlias = Callable[[Setup], Verdict]

CHECKS: Mapping[Part, Check] = {
    Part.FILES: files.files,
    Part.POLICY: files.policy,
    Part.KEYS: keys.keys,
    Part.CUSTODY: keys.custody,
    Part.KEY_AGES: keys.key_ages,
    Part.DATABASE: storage.database,
    Part.DURABILITY: storage.durability,
    Part.DATABASE_TLS: storage.database_tls,
    Part.LOG: storage.log,
    Part.CLOCK: clock.clock,
    Part.WITNESSES: network.witnesses,
    Part.DETECTOR: serving.detector,
    Part.CREDENTIALS: network.held,
    Part.OPENAI: network.openai,
    Part.ANTHROPIC: network.anthropic,
    Part.AGREEMENTS: organization.agreements,
    Part.TLS: serving.encryption,
    Part.CERTIFICATE: serving.certificate,
    Part.HANDSHAKE: serving.handshake,
    Part.WATCHING: watching.watching,
    Part.STAFF: organization.staff,
    Part.TRAINING: learning.training,
    Part.MAIL: network.mail,
    Part.BACKUP: recovery.backup,
    Part.RESTORE: recovery.restore,
    Part.REHEARSAL: recovery.rehearsal,
    Part.REGIONS: storage.regions,
    Part.WORKERS: serving.workers,
    Part.DISK: files.disk,
}
"""The check of every part but the settings, in the order in which they are told."""
OF_A_STORE = (
    Part.FILES,
    Part.KEYS,
    Part.CUSTODY,
    Part.KEY_AGES,
    Part.DATABASE,
    Part.DURABILITY,
    Part.DATABASE_TLS,
    Part.LOG,
    Part.CLOCK,
    Part.BACKUP,
    Part.RESTORE,
    Part.REHEARSAL,
)
"""What is looked at again in the store of each further region."""


def examine(home: Path, at: datetime | None = None) -> tuple[Finding, ...]:
    """Look at everything. The first part is the settings; without them there is nothing to see."""
    try:
        settings = load(home)
    except PrivityError as error:
        return (Finding(Part.SETTINGS, None, _failed(error)),)
    first = Finding(Part.SETTINGS, None, well(f"{home / FILE} loads"))
    return (first, *_parts(settings, at or now()))


def _parts(settings: Settings, at: datetime) -> Iterator[Finding]:
    for part in CHECKS:
        yield _checked(part, Setup(settings, at), None)
    for region in settings.regions:
        for part in OF_A_STORE:
            yield _checked(part, Setup(settings.of(region), at), region)


def _checked(part: Part, setup: Setup, region: Region | None) -> Finding:
    try:
        verdict = CHECKS[part](setup)
    except PrivityError as error:
        verdict = _failed(error)
    except OSError as error:
        verdict = _failed(PrivityError(type(error).__name__))
    return Finding(part, region, verdict)


def _failed(error: PrivityError) -> Verdict:
    return wrong(error.code, error.detail, error.remedy)
