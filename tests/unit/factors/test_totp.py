"""One-time codes: the published vectors, and who may use which code when."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from privity.access.staff import StaffId
from privity.adapters.factors.totp import provisioning_uri, sealed_seed, used_step
from privity.errors import Tampered
from privity.vault.aead import Key

KEY = Key(bytes(32))
ADA, BOB = StaffId("ada"), StaffId("bob")
SEED = b"12345678901234567890"  # RFC 6238, appendix B
SEALED = sealed_seed(KEY, ADA, SEED)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_codes_of_the_standard_are_right(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert used_step(KEY, ADA, SEALED, code, at) == seconds // 30


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(steps: int, good: bool) -> None:
    at = datetime.fromtimestamp(1234567890, UTC)
    late = at + timedelta(seconds=30 * steps)
    assert (used_step(KEY, ADA, SEALED, "005924", late) is not None) is good


@pytest.mark.parametrize(
    "code",
    ["", "00592", "0059245", "\ud800", "".join(chr(ord(c) + 0xFEE0) for c in "005924"), "abcdef"],
)
def test_what_is_no_code_is_not_taken(code: str) -> None:
    assert used_step(KEY, ADA, SEALED, code, datetime.fromtimestamp(1234567890, UTC)) is None


def test_a_seed_opens_for_its_own_account_only() -> None:
    with pytest.raises(Tampered):
        provisioning_uri(KEY, BOB, SEALED, "bob@example.org")


def test_an_app_that_read_the_uri_gives_codes_that_are_taken() -> None:
    uri = provisioning_uri(KEY, ADA, SEALED, "ada@example.org")
    app = pyotp.parse_uri(uri)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert isinstance(app, pyotp.TOTP)
    assert used_step(KEY, ADA, SEALED, app.at(now), now) is not None
