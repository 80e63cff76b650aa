"""Where the server of a home listens: a small file in the home, held for as long as it serves.

Invariants: what a server was told on its command line is known to the commands that speak of it or
ask it; a server that ended in any way, killed too, holds nothing any more (flock(2)), so nobody
takes another home's server for it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from privity.settings import Settings

FILE = "listening"


@contextmanager
def listening(home: Path, host: str, port: int) -> Iterator[None]:
    """Say in the home, while this lasts, at which address its server listens.

    Several servers of one home hold it together; it has the address of the last that began. Where
    the home cannot be written, nothing is said.
    """
    handle = None
    with suppress(OSError):
        handle = os.open(home / FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        # In place: another file of this name would not be the one that other servers hold.
        os.ftruncate(handle, os.pwrite(handle, f"{host} {port}\n".encode(), 0))
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def stopped(home: Path) -> bool:
    """Say whether a server of this home has served, and none does."""
    return (home / FILE).exists() and _said(home) is None


def as_served(settings: Settings) -> Settings:
    """Return the settings with the address of the server that runs, or as they are."""
    said = _said(settings.home)
    if said is None:
        return settings
    host, port = said
    return replace(settings, listen=replace(settings.listen, host=host, port=port))


def _said(home: Path) -> tuple[str, int] | None:
    """Return the address that a running server said, or None."""
    try:
        handle = os.open(home / FILE, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # a server holds it
        host, _, port = os.read(handle, 512).decode("ascii", "replace").strip().rpartition(" ")
        return (host, int(port)) if port.isdecimal() else None
    finally:
        os.close(handle)
    return None
