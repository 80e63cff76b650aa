"""A provider of payments confirms a small charge: 16 CFR 312.5(b)(2)(ii).

The parent pays at the provider's page, which is told the consent's id and nothing else; the
provider calls back with a signed message. The signature is HMAC-SHA256 (RFC 2104) over
`TIME.BODY`, sent as `t=TIME,v1=HEX`, as common providers do.

Invariants: a message that is not signed, is older than five minutes or says something else than
what is expected is refused, and all look the same; the secret is read from where the settings say
and held by this object alone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from privity.errors import FormRefused
from privity.rights.parental import ConsentId

TOLERANCE = timedelta(minutes=5)
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SignedCards:
    """console.people.parenting.Cards: a provider known by its page and a shared secret."""

    page: str
    secret: Callable[[], str]

    def link(self, consent: ConsentId) -> str:
        """Return the address at which a parent pays."""
        mark = "&" if "?" in self.page else "?"
        return f"{self.page}{mark}reference={consent}"

    def judged(self, body: bytes, signature: str, now: datetime) -> tuple[ConsentId, bool]:
        """Return which consent a message is about, and whether the charge went through.

        Raises FormRefused, CredentialMissing.
        """
        found = _SIGNATURE.fullmatch(signature)
        if found is None or abs(now.timestamp() - int(found[1])) > TOLERANCE.total_seconds():
            raise FormRefused(_WRONG)
        signed = found[1].encode() + b"." + body
        expected = hmac.new(self.secret().encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, found[2]):
            raise FormRefused(_WRONG)
        try:
            said = orjson.loads(body)
            consent, status = str(said["reference"]), said["status"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise FormRefused(_WRONG) from None  # the inner error quotes the message
        if not _ID.fullmatch(consent) or status not in {"charged", "failed"}:
            raise FormRefused(_WRONG)
        return ConsentId(consent), status == "charged"


_WRONG = "the message is not one of the provider of payments"
