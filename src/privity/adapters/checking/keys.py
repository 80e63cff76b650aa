"""Checks of keys: they open this home, lie apart from the data, and are not older than promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from privity.adapters.checking.setup import Setup
from privity.adapters.keys.custodian import open_custodian
from privity.adapters.rotating import ages
from privity.adapters.sql.rotation import oldest_made
from privity.governance.checks import Verdict, advice, well, wrong
from privity.model.words import KeyLevel

SLACK = timedelta(days=1)
"""How late a rotation may be: a serving home rotates every hour, and may have been stopped."""


def keys(setup: Setup) -> Verdict:
    """Open the home's secrets with the root key, as a server does at its start."""
    return well(f"open; the log is signed by {setup.signer().verifier.vkey}")


def custody(setup: Setup) -> Verdict:
    """Look whether the root key is somewhere else than what it protects."""
    file = setup.settings.key_file
    if file is None:
        return well(f"held by {setup.settings.keys.root.partition(':')[0]}")
    remedy = (
        "Keep it in a hardware module, AWS KMS or Vault/OpenBao: name it under keys.root (docs/"
        "keys.md), so that who copies this home cannot open it."
    )
    return advice("key_in_file", f"the root key is the file {file.name}", remedy)


def key_ages(setup: Setup) -> Verdict:
    """Compare the oldest key of each level with the age that policy and settings promise."""
    due = ages(setup.settings.keys, setup.policy())
    made = _made(setup)
    late = [
        f"{level.value} ({(setup.at - made[level]).days} days, {age.days} promised)"
        for level, age in due.items()
        if level in made and setup.at - made[level] > age + SLACK
    ]
    if late:
        remedy = "Run `privity keys rotate`; a running server rotates by itself every hour."
        return wrong("keys_overdue", f"older than promised: {', '.join(late)}", remedy)
    oldest = (f"{level.value} {(setup.at - at).days}" for level, at in made.items())
    return well(f"days old: {', '.join(oldest) or 'none known'}")


def _made(setup: Setup) -> Mapping[KeyLevel, datetime]:
    with setup.snapshot() as snapshot:
        made = oldest_made(snapshot.connection)
    *_, root = open_custodian(setup.settings.key_uri).versions()
    return made if root.made_at is None else {KeyLevel.ROOT: root.made_at, **made}
