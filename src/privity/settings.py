"""Where things are and how much is allowed at once. Settings say nothing about people's data.

Invariants: loading is strict (an unknown key, a wrong type or a value out of range is an error, and
all errors are told at once); no secret stands in a setting, only the place of one; a setting cannot
widen the policy, because nothing the policy decides can be set here. Each setting is documented
once, beside its field. The one thing taken from the environment is `PRIVITY_HOME`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeAlias, get_type_hints
from urllib.parse import quote, urlsplit

from privity.errors import HomeMissing, SettingsInvalid

FILE = "settings.toml"
ECHO = "builtin:echo"
ROOT = "file:keys/root.key"
CUSTODIANS = ("file:", "pkcs11:", "awskms:", "vault:")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Value: TypeAlias = "str | int | bool"


def _setting(
    default: Value,
    doc: str,
    *,
    least: int = 0,
    most: int = 2**40,
    one_of: tuple[str, ...] = (),
) -> Any:
    """Declare a setting; the type checker sees the field's own annotation."""
    about = {"doc": doc, "least": least, "most": most, "one_of": one_of}
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class Listen:
    """Where clients connect."""

    host: str = _setting("127.0.0.1", "Address to listen on; beyond loopback, tls.* is required.")
    port: int = _setting(8484, "TCP port; 0 lets the system choose.", most=65535)
    workers: int = _setting(1, "Processes that serve; one for each core is enough.", least=1)
    local: bool = _setting(
        default=True,
        doc="On loopback, clients need no key of privity and bring their own provider's. "
        "Has no effect beyond loopback.",
    )
    status: bool = _setting(
        default=False, doc="Show the status page, notice and metrics beyond loopback, too."
    )


@dataclass(frozen=True, slots=True)
class Tls:
    """What proves this server to its clients: TLS 1.3 with AES-256, nothing less."""

    certificate: str = _setting("", "PEM file with the certificate chain.")
    key: str = _setting("", "PEM file with the certificate's private key, mode 0600.")


@dataclass(frozen=True, slots=True)
class Storage:
    """Where sealed records and the log are."""

    database: str = _setting(
        "sqlite:privity.db",
        "`sqlite:FILE` in the home, or `postgresql://HOST/NAME`; a password belongs in a "
        "PostgreSQL password file, not here.",
    )
    origin: str = _setting("privity.local", "Name of the audit log in its signed checkpoints.")


@dataclass(frozen=True, slots=True)
class Keys:
    """Who holds the root key, and at what age the running server rotates keys."""

    root: str = _setting(
        ROOT,
        "URI of the root key: `file:FILE` in the home, `pkcs11:...`, `awskms:...` or `vault:...`; "
        "never with a PIN or token in it.",
    )
    root_days: int = _setting(365, "Age in days at which the root key is due; 0: never.", most=9999)
    partition_days: int = _setting(
        90, "Age in days at which the key of a region and purpose is due; 0: never.", most=9999
    )
    old_root_days: int = _setting(
        30, "Days for which a replaced root key is kept, for backups of that age.", most=9999
    )


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Who else vouches that the audit log only grows."""

    file: str = _setting(
        "", "File in the home with a witness in each line: `witness NAME VKEY URL`; empty: none."
    )
    seconds: int = _setting(60, "How often witnesses are asked for a cosignature.", least=1)


@dataclass(frozen=True, slots=True)
class Upstreams:
    """The providers. Their host must be a processor's in the policy, or nothing is sent."""

    openai: str = _setting(ECHO, f"Base URL of the OpenAI-shaped provider, or `{ECHO}`.")
    anthropic: str = _setting(ECHO, f"Base URL of the Anthropic-shaped provider, or `{ECHO}`.")
    openai_credential: str = _setting(
        "", "Where the provider's key is: `env:NAME` or `file:PATH`; empty: the client's passes."
    )
    anthropic_credential: str = _setting("", "The same for the Anthropic-shaped provider.")
    authorities: str = _setting("", "PEM file with the only authorities to trust for providers.")
    proxy: str = _setting("", "HTTP proxy to the providers; none is taken from the environment.")
    connections: int = _setting(256, "Connections to providers a worker holds.", least=1)
    connect_seconds: int = _setting(10, "Longest wait for a connection.", least=1)
    read_seconds: int = _setting(600, "Longest silence of a provider.", least=1)
    total_seconds: int = _setting(3600, "Longest exchange with a provider.", least=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is allowed at once; beyond it, requests are refused, never passed unseen."""

    max_body_bytes: int = _setting(33_554_432, "Largest request body.", least=1024)
    max_answer_bytes: int = _setting(67_108_864, "Largest answer of a provider.", least=1024)
    max_depth: int = _setting(64, "Deepest nesting of a request's JSON.", least=4, most=512)
    max_concurrency: int = _setting(256, "Requests under way at once, in one worker.", least=1)
    max_waiting: int = _setting(1024, "Writes that may wait for the database.", least=1)
    max_cached: int = _setting(16_384, "Texts whose findings are remembered, by digest.", least=0)
    header_seconds: int = _setting(10, "Longest time for a request's headers to arrive.", least=1)
    body_seconds: int = _setting(30, "Longest time for a request's body to arrive.", least=1)
    max_keep_days: int = _setting(
        0, "Days for which anything is kept at most, as a law may demand; 0: as the policy says."
    )
    shutdown_seconds: int = _setting(10, "Time for running exchanges to end at a stop.", least=1)


@dataclass(frozen=True, slots=True)
class Detection:
    """How personal data is found. Your own patterns lie in the folder `detectors` of the home."""

    language: str = _setting(
        "off",
        "Let the language model read texts, too: finds far more names and places, at some 50 ms a "
        "kilobyte; needs the extra `privity[language]`.",
        one_of=("off", "on"),
    )

    @property
    def by_model(self) -> bool:
        """Whether the language model reads texts, too."""
        return self.language == "on"


@dataclass(frozen=True, slots=True)
class Logging:
    """What the process says about itself: counts, codes and references, at any level."""

    level: str = _setting("info", "How much is said.", one_of=("debug", "info", "warning", "error"))
    format: str = _setting("plain", "For people or for machines.", one_of=("plain", "json"))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one home."""

    home: Path
    listen: Listen = field(default_factory=Listen)
    tls: Tls = field(default_factory=Tls)
    storage: Storage = field(default_factory=Storage)
    keys: Keys = field(default_factory=Keys)
    witnesses: Witnessing = field(default_factory=Witnessing)
    upstream: Upstreams = field(default_factory=Upstreams)
    limits: Limits = field(default_factory=Limits)
    detect: Detection = field(default_factory=Detection)
    log: Logging = field(default_factory=Logging)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        return self.listen.host in LOOPBACK

    def path(self, name: str) -> Path:
        """Return a file named in the settings; a relative name is in the home."""
        return self.home / name

    @property
    def database_url(self) -> str:
        """The database's URL as SQLAlchemy writes it."""
        kind, _, rest = self.storage.database.partition(":")
        if kind == "sqlite":
            return f"sqlite:///{self.path(rest)}"
        return f"postgresql+psycopg:{rest}"

    @property
    def key_file(self) -> Path | None:
        """The file of the root key, or None where another custodian holds it."""
        kind, _, name = self.keys.root.partition(":")
        return self.path(name) if kind == "file" else None

    @property
    def key_uri(self) -> str:
        """Where the root key is, as custodians read it."""
        return self.keys.root if self.key_file is None else f"file:{quote(str(self.key_file))}"


def load(home: Path) -> Settings:
    """Read the settings of a home. Raises HomeMissing, or SettingsInvalid with every error."""
    file = home / FILE
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"there is no {FILE} in {home}"
        raise HomeMissing(message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {type(error).__name__}"
        raise SettingsInvalid(message) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{FILE}: {error}"
        raise SettingsInvalid(message) from error
    return parse(document, home.absolute())


def parse(document: Mapping[str, object], home: Path) -> Settings:
    """Turn a TOML document into settings. Raises SettingsInvalid with every error."""
    errors: list[str] = []
    tables = {name: kind for name, kind in _hints(Settings).items() if is_dataclass(kind)}
    errors += [f"{name}: there is no such table" for name in document if name not in tables]
    read = {name: _table(name, kind, document.get(name), errors) for name, kind in tables.items()}
    if not errors:
        settings = Settings(home, **read)
        errors += _conflicts(settings)
        if not errors:
            return settings
    raise SettingsInvalid("; ".join(errors))


def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _table(table: str, kind: Any, given: object, errors: list[str]) -> Any:
    """Read one table; what is not given keeps its default."""
    if given is None:
        return kind()
    if not isinstance(given, dict):
        errors.append(f"{table}: must be a table")
        return kind()
    known = {each.name: each for each in fields(kind)}
    hints = _hints(kind)
    values: dict[str, Value] = {}
    for name, value in given.items():
        if name not in known:
            errors.append(f"{table}.{name}: there is no such setting")
            continue
        about = known[name].metadata
        wrong = _wrong(value, hints[name], about)
        if wrong:
            errors.append(f"{table}.{name}: {wrong}")
        else:
            values[name] = value
    return kind(**values)


def _wrong(value: object, kind: type, about: Mapping[str, Any]) -> str:
    """Say what is wrong with a value, or nothing."""
    if type(value) is not kind:
        words = {str: "text in quotes", int: "a whole number", bool: "true or false"}
        return f"must be {words[kind]}"
    if isinstance(value, int) and not about["least"] <= value <= about["most"]:
        return f"must be from {about['least']} to {about['most']}"
    if about["one_of"] and value not in about["one_of"]:
        return "must be one of " + ", ".join(about["one_of"])
    return ""


def _conflicts(settings: Settings) -> Iterator[str]:
    """Say what no single setting shows to be wrong."""
    if bool(settings.tls.certificate) != bool(settings.tls.key):
        yield "tls: certificate and key belong together"
    database = settings.storage.database
    if not database.startswith(("sqlite:", "postgresql:")):
        yield "storage.database: must start with sqlite: or postgresql:"
    elif urlsplit(database).password:
        yield "storage.database: holds a password; put it into a PostgreSQL password file"
    if not settings.keys.root.startswith(CUSTODIANS):
        yield f"keys.root: must start with {', '.join(CUSTODIANS)}"
    for name in ("openai", "anthropic"):
        yield from _upstream_conflicts(settings, name)


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


def describe() -> Iterator[tuple[str, str, Value, str]]:
    """Yield each setting: its table, name, default and what it means."""
    for table, kind in _hints(Settings).items():
        if is_dataclass(kind):
            for each in fields(kind):
                default: Any = each.default
                yield table, each.name, default, each.metadata["doc"]


def write(changed: Mapping[tuple[str, str], Value]) -> str:
    """Return a settings file that changes these settings and explains all others."""
    lines = ["# Where things are. What happens to people's data stands in policy.toml."]
    before = ""
    for table, name, default, doc in describe():
        if table != before:
            lines += ["", f"[{table}]"]
            before = table
        value = changed.get((table, name), default)
        mark = "" if (table, name) in changed else "# "
        lines += [f"# {doc}", f"{mark}{name} = {_toml(value)}"]
    return "\n".join(lines) + "\n"


def _toml(value: Value) -> str:
    return json.dumps(value)
