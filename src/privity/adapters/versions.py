"""The versions of a home's policy: each a file in `policies/`, named for when it holds from.

Invariants: a version that held is never changed or removed; at most one is ahead, and announcing
another replaces it; a file that is no policy, or not the one its name says, stops whatever reads
it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from privity.errors import PolicyInvalid
from privity.model.policy import Policy
from privity.policy.load import load
from privity.policy.versions import Version, upcoming
from privity.rights.ledger import still_counting

FOLDER = "policies"
_FORM = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"([0-9]{8}T[0-9]{6}Z)-([0-9a-f]{16})\.toml")
Write = Callable[[Path, bytes], None]


def versions(folder: Path) -> tuple[Version, ...]:
    """Return every version that is written down, in order of time. Raises PolicyInvalid."""
    return tuple(_read(file) for file in _files(folder))


def text_of(folder: Path, digest: str) -> str | None:
    """Return the text of a version, the newest of that digest, or None."""
    found = [file for file in _files(folder) if file.stem.endswith(digest[:16])]
    return found[-1].read_text("utf-8") if found else None


def record(folder: Path, text: str, since: datetime, write: Write) -> None:
    """Write a version down, which holds from this moment; `write` keeps it from others' eyes."""
    policies = folder / FOLDER
    policies.mkdir(mode=0o700, exist_ok=True)
    digest = load(text, FOLDER).digest
    write(policies / f"{since.astimezone(UTC).strftime(_FORM)}-{digest[:16]}.toml", text.encode())


def withdraw(folder: Path, now: datetime) -> None:
    """Take back what was announced and does not hold yet."""
    for file in _files(folder):
        if _since(file) > now:
            file.unlink()


def announced(folder: Path, now: datetime) -> Version | None:
    """Return the version that was announced and does not hold yet, or None."""
    return upcoming(versions(folder), now)


def counting(folder: Path, policy: Policy) -> frozenset[str]:
    """Return the digests of notices under which an agreement still counts.

    `policy` is the one in force. Raises PolicyInvalid.
    """
    return still_counting(policy, {each.policy.digest: each.policy for each in versions(folder)})


def _files(folder: Path) -> list[Path]:
    policies = folder / FOLDER
    if not policies.is_dir():
        return []
    return sorted(file for file in policies.iterdir() if _NAME.fullmatch(file.name))


def _read(file: Path) -> Version:
    policy = load(file.read_text("utf-8"), f"{FOLDER}/{file.name}")
    if not file.stem.endswith(policy.digest[:16]):
        message = f"{FOLDER}/{file.name} is not the policy that its name says"
        raise PolicyInvalid(message)
    return Version(policy, _since(file))


def _since(file: Path) -> datetime:
    return datetime.strptime(file.name[:16], _FORM).replace(tzinfo=UTC)
