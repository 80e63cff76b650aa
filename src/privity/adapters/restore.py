"""Put a home back from a backup, and make again what was erased after it, before it can serve.

Invariants: a home appears whole or not at all, and only with every erasure that the log knows of:
the entries after the backup come from an exported log whose newer checkpoint the log's key signed,
and with them the restored log goes on where the old one was; or somebody states that there was
none, which is an entry. Nothing of the file is believed before its manifest is verified; so the
root key, which opens the one that signed it, comes from whoever restores, and is never looked for
where only the file says. Until the end the database carries a mark with which no journal opens it.
A policy that was replaced after the backup does not come back by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import tomlkit

from privity.adapters import home as homes
from privity.adapters.archive import Archive, Manifest, open_archive
from privity.adapters.backup import FILES, REGION_FILES, TABLES, files_of, member
from privity.adapters.bundle import Bundle, open_bundle
from privity.adapters.home import Home
from privity.adapters.regions import inside
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.load import fill
from privity.adapters.sql.read import Reader
from privity.adapters.sql.session import Session
from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.audit.tree import leaf_hash
from privity.audit.verify import verify
from privity.errors import BadInput, ClockDoubtful, LogCorrupt, PolicyWidened
from privity.model.words import Region
from privity.policy.load import load as load_policy
from privity.settings import FILE
from privity.settings import load as load_settings
from privity.vault.erase import remove_next
from privity.vault.keep import Vault
from privity.vault.replay import replay
from privity.vault.retain import sweep

GROUP = 1000
"""How many entries are made again in one transaction."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to put back, where, and how it is known what was erased since.

    `since`: the folder of a log exported after the backup; None: somebody states that nothing was
    erased. `root_key`: the root key's file, if the settings name a file of the home; `database`:
    another one than the settings name; `policy`: the one in force, if it changed since; `region`: a
    further region of the home, which is there, in the place of the home itself; `keys`: the URI of
    the root key, if the settings name no file of the home.
    """

    file: Path
    home: Path
    since: Path | None
    root_key: Path | None = None
    database: str = ""
    policy: Path | None = None
    region: Region | None = None
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: the size of the log then, the entries made again, the erasures in them.

    `doubtful`: the clock must be believed before anything that is due is deleted.
    """

    size: int
    entries: int
    erasures: int
    doubtful: bool


def restore(wanted: Wanted, now: datetime) -> Restored:
    """Put a home back. Raises HomeExists, BadInput, Tampered, LogCorrupt, PolicyWidened and more.

    1. Files and keys. 2. The manifest. 3. The tables, marked. 4. The log, verified whole. 5. What
    was erased since, and the entry. 6. What is due. 7. The mark goes, the home appears.
    """
    with open_archive(wanted.file) as archive, homes.making(_place(wanted)) as folder:
        home = _open_files(archive, wanted, folder)
        manifest = archive.manifest(home.signer.verifier)
        if not set(files_of(home)) <= manifest.members.keys():
            message = "a part of the backup is missing"
            raise BadInput(message)
        archive.verify(manifest)
        rows = {
            table.name: archive.rows(member(table))
            for table in TABLES
            if member(table) in manifest.members
        }
        fill(home.settings.database_url, manifest.revision, manifest.size, rows)
        bundle = _newer(home, manifest, wanted)
        _see_to_policy(home, bundle, manifest.size, wanted)
        return _finish(home, bundle, manifest.size, now)


def _place(wanted: Wanted) -> Path:
    """Return the folder to make. Raises BadInput, HomeMissing."""
    if wanted.region is None:
        return wanted.home
    settings = load_settings(wanted.home)
    if wanted.region not in settings.regions or wanted.database or wanted.policy is not None:
        message = "a region goes into a home that names it in its settings, and changes neither"
        raise BadInput(message)
    return settings.of(wanted.region).folder


def _open_files(archive: Archive, wanted: Wanted, folder: Path) -> Home:
    """Write the files of a home, or of a region, and open its keys."""
    for name in FILES if wanted.region is None else REGION_FILES:
        homes.write_private(folder / name, archive.file(name))
    if wanted.region is not None:
        settings = inside(load_settings(wanted.home), wanted.region, folder)
    else:
        settings = load_settings(folder)
        if wanted.database:
            document = tomlkit.parse((folder / FILE).read_text(encoding="utf-8"))
            document.setdefault("storage", tomlkit.table())["database"] = wanted.database
            homes.write_private(folder / FILE, tomlkit.dumps(document).encode())
            settings = load_settings(folder)
    key = settings.key_file
    if key is not None and key.resolve().is_relative_to(folder.resolve()):
        if wanted.root_key is None:
            message = "the root key is in no backup; give its file with --root-key"
            raise BadInput(message)
        key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        homes.write_private(key, _bytes(wanted.root_key))
    elif wanted.region is None and wanted.keys != settings.keys.root:
        message = (
            "the root key is not in the home: give its URI, as the settings name it, by --keys"
        )
        raise BadInput(message)
    return homes.open_home(settings)


def _newer(home: Home, manifest: Manifest, wanted: Wanted) -> Bundle | None:
    """Verify the log put back, and that the exported one goes on from it."""
    verifier = home.signer.verifier
    with Reader(open_engine(home.settings.database_url)).snapshot() as snapshot:
        report = verify(snapshot, verifier)
        if report.problems or report.size != manifest.size:
            message = "the log in the backup is not whole"
            raise LogCorrupt(message)
        edge = snapshot.edge()
    if wanted.since is None:
        return None
    bundle = open_bundle(wanted.since, verifier)
    if bundle.checkpoint.size < manifest.size:
        message = f"the log in {wanted.since} is older than the backup; export it again"
        raise BadInput(message)
    edge, _ = edge.grown(leaf_hash(body) for _, body in bundle.entries(manifest.size))
    if (edge.size, edge.root()) != (bundle.checkpoint.size, bundle.checkpoint.root):
        message = f"the log in {wanted.since} does not go on where the backup ends"
        raise LogCorrupt(message)
    return bundle


def _see_to_policy(home: Home, bundle: Bundle | None, size: int, wanted: Wanted) -> None:
    """Let no older policy take force again. Raises PolicyWidened."""
    folder = home.settings.home
    last = homes.read_policy(folder, homes.IN_FORCE).digest
    for _, body in () if bundle is None else bundle.entries(size):
        entry = read_entry(body)
        last = entry.policy if entry.event is Event.POLICY_ADOPTED else last
    if wanted.policy is not None:
        text = _bytes(wanted.policy)
        for name in (homes.POLICY, homes.IN_FORCE):
            homes.write_private(folder / name, text)
    text_in_force = homes.policy_text(folder, homes.IN_FORCE)
    if load_policy(text_in_force, homes.IN_FORCE).digest != last:
        message = "the policy was replaced after the backup; give the one in force with --policy"
        raise PolicyWidened(message)


def _finish(home: Home, bundle: Bundle | None, size: int, now: datetime) -> Restored:
    """Make again what the log says, remove what is due, and take the mark away."""
    policy = homes.read_policy(home.settings.home, homes.IN_FORCE).digest
    engine = open_engine(home.settings.database_url)
    session = Session(engine, home.signer, restoring=True)
    try:
        erasures, newest = _replay(session, home, bundle, size)
        entries = 0 if bundle is None else bundle.checkpoint.size - size
        stated = int(bundle is None)
        facts = {"size": size, "entries": entries, "erasures": erasures, "stated": stated}
        with session.transaction() as tx:
            tx.log.append(Entry(Event.BACKUP_RESTORED, now, policy, facts=facts))
            seen = tx.clock.seen()
            if newest is not None and seen is not None:
                tx.clock.advance(max(seen, newest))  # the log is a witness of time, too
        left = True
        while left:
            with session.transaction() as tx:
                left = remove_next(tx, now, policy)
        doubtful = _sweep(session, now, policy)
        with session.transaction() as tx:
            tx.restoring.finish()
    finally:
        session.close()
    return Restored(size, entries, erasures, doubtful)


def _replay(
    session: Session, home: Home, bundle: Bundle | None, size: int
) -> tuple[int, datetime | None]:
    """Make the entries after the backup again; return the erasures and the time of the newest."""
    vault = Vault(home.custodian)
    erasures, newest = 0, None
    bodies: Iterator[bytes] = iter(())
    if bundle is not None:
        bodies = (body for _, body in bundle.entries(size))
    while group := list(islice(bodies, GROUP)):
        with session.transaction() as tx:
            for body in group:
                newest = read_entry(body).at
                event = replay(tx, vault, body, newest)
                erasures += event is Event.SUBJECT_ERASED
    return erasures, newest


def _sweep(session: Session, now: datetime, policy: str) -> bool:
    """Remove what is due; say whether the clock must be believed first."""
    overdue = 1
    try:
        while overdue:
            with session.transaction() as tx:
                overdue = sweep(tx, now, policy).overdue
    except ClockDoubtful:
        return True
    return False


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise BadInput(message) from error
