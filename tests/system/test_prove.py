"""The self-test passes on privity, and fails on a server that leaks anywhere."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from privity.prove.exercise import CRASHES
from privity.prove.forms import Form
from privity.prove.run import FOLDERS, OPEN, prove
from tests.system.conftest import make_home, privity

LEAKING = """
'privity, with four defects.'
import base64, sys, tempfile
from privity.gateway import http

kept = tempfile.TemporaryFile()

def remember(body):
    raw = bytes(body)
    with open(tempfile.mkstemp()[0], "wb") as file:
        file.write(raw)
    kept.write(base64.b64encode(b"x" + raw))
    kept.flush()
    with open("dump", "ab") as file:
        file.write(raw.decode(errors="replace").encode("utf-16"))
    print(ascii(raw[::-1]), flush=True)
    return genuine(body)

genuine = http.RawBody
http.RawBody = remember
from privity.cli import main
main()
"""
LEAKS = {
    FOLDERS["tmp"]: Form.PLAIN,
    FOLDERS["work"]: Form.UTF16,
    FOLDERS["output"]: Form.REVERSED,
    OPEN: Form.BASE64,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return make_home(tmp_path_factory.mktemp("prove") / "home", "http://127.0.0.1:9")


def test_nothing_planted_is_found_in_privity(home: Path) -> None:
    done = subprocess.run(
        privity("prove", "--home", home, "--json"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["clean"]
    assert report["log_verified"]
    assert report["control"]["missed"] == []
    assert report["control"]["forms"] == [form.value for form in Form]
    assert set(report["traffic"]["ends"]) == set(CRASHES)
    assert report["traffic"]["restored"] == report["traffic"]["restorable"] > 0
    assert all(group["bytes"] for group in report["searched"] if "home" in group["what"])


def test_a_server_that_leaks_is_caught_wherever_it_does(home: Path, tmp_path: Path) -> None:
    program = tmp_path / "leaking.py"
    program.write_text(LEAKING)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    report = prove(home, scratch, Random(11), (sys.executable, str(program)), crashes={})
    found = {(hit.group, hit.form) for hit in report.hits}
    assert set(LEAKS.items()) - found == set()
    shown = json.dumps(report.as_json())
    assert [value for value in ("@example.org", "sk-proj-", "ghp_") if value in shown] == []
