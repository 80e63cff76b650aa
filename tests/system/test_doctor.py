"""`privity doctor` on a set-up for production: what is missing fails, and TLS is really spoken."""

import json
import subprocess
from pathlib import Path

import pytest
import trustme

from tests.system.conftest import free_port, privity, running


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
    return folder / "home"


def doctor(home: Path, *more: str) -> tuple[int, dict[str, dict[str, str]]]:
    command = privity("doctor", "--json", "--home", home, *more)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, {each["part"]: each for each in json.loads(done.stdout)}


def test_a_certificate_shakes_hands_before_anything_serves(home: Path) -> None:
    _, found = doctor(home)
    assert found["handshake"]["code"] == "ok"
    assert "no server runs" in found["handshake"]["detail"]


def test_a_running_server_shakes_hands_as_strongly_as_promised(home: Path, tmp_path: Path) -> None:
    with running(privity("serve", "--home", home), tmp_path / "log") as server:
        assert server.stdout.readline().startswith("privity listens on https://")
        _, found = doctor(home)
    shaken = "the running server agreed on TLSv1.3 with TLS_AES_256_GCM_SHA384"
    assert found["handshake"]["detail"] == shaken


def test_what_is_enough_at_a_desk_is_not_for_production(home: Path) -> None:
    alone, _ = doctor(home)
    status, found = doctor(home, "--production")
    missing = {part for part, each in found.items() if each["grade"] == "advice"}
    assert (alone, status) == (0, 1)
    assert {"custody", "backup", "staff", "mail", "witnesses", "workers"} <= missing
    assert all(found[part]["remedy"] for part in missing)
