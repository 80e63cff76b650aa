"""Metrics of a server with several workers: any of them tells of all."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.system.conftest import call, free_port, privity, quick, running, wait_until_ready

QUESTION = {"model": "m", "messages": [{"role": "user", "content": "Write to ann@example.org."}]}
ANSWERED = 'privity_exchanges_ended_total{code="ok"}'
WORKERS = "privity_workers"
DONE_SECONDS = 60


def told(url: str) -> dict[str, float]:
    lines = call(url + "/metrics").decode().splitlines()
    return {
        name: float(number)
        for name, _, number in (line.rpartition(" ") for line in lines if line[:1] != "#")
    }


def wait(url: str, name: str, number: float) -> dict[str, float]:
    """Wait until a series has come to a number; a killed worker refuses connections meanwhile."""
    end = time.monotonic() + DONE_SECONDS
    found: dict[str, float] = {}
    while time.monotonic() < end:
        try:
            found = told(url)
        except OSError:
            time.sleep(0.1)
            continue
        if found.get(name) == number:
            return found
        time.sleep(0.1)
    raise AssertionError(found.get(name))


def workers_of(pid: int) -> list[int]:
    """The processes that serve, by what they were started for."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def test_any_worker_tells_of_all_and_one_that_died_keeps_what_it_counted(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    subprocess.run(privity("init", "--home", home), check=True, capture_output=True)
    quick(home)
    command = privity("serve", "--home", home, "--port", str(port), "--workers", "2")
    body = json.dumps(QUESTION).encode()
    with running(command, tmp_path / "log") as server:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, server, tmp_path / "log")
        wait(url, WORKERS, 2)
        for _ in range(8):
            call(url + "/v1/chat/completions", body)
        found = wait(url, ANSWERED, 8)
        assert (
            found['privity_findings_total{category="contact.email",treatment="pseudonymize"}'] == 8
        )
        assert (found['privity_ready{part="database"}'], found["privity_records_overdue"]) == (1, 0)
        os.kill(workers_of(server.pid)[0], signal.SIGKILL)
        assert wait(url, WORKERS, 2)[ANSWERED] == 8
        call(url + "/v1/chat/completions", body)
        wait(url, ANSWERED, 9)
    assert "ann@example.org" not in (tmp_path / "log").read_text()
