"""What is at fault in privity: we must act."""

from __future__ import annotations

from privity.errors.root import PrivityError


class SecretShown(PrivityError):
    """Personal data was about to leave its type."""

    code = "secret_shown"
