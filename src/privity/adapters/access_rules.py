"""A team's own rules of access, in the home."""

from __future__ import annotations

from pathlib import Path

from privity.errors import AccessRulesInvalid

FILE = "access.cedar"
"""Rules in a home that forbid more than the package's; there need not be any."""


def own_rules(home: Path) -> str:
    """Return the text of a home's own rules, or nothing. Raises AccessRulesInvalid."""
    try:
        return (home / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        message = f"{FILE} cannot be read: {type(error).__name__}"
        raise AccessRulesInvalid(message) from error
