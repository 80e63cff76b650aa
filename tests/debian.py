"""Programs of the system that tests run: installed from Debian where that can be done."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")


def program(name: str, package: str) -> str:
    """Return a program's path; without it and without a way to get it, the test fails."""
    return str(file(lambda: _found(name), name, package))


def file(find, name: str, package: str) -> Path:
    """Return what `find` finds (or None), after installing the package if need be."""
    for step in ((), ("install", "-y", package), ("update",), ("install", "-y", package)):
        if step and os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run([*_APT, *step], check=False, capture_output=True)
        if found := find():
            return found
    pytest.fail(f"{name} is needed here: install it (Debian: apt-get install {package})")


def _found(name: str) -> Path | None:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    return Path(found) if found else None
