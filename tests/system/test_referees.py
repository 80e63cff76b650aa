"""Outside referees: a benchmark for leaks of gateways, and hostile requests by a description."""

import subprocess
import sys
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.system.conftest import call, free_port, make_home, serving

BENCHMARK = Path(sys.executable).with_name("pii-leak-benchmark")
CLEAN, LEAK = 0, 1
DESCRIPTION = Path(__file__).parents[2] / "src" / "privity" / "gateway" / "openapi.json"
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
description = schemathesis.openapi.from_path(DESCRIPTION)


def referee(target: str, port: int, folder: Path) -> subprocess.CompletedProcess[str]:
    toward = ["--target-base-url", target, "--capture-port", str(port)]
    return subprocess.run(
        [BENCHMARK, "selfcheck", *toward, "--iterations", "2"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_benchmark_for_leaks_finds_none(tmp_path: Path) -> None:
    port = free_port()
    home = make_home(tmp_path / "home", f"http://127.0.0.1:{port}")
    with serving(home, tmp_path / "log") as gateway:
        result = referee(gateway.url + "/v1", port, tmp_path)
    assert result.returncode == CLEAN, result.stdout
    assert result.stdout.count("contained") == 6


def test_the_benchmark_for_leaks_can_find_one(tmp_path: Path) -> None:
    result = referee("capture://self", free_port(), tmp_path)
    assert result.returncode == LEAK, result.stdout


@description.parametrize()
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_surprises_the_server(gateway, case) -> None:
    case.call_and_validate(base_url=gateway.url, checks=CHECKS, timeout=30)


def test_the_description_is_served(gateway) -> None:
    assert call(gateway.url + "/openapi.json") == DESCRIPTION.read_bytes()


@pytest.mark.parametrize("page", ["/", "/notice", "/metrics", "/healthz", "/readyz"])
def test_every_page_of_the_description_is_there(gateway, page: str) -> None:
    assert call(gateway.url + page)
