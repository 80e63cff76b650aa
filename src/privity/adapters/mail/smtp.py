"""One SMTP server, any: connect, prove who we are, hand over messages (RFC 5321, 3207, 4954).

Invariants: a certificate that does not verify, a server without STARTTLS where it is asked for, or
a refused sign-in means that nothing is sent; what the server says is reduced to a code, because it
may quote an address; every exchange has an end. The credential is read when it is needed and not
kept. A connection that breaks after the message went out and before the server answered leaves open
whether it was taken: it is tried again, with the same Message-ID (RFC 5321, 4.5.4.1; 6.1).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from privity.errors import MailUnavailable

_FOREVER = 500
"""From this reply on, trying the same again is useless (RFC 5321, 4.2.1)."""


class Tls(StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes out. `credential` is None where the server asks for none."""

    host: str
    port: int
    tls: Tls
    user: str
    credential: Callable[[], str] | None
    authorities: Path | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has taken it."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now. `code`: the server's reply, or what went wrong."""

    code: str


@dataclass(frozen=True, slots=True)
class Never:
    """The server will not take this message to this address."""

    code: str


Outcome: TypeAlias = Sent | Later | Never


class Line:
    """An open connection to the server."""

    def __init__(self, client: SMTP, seconds: float) -> None:
        self._client = client
        self._seconds = seconds

    async def send(self, message: EmailMessage) -> Outcome:
        """Hand over one message. Raises MailUnavailable when the connection is of no use any more.

        A connection that breaks says nothing about the message; a refusal is about this one.
        """
        sender, to = str(message["From"].addresses[0].addr_spec), str(message["To"])
        try:
            async with asyncio.timeout(self._seconds):
                await self._client.sendmail(sender, [to], message.as_bytes())
        except (SMTPRecipientsRefused, SMTPRecipientRefused, SMTPResponseException) as error:
            return _refused(error)
        except (SMTPException, OSError, TimeoutError) as error:
            raise _broken(error) from None  # its text may quote an address
        return Sent()


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Line]:
    """Give a connection that is protected and signed in.

    Raises MailUnavailable, CredentialMissing, KeyExposed.
    """
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls is Tls.IMPLICIT,
        start_tls=False,
        tls_context=_context(server.authorities),
        timeout=server.seconds,
    )
    try:
        await _open(client, server)
        yield Line(client, server.seconds)
    finally:
        await _leave(client)


async def _open(client: SMTP, server: Server) -> None:
    try:
        async with asyncio.timeout(server.seconds):
            await client.connect()
            if server.tls is Tls.STARTTLS:
                await client.starttls(tls_context=_context(server.authorities))
            if server.credential is not None:
                await client.login(server.user, server.credential())
    except (SMTPException, OSError, TimeoutError) as error:
        raise _broken(error) from None  # its text may quote what the server said


async def _leave(client: SMTP) -> None:
    """Say goodbye if the server still listens, and close."""
    try:
        async with asyncio.timeout(1):
            await client.quit()
    except (SMTPException, OSError, TimeoutError):
        client.close()


def _context(authorities: Path | None) -> ssl.SSLContext:
    """Return a context that verifies certificate and name. TLS 1.2 is what mail servers speak."""
    try:
        context = ssl.create_default_context(cafile=authorities)
    except (OSError, ssl.SSLError) as error:
        message = f"mail.authorities does not load: {type(error).__name__}"
        raise MailUnavailable(message) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _refused(error: SMTPException) -> Outcome:
    """Say what a reply means: for ever only where it is about this address or this message."""
    if isinstance(error, SMTPRecipientsRefused):
        code = max(each.code for each in error.recipients)
    else:
        code = error.code if isinstance(error, SMTPResponseException) else 0
    ours = isinstance(error, SMTPSenderRefused | SMTPAuthenticationError)
    return Never(f"{code}") if code >= _FOREVER and not ours else Later(f"{code}")


def _broken(error: Exception) -> MailUnavailable:
    if isinstance(error, SMTPAuthenticationError):
        message = "the mail server refuses user and credential"
    elif isinstance(error, SMTPNotSupported):
        message = "the mail server does not offer what mail.tls or mail.user ask for"
    elif isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        message = "the mail server's certificate does not verify"
    elif isinstance(error, TimeoutError):
        message = "the mail server is too slow"
    else:
        message = f"the mail server cannot be reached or broke off ({type(error).__name__})"
    return MailUnavailable(message)
