"""The regions of a home: which store keeps whose records, and how a further one is made.

Invariants: each region has one store, and a store one region; where the settings leave open which
of two stores is meant, nothing is opened. A further region's store is made whole or not at all:
database, root key, secrets and log of its own; of the home's it shares only the key of references,
so that a person has one reference wherever they live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import tomlkit

from privity.adapters import home as homes
from privity.adapters.home import Home
from privity.adapters.keys.custodian import create_custodian, open_custodian
from privity.adapters.sql.create import create
from privity.adapters.sql.journal import SqlJournal
from privity.audit.entry import Entry, Event
from privity.audit.signing import Signer
from privity.errors import BadInput, HomeExists, SettingsInvalid
from privity.model.policy import Policy
from privity.model.words import Region
from privity.policy.decide import residences
from privity.settings import FILE, RegionStore, Settings, parse
from privity.vault.home_secrets import HomeSecrets, create_secrets
from privity.vault.keep import Vault


def own_region(settings: Settings, policy: Policy) -> Region | None:
    """Return the region of the home's own store: the one that no further store is for.

    Raises SettingsInvalid if that could be several.
    """
    left = _without_store(settings, policy)
    if len(left) > 1:
        names = " and ".join(left)
        message = f"text is kept in {names}: all but one need a store, see `privity region add`"
        raise SettingsInvalid(message)
    return next(iter(left), None)


def _without_store(settings: Settings, policy: Policy) -> list[Region]:
    return [region for region in residences(policy) if region not in settings.regions]


def by_region(stores: Sequence[Home], policy: Policy) -> Mapping[Region, Home]:
    """Return the store of each region; the first of them is the home's own.

    Raises SettingsInvalid.
    """
    own = own_region(stores[0].settings, policy)
    regions = (own, *(store.settings.region for store in stores[1:]))
    return {where: store for where, store in zip(regions, stores, strict=True) if where is not None}


def store_at(home: Home, region: Region | None) -> Home:
    """Return the store of a region; None: the home's own. Raises BadInput, OperatorErrors."""
    if region is None:
        return home
    if region in home.settings.regions:
        return homes.open_home(home.settings.of(region))
    if own_region(home.settings, homes.policy_in_force(home)) is region:
        return home
    known = ", ".join(home.settings.regions) or "none"
    message = f"this home has no store for {region}; its further regions: {known}"
    raise BadInput(message)


def name_of(store: Home) -> str:
    """Return how a store is called: by its region, or `home`."""
    return store.settings.region.value if store.settings.region is not None else "home"


@dataclass(frozen=True, slots=True)
class StoreQuarters:
    """gateway.residence.Quarters: where people of one region are kept."""

    journal: SqlJournal
    vault: Vault
    secrets: HomeSecrets


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A further region and where its people are to be kept; what is empty is made in the home."""

    region: Region
    database: str = ""
    root: str = ""
    origin: str = ""


def add_region(home: Home, new: NewRegion, now: datetime) -> None:
    """Make the store of a further region and name it in the settings. Raises OperatorErrors.

    1. The settings, as they will be, checked. 2. Root key, secrets, database with its first
    entries, in a folder that appears at the end. 3. The settings. 4. The entry in the home's log.
    """
    region, before = new.region, home.settings
    policy = homes.policy_in_force(home)
    if region in before.regions or _without_store(before, policy) == [region]:
        message = f"this home has a store for {region} already"
        raise HomeExists(message)
    text = _settings_text(before.home, new, before.storage.origin)
    wanted = parse(tomlkit.parse(text).unwrap(), before.home)
    with homes.making(wanted.of(region).folder) as folder:
        _make(home, inside(wanted, region, folder), now)
    homes.write_private(before.home / FILE, text.encode())
    with home.journal.transaction() as tx:
        facts = {"region": region.value}
        tx.log.append(Entry(Event.REGION_ADDED, now, policy.digest, facts=facts))


def _make(home: Home, settings: Settings, now: datetime) -> None:
    """Make root key, secrets, database and the first entries of a region's log."""
    policy = homes.policy_in_force(home)
    if settings.key_file is None:
        custodian = open_custodian(settings.key_uri)
    else:
        custodian = create_custodian(settings.key_uri, now)
    made = replace(create_secrets(), references=home.secrets.references)
    homes.write_private(settings.folder / homes.SECRETS, made.wrap(custodian))
    signer = Signer(settings.storage.origin, made.signing)
    create(settings.database_url, settings.storage.origin, signer)
    with SqlJournal(settings.database_url, signer, 1).transaction() as tx:
        facts = {"version": policy.version}
        tx.log.append(Entry(Event.KEY_CREATED, now, policy.digest, facts={"key": "root"}))
        tx.log.append(Entry(Event.POLICY_ADOPTED, now, policy.digest, facts=facts))


def inside(wanted: Settings, region: Region, folder: Path) -> Settings:
    """Return a region's settings while its folder, in the home, has another name."""
    final = wanted.of(region).folder.relative_to(wanted.home).as_posix()
    now = folder.relative_to(wanted.home).as_posix()
    there = wanted.regions[region]
    moved = replace(
        there,
        database=there.database.replace(f"sqlite:{final}/", f"sqlite:{now}/"),
        root=there.root.replace(f"file:{final}/", f"file:{now}/"),
    )
    return replace(replace(wanted, regions={region: moved}).of(region), inside=folder)


def _settings_text(home: Path, new: NewRegion, origin: str) -> str:
    """Return settings.toml with the table of a further region."""
    name = new.region.value
    there = RegionStore(
        new.database or f"sqlite:regions/{name}/privity.db",
        new.root or f"file:regions/{name}/root.key",
        new.origin or f"{origin}/{name}",
    )
    document = tomlkit.parse((home / FILE).read_text(encoding="utf-8"))
    if "regions" not in document:
        document["regions"] = tomlkit.table(is_super_table=True)
    table = tomlkit.table()
    for key in ("database", "root", "origin"):
        table[key] = getattr(there, key)
    document["regions"].append(name, table)
    return tomlkit.dumps(document)
