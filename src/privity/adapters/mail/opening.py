"""Build a mailer from the settings of a home."""

from __future__ import annotations

import secrets
from functools import partial

from privity.adapters.home import Home, now
from privity.adapters.mail.colleagues import StaffMailer
from privity.adapters.mail.compose import Composer, Sender
from privity.adapters.mail.sending import Mailer, Writing
from privity.adapters.mail.smtp import Server, Tls
from privity.adapters.staff import origin
from privity.adapters.upstream.credentials import read_secret
from privity.model.policy import Policy
from privity.rights.letters import PostOffice
from privity.settings import Settings
from privity.vault.keep import Vault

ID_BYTES = 16


def post_office(vault: Vault, policy: Policy) -> PostOffice:
    """Return who takes letters."""
    return PostOffice(vault, policy.digest, partial(secrets.token_hex, ID_BYTES))


def mailer(home: Home, policy: Policy, journal: Writing) -> Mailer:
    """Return who sends the letters of one journal. Connects to nothing."""
    office = post_office(Vault(home.custodian), policy)
    composer = Composer(sender_of(home.settings, policy))
    return Mailer(journal, office, server_of(home.settings), composer, now)


def staff_mailer(home: Home, policy: Policy) -> StaffMailer:
    """Return who sends the letters to the staff of a home. Connects to nothing."""
    composer = Composer(sender_of(home.settings, policy))
    server = server_of(home.settings)
    return StaffMailer(home.journal, server, composer, now, origin(home.settings), policy.digest)


def server_of(settings: Settings) -> Server:
    """Return where mail goes out."""
    mail = settings.mail
    read = partial(read_secret, mail.credential, settings.home) if mail.credential else None
    authorities = settings.path(mail.authorities) if mail.authorities else None
    where = (mail.host, mail.port, Tls(mail.tls))
    return Server(*where, mail.user, read, authorities, float(mail.seconds))


def sender_of(settings: Settings, policy: Policy) -> Sender:
    """Return who letters come from."""
    mail = settings.mail
    return Sender(mail.sender, mail.name or policy.controller, policy.controller, policy.contact)
