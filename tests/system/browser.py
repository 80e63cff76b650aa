"""The system's Chromium, installed when it can be."""

import os
import shutil
import subprocess

import pytest


def chromium() -> str:
    """Return its path; without it and without a way to get it, the test fails."""
    found = shutil.which("chromium")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(["apt-get", *step], check=False, capture_output=True)
        found = shutil.which("chromium")
    if found is None:
        pytest.fail("the pages are tested in Chromium: install it (Debian: apt install chromium)")
    return found
