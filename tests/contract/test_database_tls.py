"""The way to a PostgreSQL over the network: what the doctor says of real connections to it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
import trustme

from privity.adapters.checking import storage
from privity.adapters.checking.setup import Setup
from privity.adapters.sql.create import create
from privity.governance.checks import Grade
from privity.settings import Settings
from privity.settings.tables import Storage
from tests.conftest import SIGNER, as_admin
from tests.debian import file
from tests.homes import NOON
from tests.system.conftest import free_port


@dataclass(frozen=True)
class Place:
    """A database that is reached by TCP, and the authority of its certificate."""

    name: str
    port: int
    authority: Path

    def url(self, **options: str) -> str:
        given = "&".join(f"{name}={value}" for name, value in options.items())
        return f"postgresql://postgres@localhost:{self.port}/{self.name}?{given}"


@pytest.fixture(scope="module")
def programs() -> Path:
    """Where a PostgreSQL that was built with TLS is; those in wheels are not."""

    def newest() -> Path | None:
        return max(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), default=None)

    return file(newest, "a PostgreSQL with TLS", "postgresql").parent


@pytest.fixture(scope="module")
def place(programs: Path) -> Iterator[Place]:
    """A server of our own that speaks TLS 1.2 and 1.3 on loopback."""
    folder, port = Path(tempfile.mkdtemp(prefix="pg-")), free_port()
    data, owner = folder / "data", "postgres" if os.geteuid() == 0 else None

    def run(program: str, *arguments: str) -> None:
        command = [programs / program, "-D", data, *arguments]
        subprocess.run(command, check=True, user=owner, cwd="/", stdout=subprocess.DEVNULL)

    try:
        if owner is not None:
            shutil.chown(folder, owner)
        run("initdb", "--auth=trust", "--username=postgres", "--no-sync")
        authority = certify(data, owner)
        files = f"-c ssl=on -c ssl_cert_file={data}/own.crt -c ssl_key_file={data}/own.key"
        options = f"-h 127.0.0.1 -p {port} -k {data} -c fsync=off {files}"
        run("pg_ctl", "-w", "-o", options, "-l", str(folder / "data" / "log"), "start")
        found = Place(f"test_{uuid4().hex}", port, authority)
        admin = f"postgresql+psycopg://postgres@localhost:{port}/postgres"
        as_admin(admin, f"CREATE DATABASE {found.name} TEMPLATE template0 ENCODING 'UTF8'")
        create(found.url().replace("postgresql:", "postgresql+psycopg:"), SIGNER.name, SIGNER)
        yield found
    finally:
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def certify(data: Path, owner: str | None) -> Path:
    """Put a certificate for localhost beside the data; return its authority's file."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(data / "own.key")
    issued.cert_chain_pems[0].write_to_path(data / "own.crt")
    authority.cert_pem.write_to_path(data / "authority.crt")
    (data / "own.key").chmod(0o600)
    if owner is not None:
        user = pwd.getpwnam(owner)
        for name in ("own.key", "own.crt"):
            os.chown(data / name, user.pw_uid, user.pw_gid)
    return data / "authority.crt"


def looked(place: Place, monkeypatch: pytest.MonkeyPatch, **options: str) -> tuple[Grade, str]:
    monkeypatch.setattr(Setup, "signer", lambda _: SIGNER)
    settings = replace(Settings(Path("/nowhere")), storage=Storage(place.url(**options)))
    found = storage.database_tls(Setup(settings, NOON))
    return found.grade, found.code


def test_a_server_that_is_verified_by_name_over_tls_1_3_is_well(place, monkeypatch) -> None:
    verified = {"sslmode": "verify-full", "sslrootcert": str(place.authority)}
    assert looked(place, monkeypatch, **verified) == (Grade.WELL, "ok")


def test_a_server_that_is_not_verified_is_advised_against(place, monkeypatch) -> None:
    found = looked(place, monkeypatch, sslmode="require")
    assert found == (Grade.ADVICE, "database_tls_weak")


def test_an_older_version_of_tls_is_advised_against(place, monkeypatch) -> None:
    older = {"sslmode": "verify-full", "sslrootcert": str(place.authority)}
    found = looked(place, monkeypatch, **older, ssl_max_protocol_version="TLSv1.2")
    assert found == (Grade.ADVICE, "database_tls_weak")


def test_on_this_machine_no_tls_is_needed(place, monkeypatch) -> None:
    assert looked(place, monkeypatch, sslmode="disable") == (Grade.WELL, "ok")


def test_over_a_network_it_is(place, monkeypatch) -> None:
    monkeypatch.setattr(storage, "_LOCAL", frozenset())
    found = looked(place, monkeypatch, sslmode="disable")
    assert found == (Grade.WRONG, "database_in_the_clear")
