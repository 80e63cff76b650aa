"""The tables of settings.toml. Each setting is documented once, beside its field."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from privity.settings.declare import setting

ECHO = "builtin:echo"
ROOT = "file:keys/root.key"


def _networks(listed: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each.strip()) for each in listed.split(",") if each.strip())


@dataclass(frozen=True, slots=True)
class Listen:
    """Where clients connect."""

    host: str = setting("127.0.0.1", "Address to listen on; beyond loopback, tls.* is required.")
    port: int = setting(8484, "TCP port; 0 lets the system choose.", most=65535)
    workers: int = setting(1, "Processes that serve; one for each core is enough.", least=1)
    local: bool = setting(
        default=True,
        doc="On loopback, clients need no key of privity and bring their own provider's. "
        "Has no effect beyond loopback.",
    )
    status: bool = setting(
        default=False, doc="Show the status page, notice and metrics beyond loopback, too."
    )
    trusted_proxies: str = setting(
        "",
        "Networks of proxies, `10.1.2.0/24, fd12::/48`, whose `X-Forwarded-For` says from where a "
        "request comes; empty: the header is not read.",
    )

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The proxies, read. Raises ValueError, which loading turns into SettingsInvalid."""
        return _networks(self.trusted_proxies)


@dataclass(frozen=True, slots=True)
class Tls:
    """What proves this server to its clients: TLS 1.3 with AES-256, nothing less."""

    certificate: str = setting("", "PEM file with the certificate chain.")
    key: str = setting("", "PEM file with the certificate's private key, mode 0600.")


@dataclass(frozen=True, slots=True)
class Storage:
    """Where sealed records and the log are."""

    database: str = setting(
        "sqlite:privity.db",
        "`sqlite:FILE` in the home, or `postgresql://HOST/NAME`; a password belongs in a "
        "PostgreSQL password file, not here.",
    )
    origin: str = setting("privity.local", "Name of the audit log in its signed checkpoints.")


@dataclass(frozen=True, slots=True)
class Keys:
    """Who holds the root key, and at what age the running server rotates keys."""

    root: str = setting(
        ROOT,
        "URI of the root key: `file:FILE` in the home, `pkcs11:...`, `awskms:...` or `vault:...`; "
        "never with a PIN or token in it.",
    )
    root_days: int = setting(365, "Age in days at which the root key is due; 0: never.", most=9999)
    partition_days: int = setting(
        90, "Age in days at which the key of a region and purpose is due; 0: never.", most=9999
    )
    person_days: int = setting(
        365, "Age in days at which a person's key is due; 0: never.", most=9999
    )
    old_root_days: int = setting(
        30, "Days for which a replaced root key is kept, for backups of that age.", most=9999
    )


@dataclass(frozen=True, slots=True)
class RegionStore:
    """Where people of a further region are kept: a database, a root key and a log of their own."""

    database: str = setting("", "Its database, in the form of `storage.database`; no other's.")
    root: str = setting("", "URI of its root key, in the form of `keys.root`; no other's.")
    origin: str = setting("", "Name of its audit log; no other's.")


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Who else vouches that the audit log only grows."""

    file: str = setting(
        "", "File in the home with a witness in each line: `witness NAME VKEY URL`; empty: none."
    )
    seconds: int = setting(60, "How often witnesses are asked for a cosignature.", least=1)


@dataclass(frozen=True, slots=True)
class Egress:
    """Where connections may go, besides public addresses of the hosts that are declared."""

    ranges: str = setting(
        "",
        "Networks that are not public and have declared hosts in them: `10.1.2.0/24, fd12::/48`.",
    )

    @property
    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The ranges, read. Raises ValueError, which loading turns into SettingsInvalid."""
        return _networks(self.ranges)


@dataclass(frozen=True, slots=True)
class Upstreams:
    """The providers. Their host must be a processor's in the policy, or nothing is sent."""

    openai: str = setting(ECHO, f"Base URL of the OpenAI-shaped provider, or `{ECHO}`.")
    anthropic: str = setting(ECHO, f"Base URL of the Anthropic-shaped provider, or `{ECHO}`.")
    openai_credential: str = setting(
        "", "Where the provider's key is: `env:NAME` or `file:PATH`; empty: the client's passes."
    )
    anthropic_credential: str = setting("", "The same for the Anthropic-shaped provider.")
    authorities: str = setting("", "PEM file with the only authorities to trust for providers.")
    proxy: str = setting("", "HTTP proxy to the providers; none is taken from the environment.")
    connections: int = setting(256, "Connections to providers a worker holds.", least=1)
    connect_seconds: int = setting(10, "Longest wait for a connection.", least=1)
    read_seconds: int = setting(600, "Longest silence of a provider.", least=1)
    total_seconds: int = setting(3600, "Longest exchange with a provider.", least=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is allowed at once; beyond it, requests are refused, never passed unseen."""

    max_body_bytes: int = setting(33_554_432, "Largest request body.", least=1024)
    max_answer_bytes: int = setting(67_108_864, "Largest answer of a provider.", least=1024)
    max_depth: int = setting(64, "Deepest nesting of a request's JSON.", least=4, most=512)
    max_concurrency: int = setting(256, "Requests under way at once, in one worker.", least=1)
    max_waiting: int = setting(1024, "Writes that may wait for the database.", least=1)
    max_cached: int = setting(16_384, "Texts whose findings are remembered, by digest.", least=0)
    header_seconds: int = setting(10, "Longest time for a request's headers to arrive.", least=1)
    body_seconds: int = setting(30, "Longest time for a request's body to arrive.", least=1)
    stall_seconds: int = setting(
        60, "Longest time for which a client may take nothing of an answer.", least=1
    )
    max_keep_days: int = setting(
        0, "Days for which anything is kept at most, as a law may demand; 0: as the policy says."
    )
    app_per_minute: int = setting(
        0, "Requests of one application in a minute, in all processes of a region; 0: no limit."
    )
    person_per_minute: int = setting(
        0, "The same for one person, or for one conversation where nobody is named."
    )
    address_per_minute: int = setting(
        0,
        "The same for one network address (of IPv6, one /64 network), of everything that it asks; "
        "each request is then one more write.",
    )
    shutdown_seconds: int = setting(10, "Time for running exchanges to end at a stop.", least=1)


@dataclass(frozen=True, slots=True)
class Detection:
    """How personal data is found. Your own patterns lie in the folder `detectors` of the home."""

    language: str = setting(
        "fast",
        "Let the language model read texts, too, and find far more names and places: `fast` with "
        "its small network, at some 10 ms a kilobyte; `full` also with its large one where the "
        "small one is unsure, at up to 60 ms a kilobyte, with the extra `privity[language]`.",
        one_of=("off", "fast", "full"),
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """The SMTP server that takes letters to people."""

    host: str = setting("", "Host of the SMTP server; empty: no letter is sent, they wait.")
    port: int = setting(587, "Its TCP port.", least=1, most=65535)
    tls: str = setting(
        "starttls",
        "How the connection is protected; `off` only on loopback.",
        one_of=("starttls", "implicit", "off"),
    )
    user: str = setting("", "Who we are there; empty: the server asks nobody.")
    credential: str = setting("", "Where the user's password is: `env:NAME` or `file:PATH`.")
    authorities: str = setting("", "PEM file with the only authorities to trust for it.")
    sender: str = setting("", "Address that letters come from, and answers and bounces go to.")
    name: str = setting("", "Name beside it; empty: the policy's controller.")
    seconds: int = setting(60, "Longest time for one letter to be handed over.", least=1, most=600)


@dataclass(frozen=True, slots=True)
class People:
    """The pages on which people see what is kept of them, and decide about it."""

    pages: bool = setting(
        default=True, doc="Serve the pages and the API for people below `/privacy`."
    )
    url: str = setting("", "Where people reach this server, such as `https://privacy.example.org`.")
    sign_in: str = setting(
        "", "A page of the application that sends people here with a new link; shown as a way in."
    )
    embed: str = setting("", "Origins, separated by spaces, whose pages may show these in a frame.")
    provider: str = setting(
        "", "Issuer of the OpenID Connect provider with which people sign in; empty: by links only."
    )
    client: str = setting("", "The id that the provider knows this server by.")
    credential: str = setting("", "Where the client's secret is: `env:NAME` or `file:PATH`.")
    claim: str = setting(
        "sub", "The claim that holds the name by which the application sends a person's requests."
    )
    app: str = setting("", "The application whose people sign in with the provider.")
    cards: str = setting(
        "", "Page of a payment provider on which a parent pays a small charge; empty: no such way."
    )
    cards_secret: str = setting(
        "", "Where the secret is that the provider signs its calls with: `env:NAME` or `file:PATH`."
    )


@dataclass(frozen=True, slots=True)
class StaffConsole:
    """The console in which staff work."""

    console: bool = setting(
        default=True,
        doc="Serve the console of the staff below `/console`; beyond loopback only with TLS.",
    )
    provider: str = setting(
        "", "Issuer of the OpenID Connect provider with which staff sign in; empty: without one."
    )
    client: str = setting("", "The id that the provider knows this server by.")
    credential: str = setting("", "Where the client's secret is: `env:NAME` or `file:PATH`.")
    second_factor: str = setting(
        "mfa",
        "Words, separated by spaces, of the provider's `amr` or `acr` that say that a second "
        "factor was shown there; without one of them, or empty: the console asks for its own.",
    )
    training_days: int = setting(
        365, "Days for which a course that somebody took counts.", least=1, most=366
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """How people hear of what changes in the policy."""

    days: int = setting(
        14,
        "Days for which people can read a policy that allows more before it holds; without effect "
        "on a server that only this machine reaches.",
        most=365,
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """Tokens with which applications prove who speaks: `x-privity-person-token`."""

    issuer: str = setting("", "Issuer of the tokens; empty: no token is accepted.")
    audience: str = setting("", "The audience that a token must be for: this service's name there.")
    keys: str = setting("", "The issuer's public keys (JWKS): an `https:` URL, or a file.")
    claim: str = setting("sub", "The claim that holds the name of a person.")
    required: str = setting(
        "",
        "Applications, separated by spaces, whose bare names of people are refused; `*`: all.",
    )


@dataclass(frozen=True, slots=True)
class Logging:
    """What the process says about itself: counts, codes and references, at any level."""

    level: str = setting("info", "How much is said.", one_of=("debug", "info", "warning", "error"))
    format: str = setting("plain", "For people or for machines.", one_of=("plain", "json"))
