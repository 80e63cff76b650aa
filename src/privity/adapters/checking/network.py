"""Checks of what this installation connects to: providers, mail, witnesses."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from privity.adapters import tls
from privity.adapters.checking.setup import Setup
from privity.adapters.upstream.providers import credentials, host, url
from privity.adapters.witness.asking import witnesses_of
from privity.errors import NotPermitted, UpstreamUnavailable
from privity.gateway.wire.endpoint import Provider
from privity.governance.checks import Verdict, advice, well, wrong
from privity.model.policy import Policy, Share
from privity.policy.decide import recipients
from privity.settings import ECHO

CONNECT_SECONDS = 5
SILENT = timedelta(hours=1)
"""How old a witness's newest cosignature may be, where it is asked more often than that."""


def held(setup: Setup) -> Verdict:
    """Look which providers' keys are held here."""
    names = ", ".join(provider.value for provider in credentials(setup.settings))
    return well(f"held for {names}" if names else "none held; clients bring their own")


def openai(setup: Setup) -> Verdict:
    """Look at the OpenAI-shaped provider."""
    return _provider(setup, Provider.OPENAI)


def anthropic(setup: Setup) -> Verdict:
    """Look at the Anthropic-shaped provider."""
    return _provider(setup, Provider.ANTHROPIC)


def _provider(setup: Setup, provider: Provider) -> Verdict:
    settings, policy = setup.settings, setup.policy()
    address, name = url(settings, provider), host(settings, provider)
    if not _named(policy, name):
        if address == ECHO:
            return well("not used: no processor of the policy is the built-in echo")
        message = f"no processor of the policy has the host {name}"
        raise NotPermitted(message)
    if address == ECHO:
        remedy = f"Name the provider under upstream.{provider.value}, or take echo from the policy."
        return advice("echo", "the built-in echo model answers", remedy)
    authorities = settings.upstream.authorities
    return well(_answer(address, settings.path(authorities) if authorities else None))


def _answer(address: str, authorities: Path | None) -> str:
    parts = urlsplit(address)
    name, secure = parts.hostname or "", parts.scheme == "https"
    where = (name, parts.port or (443 if secure else 80))
    try:
        with socket.create_connection(where, CONNECT_SECONDS) as plain:
            if not secure:
                return f"{name} answers"
            context = tls.client_context(authorities)
            with context.wrap_socket(plain, server_hostname=name) as wrapped:
                cipher = wrapped.cipher()
    except (OSError, ssl.SSLError) as error:
        message = f"{name} cannot be reached: {type(error).__name__}"
        raise UpstreamUnavailable(message) from error
    return f"{name} answers with {cipher[0] if cipher else 'no cipher'}"


def _named(policy: Policy, address: str) -> bool:
    return any(
        isinstance(clause, Share)
        and any(address in each.hosts for each in recipients(policy, clause.purpose))
        for _, clause in policy.clauses
    )


def mail(setup: Setup) -> Verdict:
    """Connect to the mail server as letters do, and send nothing."""
    given = setup.settings.mail
    if not given.host:
        remedy = "Name an SMTP server under [mail]; until then letters to people wait."
        return advice("mail_missing", "no mail server is named", remedy)
    if find_spec("aiosmtplib") is None:
        return wrong("mail_unavailable", "the mail library is missing", "Install privity[mail].")
    from privity.adapters.mail.opening import server_of  # noqa: PLC0415 - an extra
    from privity.adapters.mail.smtp import connected  # noqa: PLC0415 - an extra

    async def connect() -> None:
        async with connected(server_of(setup.settings)):
            pass

    asyncio.run(connect())
    return well(f"{given.host} lets us in")


def witnesses(setup: Setup) -> Verdict:
    """Look when each witness cosigned the log last."""
    journal, settings = setup.journal(), setup.settings
    named = witnesses_of(settings, journal.reader, setup.signer().verifier)
    if not named.named:
        remedy = "Name one in the file of witnesses.file: another's server will do (docs/log.md)."
        return advice("witness_missing", "nobody else watches the log", remedy)
    longest = max(SILENT, 3 * timedelta(seconds=settings.witnesses.seconds))
    lately = [each for each in named.seen() if setup.at - each.at <= longest]
    silent = len(named.named) - len(lately)
    if silent:
        remedy = "Start the server, which asks them, and look at witness_failed in its log."
        detail = f"{silent} of {len(named.named)} witnesses cosigned nothing lately"
        return advice("witness_silent", detail, remedy)
    return well(f"{len(lately)} witnesses cosign the log")
