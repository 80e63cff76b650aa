"""The applications of a home, in `apps.json`: names, purposes and hashes of keys.

Invariants: the file is replaced as a whole, never half written; a reader sees a change with the
next request; a file that cannot be read lets no one in (KeyStoreUnavailable).
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import orjson

from privity.access.app_keys import MOST_APPS, App, Apps
from privity.errors import BadInput, KeyStoreUnavailable
from privity.model.words import AppId, Purpose

FILE = "apps.json"


def read(file: Path) -> tuple[App, ...]:
    """Return the applications in the file. Raises KeyStoreUnavailable."""
    try:
        stored = orjson.loads(file.read_bytes())
        return tuple(
            App(
                AppId(each["name"]),
                Purpose(each["purpose"]),
                each["key_hash"],
                datetime.fromisoformat(each["made_at"]),
            )
            for each in stored
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{file.name} cannot be read: {type(error).__name__}"
        raise KeyStoreUnavailable(message) from error


def write(file: Path, apps: tuple[App, ...]) -> None:
    """Replace the file. Raises KeyStoreUnavailable."""
    rows = [
        {
            "name": app.name,
            "purpose": app.purpose.value,
            "key_hash": app.key_hash,
            "made_at": app.made_at.isoformat(),
        }
        for app in apps
    ]
    fresh = file.with_suffix(".new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        message = f"{file.name} cannot be written: {type(error).__name__}"
        raise KeyStoreUnavailable(message) from error


def add(file: Path, app: App) -> None:
    """Add an application. Raises BadInput when the name is taken."""
    apps = read(file)
    if any(other.name == app.name for other in apps):
        message = f"there is an application {app.name} already; remove it first"
        raise BadInput(message)
    if len(apps) >= MOST_APPS:
        message = f"there are {MOST_APPS} applications already"
        raise BadInput(message)
    write(file, (*apps, app))


def remove(file: Path, name: str) -> None:
    """Remove an application; its key opens nothing from now on. Raises BadInput."""
    apps = read(file)
    rest = tuple(app for app in apps if app.name != name)
    if len(rest) == len(apps):
        message = "there is no application of this name"
        raise BadInput(message)
    write(file, rest)


class AppsFile:
    """The applications as the file has them now; read again only when it was replaced."""

    __slots__ = ("_apps", "_file", "_seen")

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._apps = Apps(())

    def holder(self, key: str) -> App | None:
        """Return the application that holds this key, or None. Raises KeyStoreUnavailable."""
        try:
            status = self._file.stat()
        except OSError as error:
            message = f"{self._file.name} cannot be read: {type(error).__name__}"
            raise KeyStoreUnavailable(message) from error
        seen = (status.st_mtime_ns, status.st_ino)
        if seen != self._seen:
            self._apps, self._seen = Apps(read(self._file)), seen
        return self._apps.holder(key)
