"""`privity doctor` on a set-up for production: what is missing fails, and TLS is really spoken."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.system.conftest import free_port, privity, quick, running


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with a certificate for localhost."""
    folder = tmp_path_factory.mktemp("doctor")
    subprocess.run(privity("init", "--home", folder / "home"), check=True, capture_output=True)
    issued = trustme.CA().issue_cert("localhost")
    issued.private_key_pem.write_to_path(folder / "home" / "key.pem")
    (folder / "home" / "key.pem").chmod(0o600)
    issued.cert_chain_pems[0].write_to_path(folder / "home" / "cert.pem")
    settings = folder / "home" / "settings.toml"
    given = '[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n'
    port = f"[listen]\nport = {free_port()}\n"
    text = settings.read_text().replace("[tls]\n", given).replace("[listen]\n", port)
    settings.write_text(text)
    return quick(folder / "home")


def doctor(home: Path, *more: str) -> tuple[int, dict[str, dict[str, str]]]:
    command = privity("doctor", "--json", "--home", home, *more)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, {each["part"]: each for each in json.loads(done.stdout)}


def healthy(home: Path, *more: str) -> tuple[int, str]:
    command = privity("healthy", "--home", home, *more)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def served(home: Path, tmp_path_factory) -> Iterator[Path]:
    """The home while a server runs on it."""
    log = tmp_path_factory.mktemp("served") / "log"
    with running(privity("serve", "--home", home), log) as server:
        assert server.stdout.readline().startswith("privity listens on https://")
        yield home


def test_what_is_enough_at_a_desk_is_not_for_production(home: Path) -> None:
    status, found = doctor(home, "--production")
    missing = {part for part, each in found.items() if each["grade"] == "advice"}
    assert (status, "wrong" in {each["grade"] for each in found.values()}) == (1, False)
    assert {"custody", "backup", "staff", "mail", "witnesses", "workers"} <= missing
    assert all(found[part]["remedy"] for part in missing)
    assert "no server runs" in found["handshake"]["detail"]
    assert healthy(home) == (1, "no answer: ConnectionRefusedError\n")


def test_a_running_server_shakes_hands_as_strongly_as_promised(served: Path) -> None:
    status, found = doctor(served)
    shaken = "the running server agreed on TLSv1.3 with TLS_AES_256_GCM_SHA384"
    assert (status, found["handshake"]["detail"]) == (0, shaken)


def test_a_server_is_asked_whether_it_lives_and_whether_it_can_serve(served: Path) -> None:
    assert healthy(served) == (0, "well\n")
    (served / "secrets.sealed").rename(served / "away")
    try:
        time.sleep(1.1)  # for as long a finding is told again
        assert healthy(served) == (0, "well\n")
        assert healthy(served, "--ready") == (1, "not well: status 503\n")
    finally:
        (served / "away").rename(served / "secrets.sealed")


def test_somebody_else_at_the_port_is_not_taken_for_the_server(served: Path) -> None:
    own = (served / "cert.pem").read_bytes()
    trustme.CA().issue_cert("localhost").cert_chain_pems[0].write_to_path(served / "cert.pem")
    found = healthy(served)
    (served / "cert.pem").write_bytes(own)
    assert found == (1, "no answer: ConnectionRefusedError\n")
