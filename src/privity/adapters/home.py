"""A home: the folder that holds settings, policy, keys and, by default, the database.

Invariants: everything in it is for its owner alone (0700, 0600); a home is made whole or not at
all, beside its place, and moved there at the end; one that exists is never overwritten. The
policy in force is kept beside the one that people edit, so that a change can be compared.
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from privity.adapters.keys.custodian import open_custodian
from privity.adapters.sql.journal import SqlJournal
from privity.audit.entry import Entry, Event
from privity.audit.signing import Signer
from privity.errors import (
    HomeExists,
    HomeMissing,
    KeyStoreUnavailable,
    PolicyInvalid,
    PolicyWidened,
    Tampered,
)
from privity.model.policy import Policy
from privity.policy.diff import admit
from privity.policy.load import load
from privity.settings import Settings
from privity.vault.home_secrets import HomeSecrets, unwrap_secrets
from privity.vault.ports import Custodian, RootKeys

POLICY = "policy.toml"
IN_FORCE = "policy-in-force.toml"
SECRETS = "secrets.sealed"
UNFINISHED = ".unfinished"
"""How the name of a folder ends while it is filled."""


@contextmanager
def making(home: Path) -> Iterator[Path]:
    """Give a folder to be filled, which becomes the home if nothing raises.

    What a killed process left of the same home is removed: it may hold a key. Raises HomeExists.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        message = f"{home} is not empty"
        raise HomeExists(message)
    prefix = f".{home.name}-"
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        _clear(home.parent, prefix)
        folder = Path(tempfile.mkdtemp(UNFINISHED, prefix, home.parent))
    except OSError as error:
        message = f"{home} cannot be made: {error.strerror}"
        raise HomeExists(message) from error
    try:
        with _held(folder):
            yield folder
            folder.rename(home)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            message = f"{home} cannot be made: {type(error).__name__}"
            raise HomeExists(message) from error
        raise


def _clear(folder: Path, prefix: str) -> None:
    """Remove what was begun under this name and whose maker has died."""
    for left in folder.glob(f"{glob.escape(prefix)}*{UNFINISHED}"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder until the end of this process at the latest. Raises OSError if it is held."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def write_private(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    fresh = file.with_name(f".{file.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def read_secrets(folder: Path, custodian: Custodian) -> HomeSecrets:
    """Return the secrets of a home, or of a region in it.

    Raises KeyStoreUnavailable, also for another home's key.
    """
    try:
        sealed = (folder / SECRETS).read_bytes()
    except OSError as error:
        message = f"{SECRETS} cannot be read: {type(error).__name__}"
        raise KeyStoreUnavailable(message) from error
    try:
        return unwrap_secrets(sealed, custodian)
    except Tampered as error:
        message = f"the root key is not the one of this home, or {SECRETS} was altered"
        raise KeyStoreUnavailable(message) from error


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


@dataclass(frozen=True, slots=True)
class Home:
    """What a home holds, opened: what every command needs that does more than look.

    A home has a store of its own, and one for each further region: with `settings` narrowed to a
    region, this is the home as that region has it, with its database, log, keys and secrets.
    """

    settings: Settings
    custodian: RootKeys
    secrets: HomeSecrets
    journal: SqlJournal

    @property
    def signer(self) -> Signer:
        """Who signs the log."""
        return Signer(self.settings.storage.origin, self.secrets.signing)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def open_home(settings: Settings) -> Home:
    """Open the keys of a home; connects to nothing. Raises OperatorErrors."""
    custodian = open_custodian(settings.key_uri)
    secrets = read_secrets(settings.folder, custodian)
    signer = Signer(settings.storage.origin, secrets.signing)
    journal = SqlJournal(settings.database_url, signer, settings.limits.max_waiting)
    return Home(settings, custodian, secrets, journal)


def stores(home: Home) -> tuple[Home, ...]:
    """Return the home as each of its regions has it: its own store first, then the further ones.

    Raises OperatorErrors if one of them does not open.
    """
    settings = home.settings
    return (home, *(open_home(settings.of(region)) for region in settings.regions))


def adopt_policy(home: Home, approved: frozenset[str] = frozenset(), review: str = "") -> Policy:
    """Let the policy of a home take force, and write it. `approved`: digests that were reviewed.

    Raises PolicyInvalid, or PolicyWidened where it allows more and was not reviewed.
    """
    folder = home.settings.home
    text = policy_text(folder)
    policy = read_policy(folder)
    active = read_policy(folder, IN_FORCE)
    if policy.digest != active.digest:
        admit(active, policy, approved)
        facts = {"before": active.digest, "version": policy.version}
        if review:
            facts["review"] = review
        for store in stores(home):
            with store.journal.transaction() as tx:
                tx.log.append(Entry(Event.POLICY_ADOPTED, now(), policy.digest, facts=facts))
        write_private(folder / IN_FORCE, text.encode("utf-8"))
    return policy


def policy_in_force(home: Home) -> Policy:
    """Return the policy, if it is the one that was adopted. Raises PolicyWidened otherwise."""
    policy = read_policy(home.settings.home)
    if policy.digest != read_policy(home.settings.home, IN_FORCE).digest:
        message = f"{POLICY} is not the policy that was adopted"
        raise PolicyWidened(message)
    return policy
