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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from privity.adapters.keys.custodian import open_custodian
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.versions import announced, record, text_of, versions, withdraw
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
from privity.oversight.honey import Marks
from privity.policy.diff import admit
from privity.policy.load import load
from privity.policy.versions import check_ahead, in_force
from privity.settings import Settings
from privity.vault.home_secrets import HomeSecrets, unwrap_secrets
from privity.vault.ports import Custodian
from privity.vault.rotation_ports import RootKeys

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
    journal.reader.marks = Marks.of(secrets.references)
    return Home(settings, custodian, secrets, journal)


def stores(home: Home) -> tuple[Home, ...]:
    """Return the home as each of its regions has it: its own store first, then the further ones.

    Raises OperatorErrors if one of them does not open.
    """
    settings = home.settings
    return (home, *(open_home(settings.of(region)) for region in settings.regions))


@dataclass(frozen=True, slots=True)
class Adopting:
    """What an operator says when a policy is to take force.

    `review`: the id of the privacy review that approved it, or empty; `since`: from when it holds,
    None: from now on.
    """

    review: str = ""
    since: datetime | None = None


NOW = Adopting()


def adopt_policy(home: Home, saying: Adopting = NOW, at: datetime | None = None) -> Policy:
    """Let the edited policy of a home take force, now or on a day, and write it.

    1. What was announced and is due holds. 2. The edited one is admitted. 3. It is announced, or
    holds. Returns the one that holds now. Raises PolicyInvalid, PolicyWidened where it allows more
    and was not reviewed, NoticeTooShort where people had to be told before.
    """
    folder, moment = home.settings.home, at or now()
    active = take_force(home, moment)
    policy, ahead = read_policy(folder), announced(folder, moment)
    if policy.digest == active.digest:
        return policy
    if ahead is not None and ahead.policy.digest == policy.digest and saying == NOW:
        return active
    admit(active, policy, frozenset({policy.digest}) if saying.review else frozenset())
    since = saying.since or moment
    check_ahead(active, policy, since, moment, notice_time(home.settings))
    facts = {"before": active.digest, "version": policy.version}
    if saying.review:
        facts["review"] = saying.review
    withdraw(folder, moment)
    if since > moment:
        record(folder, policy_text(folder), since, write_private)
        told = {**facts, "since": since.isoformat(timespec="seconds")}
        _write(home, Entry(Event.POLICY_ANNOUNCED, moment, policy.digest, facts=told))
        return active
    _hold(home, policy_text(folder), moment, facts)
    return policy


def take_force(home: Home, at: datetime) -> Policy:
    """Let what was announced hold if its day has come; return the policy that holds."""
    folder = home.settings.home
    active = read_policy(folder, IN_FORCE)
    due = in_force(versions(folder), at)
    text = None if due is None else text_of(folder, due.policy.digest)
    if due is None or text is None or due.since is None or due.policy.digest == active.digest:
        return active
    _hold(home, text, at, {"before": active.digest, "version": due.policy.version})
    return due.policy


def policy_in_force(home: Home) -> Policy:
    """Return the policy, if the edited one was adopted or announced. Raises PolicyWidened."""
    folder = home.settings.home
    policy, active = read_policy(folder), read_policy(folder, IN_FORCE)
    newest = [version.policy.digest for version in versions(folder)[-1:]]
    if policy.digest not in {active.digest, *newest}:
        message = f"{POLICY} is not the policy that was adopted"
        raise PolicyWidened(message)
    return active


def notice_time(settings: Settings) -> timedelta:
    """Return how long people can read a change that matters before it holds.

    On a server that only this machine reaches there is nobody else to tell.
    """
    alone = settings.loopback and settings.listen.local
    return timedelta(0) if alone else timedelta(days=settings.notice.days)


def _hold(home: Home, text: str, at: datetime, facts: Mapping[str, str]) -> None:
    """Write that a policy holds from now on; then it does."""
    folder = home.settings.home
    policy = load(text, POLICY)
    if not versions(folder):
        before = folder / IN_FORCE
        since = datetime.fromtimestamp(before.stat().st_mtime, UTC)
        record(folder, before.read_text("utf-8"), min(since, at), write_private)
    _write(home, Entry(Event.POLICY_ADOPTED, at, policy.digest, facts=facts))
    written = in_force(versions(folder), at)
    if written is None or written.policy.digest != policy.digest:
        record(folder, text, at, write_private)
    write_private(folder / IN_FORCE, text.encode("utf-8"))


def _write(home: Home, entry: Entry) -> None:
    for store in stores(home):
        with store.journal.transaction() as tx:
            tx.log.append(entry)
