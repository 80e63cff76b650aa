"""People who talk through a real server, and the links with which they open their pages."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import tomlkit

from privity.adapters import home as homes
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.policy.starter import starter
from privity.rights import passes
from privity.rights.passes import Kind, Pass
from privity.settings import load
from tests.system.conftest import privity, serving

LOCAL = AppId("local")


def policy_text() -> str:
    """A policy that leaves people everything to decide."""
    starts = starter(controller="Okafor Furniture", contact="privacy@okafor.example")
    policy = tomlkit.parse(starts).unwrap()
    helper = {"name": "helper", "region": "local", "hosts": ["helper.example"]}
    policy["processor"].append({**helper, "optional": "opt_out"})
    answer = policy["practice"]["answer"]
    answer["share"] = ["echo", "helper"]
    answer |= {"or_keep": ["7 days"], "train": "opt_in", "review": "opt_out"}
    policy["never"]["use"] = ["sales", "advertising"]
    policy["announce"] = {"mail": "opt_in"}
    return tomlkit.dumps(policy)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Browser:
    """Sends what it is told to, as no real browser would."""

    people: People
    cookies: dict[str, str] = field(default_factory=dict)

    def send(self, way: str, fields: object = None, **headers: str) -> Answer:
        method, path = way.split(" ")
        address = urllib.parse.urlsplit(self.people.url)
        sent = {"host": address.netloc, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        data = b""
        if isinstance(fields, dict):
            data = urllib.parse.urlencode(fields, doseq=True).encode()
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        elif isinstance(fields, bytes):
            data = fields
        connection = http.client.HTTPConnection(address.netloc, timeout=30)
        connection.request(method, path, data, sent)
        answer = connection.getresponse()
        given = {name: ", ".join(answer.headers.get_all(name)) for name in answer.headers}
        found = Answer(answer.status, given, answer.read().decode(errors="replace"))
        connection.close()
        return found


@dataclass(frozen=True)
class People:
    """A running server and who talks through it."""

    url: str
    home: Path

    def subject(self, name: str, app: AppId = LOCAL) -> SubjectRef:
        secrets = homes.open_home(load(self.home)).secrets
        return SubjectRef(reference(secrets.references, "person", app, Raw(name)))

    def session(self, name: str, **changed: object) -> str:
        """A session's token, as the home signs it."""
        ends = datetime.now(UTC) + timedelta(minutes=30)
        return self.token(name, **{"kind": Kind.SESSION, "ends": ends, **changed})

    def say(self, name: str, text: str, conversation: str = "one", region: str = "") -> None:
        """One message of a person through the gateway, answered by the echo."""
        body = {"model": "m", "messages": [{"role": "user", "content": text}], "user": name}
        headers = {"content-type": "application/json", "x-privity-conversation": conversation}
        if region:
            headers["x-privity-region"] = region
        request = urllib.request.Request(
            self.url + "/v1/chat/completions", json.dumps(body).encode(), headers
        )
        before = self._ended(name)
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
        for _ in range(200):  # what is kept is written after the last byte of the answer
            if self._ended(name) > before:
                return
            time.sleep(0.02)

    def _ended(self, name: str) -> int:
        token = f"Bearer {self.session(name)}"
        answer = Browser(self).send("GET /privacy/api/v1/history", authorization=token)
        return sum(each["kept"] is not None for each in json.loads(answer.body)["messages"])

    def token(self, name: str, **changed: object) -> str:
        """A link's token, as the home signs it; `changed` are other fields of its pass."""
        now = datetime.now(UTC)
        given: dict[str, object] = {
            "kind": Kind.LINK,
            "subject": self.subject(name),
            "app": LOCAL,
            "purpose": Purpose.ASSIST,
            "region": Region.LOCAL,
            "authenticated_at": now,
            "ends": now + timedelta(minutes=5),
            "nonce": token_hex(16),
            **changed,
        }
        key = passes.pass_key(homes.open_home(load(self.home)).secrets.references)
        return passes.issue(Pass(**given), key, now)  # type: ignore[arg-type]

    def link(self, name: str, **changed: object) -> str:
        return f"{self.url}/privacy/enter?link={self.token(name, **changed)}"


@contextmanager
def people_talking(folder: Path) -> Iterator[People]:
    """A server in a fresh home whose people have everything to decide."""
    policy = folder / "policy.toml"
    policy.write_text(policy_text())
    made = privity("init", "--home", folder / "home", "--policy", policy)
    subprocess.run(made, check=True, capture_output=True)
    with serving(folder / "home", folder / "log") as gateway:
        yield People(gateway.url, gateway.home)
    log = (folder / "log").read_text()
    assert "defect" not in log, log
