"""Checks of the home's files and of the space for them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from privity.adapters import home as homes
from privity.adapters.checking.setup import Setup
from privity.errors import KeyExposed, PolicyWidened
from privity.governance.checks import Verdict, advice, well, wrong

LEAST_FREE_BYTES = 1 << 30
COMFORTABLE_FREE_BYTES = 5 << 30
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def files(setup: Setup) -> Verdict:
    """Look whether others may read what is secret in a home, or write anything in it."""
    settings = setup.settings
    secret = [settings.folder, settings.folder / homes.SECRETS, *_database_files(setup)]
    if settings.region is None:
        secret.append(settings.folder / homes.IN_FORCE)
    if settings.key_file is not None:
        secret += [settings.key_file, settings.key_file.parent]
    for file in secret:
        _refuse(file, _OTHERS)
    for file in _below(settings.folder):
        _refuse(file, _OTHERS_WRITE)
    return well("for their owner alone")


def _refuse(file: Path, forbidden: int) -> None:
    """Raise KeyExposed if others than the owner have one of these rights."""
    status = file.lstat()
    if stat.S_ISLNK(status.st_mode):
        return
    if status.st_mode & forbidden:
        message = f"{file} is open to others"
        raise KeyExposed(message)
    if status.st_uid not in {os.geteuid(), 0}:
        message = f"{file} belongs to another user"
        raise KeyExposed(message)


def _database_files(setup: Setup) -> list[Path]:
    url = make_url(setup.settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    named = (Path(url.database + end) for end in ("", "-wal", "-shm"))
    return [file for file in named if file.exists()]


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        yield from (Path(where) / name for name in (*folders, *names))


def policy(setup: Setup) -> Verdict:
    """Look whether the policy that people edit is the one that holds."""
    home = setup.settings.home
    written = homes.read_policy(home)
    if written.digest != homes.read_policy(home, homes.IN_FORCE).digest:
        message = f"{homes.POLICY} changed and was not adopted; the next start tries to"
        raise PolicyWidened(message)
    return well(f"version {written.version}, digest {written.digest[:16]}")


def disk(setup: Setup) -> Verdict:
    """Look how much space there is where the home is."""
    free = shutil.disk_usage(setup.settings.home).free
    remedy = "Free space, or move the database."
    if free < LEAST_FREE_BYTES:
        return wrong("disk_low", f"only {free >> 20} MiB are free where the home is", remedy)
    if free < COMFORTABLE_FREE_BYTES:
        return advice("disk_low", f"{free >> 20} MiB are free where the home is", remedy)
    return well(f"{free >> 30} GiB free")
