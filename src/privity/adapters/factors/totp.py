"""One-time codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds).

Invariants: a seed is sealed for its account and opens for no other; a code is good once, and so is
every code before it; the clock of the app may be one step off, in either direction.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

import pyotp

from privity.access.staff import StaffId
from privity.vault.aead import Key, bound

ISSUER = "privity"
SEED_BYTES = 20
STEPS_OFF = 1


def sealed_seed(key: Key, account: StaffId, random: bytes) -> bytes:
    """Return a new seed, sealed for its account. `random` are 20 random bytes."""
    if len(random) != SEED_BYTES:
        message = f"a seed is {SEED_BYTES} random bytes"
        raise ValueError(message)
    return key.seal(random, _place(account))


def provisioning_uri(key: Key, account: StaffId, sealed: bytes, name: str) -> str:
    """Return what an authenticator app reads, as a QR code or by hand. Raises Tampered."""
    return _totp(key, account, sealed).provisioning_uri(name=name, issuer_name=ISSUER)


def used_step(key: Key, account: StaffId, sealed: bytes, code: str, now: datetime) -> int | None:
    """Return the time step that a code is of, or None when it is of none that may be used now.

    The caller stores the step, and refuses a code whose step is not later than the one stored.
    """
    totp = _totp(key, account, sealed)
    step = totp.timecode(now)
    given = code.replace(" ", "").encode("utf-8", "surrogatepass")
    found = None
    for each in range(step - STEPS_OFF, step + STEPS_OFF + 1):
        if hmac.compare_digest(totp.generate_otp(each).encode(), given):
            found = each
    return found


def _totp(key: Key, account: StaffId, sealed: bytes) -> pyotp.TOTP:

    seed = key.unseal(sealed, _place(account))
    return pyotp.TOTP(base64.b32encode(seed).decode())


def _place(account: StaffId) -> bytes:
    return bound("privity staff totp 1", account)
