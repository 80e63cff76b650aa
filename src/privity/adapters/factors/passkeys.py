"""Passkeys: WebAuthn credentials that verified their owner, so that one is two factors.

Invariants: a challenge is random, made here, used once and good for five minutes; origin and name
of the site are the server's own; the authenticator says that it verified its owner (PIN or finger);
a signature counter never goes back.

Source: W3C Web Authentication Level 3, sections 7.1 and 7.2 (through `webauthn`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import webauthn
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from privity.access.accounts import Account, Factor
from privity.errors import AccessDenied

WAITS = timedelta(minutes=5)
_VERIFIED = UserVerificationRequirement.REQUIRED
_REFUSED = "this passkey does not open this account"


@dataclass(frozen=True, slots=True)
class Site:
    """The server as browsers know it: its host name, and its whole origin."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """Random bytes that one answer must sign, and until when."""

    random: bytes
    made_at: datetime

    def holds(self, now: datetime) -> bool:
        """Say whether an answer would still be taken."""
        return timedelta(0) <= now - self.made_at < WAITS


@dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey: its id (base64url), its public key (COSE) and its counter."""

    id: str
    public_key: bytes
    counter: int


def registration(
    site: Site, account: Account, challenge: Challenge, known: tuple[Factor, ...]
) -> str:
    """Return what a browser needs to make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="privity",
        user_name=account.mail,
        user_display_name=account.name,
        user_id=account.id.encode(),
        challenge=challenge.random,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[_described(factor) for factor in known],
    )
    return webauthn.options_to_json(options)


def registered(site: Site, challenge: Challenge, answer: str, now: datetime) -> Registered:
    """Return the passkey that a browser made. Raises AccessDenied."""
    if not challenge.holds(now):
        raise AccessDenied(_REFUSED)
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge.random,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a hostile browser sent proves nothing
        raise AccessDenied(_REFUSED) from None  # and is not quoted
    name = bytes_to_base64url(found.credential_id)
    return Registered(name, found.credential_public_key, found.sign_count)


def sign_in(site: Site, challenge: Challenge, known: tuple[Factor, ...]) -> str:
    """Return what a browser needs to sign in with one of these passkeys, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge.random,
        allow_credentials=[_described(factor) for factor in known],
        user_verification=_VERIFIED,
    )
    return webauthn.options_to_json(options)


def counted(site: Site, challenge: Challenge, factor: Factor, answer: str, now: datetime) -> int:
    """Return the counter of a passkey that proved itself, to be stored. Raises AccessDenied."""
    if not challenge.holds(now):
        raise AccessDenied(_REFUSED)
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.random,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=factor.secret,
            credential_current_sign_count=factor.counter,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a hostile browser sent proves nothing
        raise AccessDenied(_REFUSED) from None  # and is not quoted
    if bytes_to_base64url(found.credential_id) != factor.id:
        raise AccessDenied(_REFUSED)
    return found.new_sign_count


def _described(factor: Factor) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(factor.id))
