"""A home: the folder that holds settings, policy, keys and, by default, the database.

Invariants: everything in it is for its owner alone (0700, 0600); a home is made whole or not at
all, beside its place, and moved there at the end; one that exists is never overwritten. The
policy in force is kept beside the one that people edit, so that a change can be compared.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from privity.errors import HomeExists, HomeMissing, KeyStoreUnavailable, PolicyInvalid
from privity.model.policy import Policy
from privity.policy.load import load
from privity.vault.home_secrets import HomeSecrets, unwrap_secrets
from privity.vault.ports import Custodian

POLICY = "policy.toml"
IN_FORCE = "policy-in-force.toml"
SECRETS = "secrets.sealed"


@contextmanager
def making(home: Path) -> Iterator[Path]:
    """Give a folder to be filled, which becomes the home if nothing raises.

    Raises HomeExists.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        message = f"{home} is not empty"
        raise HomeExists(message)
    home.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        yield folder
        folder.rename(home)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            message = f"{home} cannot be made: {type(error).__name__}"
            raise HomeExists(message) from error
        raise


def write_private(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    fresh = file.with_name(f".{file.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def read_secrets(home: Path, custodian: Custodian) -> HomeSecrets:
    """Return the secrets of a home. Raises KeyStoreUnavailable or Tampered."""
    try:
        sealed = (home / SECRETS).read_bytes()
    except OSError as error:
        message = f"{SECRETS} cannot be read: {type(error).__name__}"
        raise KeyStoreUnavailable(message) from error
    return unwrap_secrets(sealed, custodian)


def read_policy(home: Path, name: str = POLICY) -> Policy:
    """Return the policy of a home. Raises HomeMissing or PolicyInvalid."""
    return load(policy_text(home, name), name)


def policy_text(home: Path, name: str = POLICY) -> str:
    """Return the text of the policy. Raises HomeMissing or PolicyInvalid."""
    try:
        return (home / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"there is no {name} in {home}"
        raise HomeMissing(message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name} cannot be read: {type(error).__name__}"
        raise PolicyInvalid(message) from error
