"""A real SMTP server on loopback that behaves as a test wants it to."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

TAKEN = "250 taken"


# ruff: noqa: ARG002 - aiosmtpd calls the handlers with all of it


@dataclass
class MailServer:
    """What arrived, and what the server answers to the next recipients and messages."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    tried: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else "250 fine"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tried += 1
        answer = self.data.pop(0) if self.data else TAKEN
        if answer == "drop":
            server.transport.close()
            return TAKEN
        if answer.startswith("250"):
            found = message_from_bytes(envelope.content, policy=default)
            assert isinstance(found, EmailMessage)
            self.taken.append(found)
        return answer


@contextmanager
def serving(
    context: ssl.SSLContext | None = None,
    password: str = "",
    *,
    implicit: bool = False,
    timeout: float = 30,
) -> Iterator[MailServer]:
    """Run a server; with a context it offers (or demands) TLS, with a password a sign-in."""
    mail = MailServer()

    def judge(server, session, envelope, mechanism, data) -> AuthResult:
        right = data.login == b"privity" and data.password == password.encode()
        return AuthResult(success=right, handled=right)

    controller = Controller(
        mail,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=context if implicit else None,
        tls_context=None if implicit else context,
        require_starttls=context is not None and not implicit,
        authenticator=judge if password else None,
        auth_required=bool(password) and not implicit,  # it does not see that TLS is there
        auth_require_tls=not implicit,
        timeout=timeout,
    )
    controller.start()
    try:
        mail.port = controller.port
        yield mail
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
