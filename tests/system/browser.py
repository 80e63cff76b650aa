"""The system's Chromium, installed when it can be."""

from tests.debian import program


def chromium() -> str:
    """Return its path; without it and without a way to get it, the test fails."""
    return program("chromium", "chromium")
