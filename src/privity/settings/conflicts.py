"""What no single setting shows to be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from privity.settings.home import LOOPBACK, Settings
from privity.settings.tables import ECHO, Egress, Identity, Listen, Mail, People, StaffConsole
from privity.settings.traces import Traces
from privity.settings.watching import Watch

_ORIGIN = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]+)?")
_LINKS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~/-]*)?")
_SENDER = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")
CUSTODIANS = ("file:", "pkcs11:", "awskms:", "vault:")


def conflicts(settings: Settings) -> Iterator[str]:
    """Say what no single setting shows to be wrong."""
    if bool(settings.tls.certificate) != bool(settings.tls.key):
        yield "tls: certificate and key belong together"
    yield from _storage_conflicts(settings, "storage.database", "keys.root")
    for region in settings.regions:
        here = f"regions.{region.value}"
        yield from _storage_conflicts(settings.of(region), f"{here}.database", f"{here}.root")
    yield from _shared(settings)
    for name in ("openai", "anthropic"):
        yield from _upstream_conflicts(settings, name)
    yield from _mail_conflicts(settings.mail)
    yield from _listen_conflicts(settings.listen)
    yield from _egress_conflicts(settings.egress)
    yield from _people_conflicts(settings.people)
    yield from _staff_conflicts(settings.staff)
    yield from _identity_conflicts(settings.identity)
    yield from _traces_conflicts(settings.traces)
    yield from _watch_conflicts(settings.watch)


def _listen_conflicts(listen: Listen) -> Iterator[str]:
    try:
        _ = listen.proxies
    except ValueError as error:
        yield f"listen.trusted_proxies: {error}"


def _egress_conflicts(egress: Egress) -> Iterator[str]:
    try:
        _ = egress.networks
    except ValueError as error:
        yield f"egress.ranges: {error}"


def _storage_conflicts(settings: Settings, database: str, root: str) -> Iterator[str]:
    if not settings.storage.database.startswith(("sqlite:", "postgresql:")):
        yield f"{database}: must start with sqlite: or postgresql:"
    elif urlsplit(settings.storage.database).password:
        yield f"{database}: holds a password; put it into a PostgreSQL password file"
    if not settings.keys.root.startswith(CUSTODIANS):
        yield f"{root}: must start with {', '.join(CUSTODIANS)}"


def _shared(settings: Settings) -> Iterator[str]:
    """Say of each region what it shares with another, or with the home: nothing may be shared."""
    taken = {settings.database_url, settings.key_uri, settings.storage.origin}
    for region in settings.regions:
        there = settings.of(region)
        own = {
            "database": there.database_url,
            "root": there.key_uri,
            "origin": there.storage.origin,
        }
        for name, value in own.items():
            if not getattr(settings.regions[region], name):
                yield f"regions.{region.value}.{name}: is missing"
            elif value in taken:
                yield f"regions.{region.value}.{name}: belongs to another region, or to the home"
        taken |= set(own.values())


def _mail_conflicts(mail: Mail) -> Iterator[str]:
    if mail.host and not _SENDER.fullmatch(mail.sender):
        yield "mail.sender: must be an address, as letters come from it"
    if mail.tls == "off" and mail.host and mail.host not in LOOPBACK:
        yield "mail.tls: off leaves this machine unprotected; use starttls or implicit"
    if bool(mail.user) != bool(mail.credential):
        yield "mail: user and credential belong together"
    if mail.credential and not mail.credential.startswith(("env:", "file:")):
        yield "mail.credential: must start with env: or file:"
    if not mail.name.isprintable():
        yield "mail.name: must be one line"


def _people_conflicts(people: People) -> Iterator[str]:
    here = {"url": people.url, "provider": people.provider, "sign_in": people.sign_in}
    for name, url in here.items():
        if url and not (_LINKS.fullmatch(url) or urlsplit(url).hostname in LOOPBACK):
            yield f"people.{name}: must be an https: URL without query, or on loopback"
    for origin in people.embed.split():
        if not _ORIGIN.fullmatch(origin):
            yield "people.embed: holds something else than origins, such as https://app.example.org"
    if people.provider and not (people.client and people.app and people.url and people.claim):
        yield "people.provider: needs client, app, claim and url, too"
    if people.credential and not people.credential.startswith(("env:", "file:")):
        yield "people.credential: must start with env: or file:"


def _staff_conflicts(staff: StaffConsole) -> Iterator[str]:
    url = staff.provider
    if url and not (_LINKS.fullmatch(url) or urlsplit(url).hostname in LOOPBACK):
        yield "staff.provider: must be an https: URL without query, or on loopback"
    if url and not staff.client:
        yield "staff.provider: needs client, too"
    if staff.credential and not staff.credential.startswith(("env:", "file:")):
        yield "staff.credential: must start with env: or file:"


def _identity_conflicts(identity: Identity) -> Iterator[str]:
    if identity.issuer and not (identity.audience and identity.keys and identity.claim):
        yield "identity.issuer: needs audience, keys and claim, too"
    if identity.required and not identity.issuer:
        yield "identity.required: needs an issuer, as nobody could prove anything"
    keys = urlsplit(identity.keys)
    if keys.scheme and not (
        keys.scheme == "https" or (keys.scheme == "http" and keys.hostname in LOOPBACK)
    ):
        yield "identity.keys: must be a file, an https: URL, or an http: URL on loopback"


def _watch_conflicts(watch: Watch) -> Iterator[str]:
    schemes = {"syslog": {"tls"}, "otlp": {"https"}, "webhook": {"https"}}
    plain = {"syslog": {"tcp", "udp"}, "otlp": {"http"}, "webhook": {"http"}}
    for name, address in watch.receivers.items():
        parts = urlsplit(address)
        near = parts.hostname in LOOPBACK and parts.scheme in plain[name]
        if not parts.hostname or not (parts.scheme in schemes[name] or near):
            yield f"watch.{name}: must be {'/'.join(schemes[name])}://, or on loopback"
        elif parts.username or parts.fragment:
            yield f"watch.{name}: must have no user or fragment"
    if bool(watch.webhook) != bool(watch.webhook_secret):
        yield "watch.webhook: needs webhook_secret, and the other way round"
    if watch.webhook_secret and not watch.webhook_secret.startswith(("env:", "file:")):
        yield "watch.webhook_secret: must start with env: or file:"


def _traces_conflicts(traces: Traces) -> Iterator[str]:
    url = urlsplit(traces.endpoint)
    near = url.scheme == "http" and url.hostname in LOOPBACK
    if traces.endpoint and not ((url.scheme == "https" and url.hostname) or near):
        yield "traces.endpoint: must be an https: URL, or an http: URL on loopback"
    if traces.credential and not traces.credential.startswith(("env:", "file:")):
        yield "traces.credential: must start with env: or file:"


def _upstream_conflicts(settings: Settings, name: str) -> Iterator[str]:
    url = getattr(settings.upstream, name)
    credential = getattr(settings.upstream, f"{name}_credential")
    if credential and not credential.startswith(("env:", "file:")):
        yield f"upstream.{name}_credential: must start with env: or file:"
    if url == ECHO:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"upstream.{name}: must be {ECHO}, an https: URL, or an http: URL on loopback"
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        yield f"upstream.{name}: plain http: leaves this machine; use https:"
    elif parts.username or parts.query or parts.fragment:
        yield f"upstream.{name}: must have no user, query or fragment"
