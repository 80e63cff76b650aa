"""Checks of the database and the log: they work, and what they hold survives a crash."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from privity.adapters.checking.setup import Setup
from privity.adapters.regions import own_region
from privity.audit.checkpoint import open_checkpoint
from privity.governance.checks import Verdict, advice, well, wrong
from privity.policy.decide import residences

OVERDUE = timedelta(hours=2)
LEAST_DATABASE_FREE = 1 << 30
_DURABLE = {"fsync": "on", "full_page_writes": "on"}
_COMMITS = frozenset({"on", "remote_write", "remote_apply", "local"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def database(setup: Setup) -> Verdict:
    """Start the journal, which checks the schema and that the log can go on; count what is due."""
    journal = setup.journal()

    async def start() -> None:
        await journal.start()
        await journal.close()

    asyncio.run(start())
    with journal.reader.snapshot() as snapshot:
        kept = sum(each.records for each in snapshot.kept())
        overdue = snapshot.overdue(setup.at - OVERDUE)
        revision = snapshot.revision()
    if overdue:
        detail = f"{overdue} records should be gone and are not"
        remedy = "Run `privity serve`, which removes them at its start and every hour."
        return wrong("records_overdue", detail, remedy)
    return well(f"{kept} records are kept, none is overdue; tables of revision {revision}")


def durability(setup: Setup) -> Verdict:
    """Ask the database whether a commit is on disk when it is told."""
    with setup.snapshot() as snapshot:
        connection = snapshot.connection
        if connection.dialect.name == "sqlite":
            return _sqlite(setup, connection)
        found = {name: _shown(connection, name) for name in (*_DURABLE, "synchronous_commit")}
    weak = [f"{name} = {found[name]}" for name, value in _DURABLE.items() if found[name] != value]
    if found["synchronous_commit"] not in _COMMITS:
        weak.append(f"synchronous_commit = {found['synchronous_commit']}")
    if weak:
        remedy = "Set fsync, full_page_writes and synchronous_commit to on in PostgreSQL."
        return wrong("not_durable", f"PostgreSQL may lose commits: {', '.join(weak)}", remedy)
    return well("PostgreSQL makes each commit durable")


def _sqlite(setup: Setup, connection: Connection) -> Verdict:
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    # 2 is FULL: each commit waits for the disk.
    level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    if (mode, level) != ("wal", 2):
        remedy = "Report this as a defect: privity sets both when it connects."
        return wrong("not_durable", f"journal_mode {mode}, synchronous {level}", remedy)
    file = Path(make_url(setup.settings.database_url).database or ".")
    free = shutil.disk_usage(file.parent).free
    if free < LEAST_DATABASE_FREE:
        detail = f"only {free >> 20} MiB are free where the database is"
        return wrong("disk_low", detail, "Free space, or move the database.")
    return well("SQLite makes each commit durable (WAL, synchronous FULL)")


def database_tls(setup: Setup) -> Verdict:
    """Ask PostgreSQL how this very connection is encrypted, and whether it was verified."""
    url = make_url(setup.settings.database_url)
    if url.get_backend_name() == "sqlite":
        return well("not used: the database is a file on this machine")
    with setup.snapshot() as snapshot:
        driver = snapshot.connection.connection.driver_connection
        given = {} if driver is None else driver.info.get_parameters()
        query = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        encrypted, version = snapshot.connection.exec_driver_sql(query).one()
    host = str(given.get("host", ""))
    if not encrypted and (host.startswith("/") or not host or host in _LOCAL):
        return well("not used: the database is on this machine")
    verified = given.get("sslmode") == "verify-full"
    remedy = (
        "Add ?sslmode=verify-full&ssl_min_protocol_version=TLSv1.3 and sslrootcert to "
        "storage.database, and let pg_hba.conf accept hostssl only."
    )
    if not encrypted:
        return wrong("database_in_the_clear", "the connection to PostgreSQL is not TLS", remedy)
    if version != "TLSv1.3" or not verified:
        name = "verified" if verified else "not verified by name"
        return advice("database_tls_weak", f"{version}, the server is {name}", remedy)
    return well(f"{version}, the server's name is verified")


def log(setup: Setup) -> Verdict:
    """Open the newest checkpoint with the log's own key."""
    signer = setup.signer()
    with setup.snapshot() as snapshot:
        checkpoint = open_checkpoint(signer.verifier, snapshot.head().note)
    return well(f"{checkpoint.size} entries under a valid checkpoint")


def regions(setup: Setup) -> Verdict:
    """Look whether each region that people may live in has a store, and only one."""
    settings, policy = setup.settings, setup.policy()
    own = own_region(settings, policy)
    unserved = [region for region in settings.regions if region not in residences(policy)]
    if unserved:
        return well(f"the policy serves nobody of {', '.join(unserved)}, which have a store")
    names = ", ".join(filter(None, (own, *settings.regions)))
    return well(f"each has a store of its own: {names}" if names else "nothing is kept")


def _shown(connection: Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())
