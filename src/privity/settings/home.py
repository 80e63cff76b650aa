"""All settings of one home, and what follows from several of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from privity.model.words import Region
from privity.settings.tables import (
    Detection,
    Egress,
    Identity,
    Keys,
    Limits,
    Listen,
    Logging,
    Mail,
    Notice,
    People,
    RegionStore,
    StaffConsole,
    Storage,
    Tls,
    Upstreams,
    Witnessing,
)
from privity.settings.traces import Traces
from privity.settings.watching import Watch

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one home.

    `regions` are the further ones that people may live in; `region` is the one that these settings
    were narrowed to by `of()`, and `inside` its folder, None where they are the home's own.
    """

    home: Path
    listen: Listen = field(default_factory=Listen)
    tls: Tls = field(default_factory=Tls)
    storage: Storage = field(default_factory=Storage)
    keys: Keys = field(default_factory=Keys)
    witnesses: Witnessing = field(default_factory=Witnessing)
    egress: Egress = field(default_factory=Egress)
    upstream: Upstreams = field(default_factory=Upstreams)
    limits: Limits = field(default_factory=Limits)
    detect: Detection = field(default_factory=Detection)
    mail: Mail = field(default_factory=Mail)
    notice: Notice = field(default_factory=Notice)
    people: People = field(default_factory=People)
    staff: StaffConsole = field(default_factory=StaffConsole)
    identity: Identity = field(default_factory=Identity)
    watch: Watch = field(default_factory=Watch)
    log: Logging = field(default_factory=Logging)
    traces: Traces = field(default_factory=Traces)
    regions: Mapping[Region, RegionStore] = field(default_factory=dict)
    region: Region | None = None
    inside: Path | None = None

    def of(self, region: Region) -> Settings:
        """Return these settings as they are for a further region: its storage, keys and folder."""
        there = self.regions[region]
        return replace(
            self,
            storage=replace(self.storage, database=there.database, origin=there.origin),
            keys=replace(self.keys, root=there.root),
            regions={},
            region=region,
            inside=self.home / "regions" / region.value,
        )

    @property
    def folder(self) -> Path:
        """The folder of what is sealed by the root key: the home's, or that of a region in it."""
        return self.home if self.inside is None else self.inside

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        return self.listen.host in LOOPBACK

    @property
    def links(self) -> str:
        """What links in letters begin with: how people reach this server, without a slash."""
        return self.people.url.rstrip("/") or f"http://127.0.0.1:{self.listen.port}"

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
