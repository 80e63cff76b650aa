"""Staff of a real server: who joins, signs in and sends what no real browser would."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.parse
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path

import pyotp

from privity.access import staffing
from privity.access.desk import Occasion
from privity.adapters.courses import courses
from privity.adapters.home import now, open_home
from privity.governance.training import Taken
from privity.settings import load
from tests.system import people_scene
from tests.system.conftest import privity
from tests.system.people_scene import Answer, People

PASSWORD = "a long walk along the river"


def invite(home: Path, name: str, *more: str) -> str:
    """Invite the first administrator; returns the secret of the invitation."""
    command = privity("staff", "invite", name, f"{name}@example.org", *more, "--home", home)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return urllib.parse.parse_qs(urllib.parse.urlsplit(said.strip()).query)["invitation"][0]


def invited(by: Colleague, name: str, role: str) -> str:
    """Let an administrator invite somebody; returns the secret of the invitation."""
    fields = {"name": name, "mail": f"{name}@example.org", "role": role, "region": "local"}
    page = by.post("/console/staff", "/console/staff", **fields).body
    return re.search(r"invitation=([\w-]+)", page)[1]


def train(home: Path) -> None:
    """Let everybody who has an account have taken every course, a moment ago."""
    opened = open_home(load(home))
    at = now() - timedelta(seconds=1)
    with opened.journal.transaction() as tx:
        for account in tx.accounts.all():
            for course in courses(home):
                taken = Taken(account.id, course.id, course.edition, course.digest, at)
                tx.trainings.put(taken)


def confirm(home: Path, mail: str) -> None:
    """Confirm somebody who has joined, as the command line does."""
    with open_home(load(home)).journal.transaction() as tx:
        staffing.vouch_here(tx, mail, Occasion(now(), "policy"))


def conversation_of(house: People, name: str) -> str:
    client = people_scene.Browser(house)
    token = f"Bearer {house.session(name)}"
    found = client.send("GET /privacy/api/v1/data", authorization=token).body
    return json.loads(found)["conversations"][0]["id"]


@dataclass
class Colleague:
    """Somebody of the staff with a client that keeps cookies and follows nothing."""

    people: People
    name: str
    seed: str = ""
    used: int = 0
    codes: list[str] = field(default_factory=list)
    browser: people_scene.Browser = field(init=False)

    def __post_init__(self) -> None:
        self.browser = people_scene.Browser(self.people)

    def send(self, way: str, fields: object = None, **headers: str) -> Answer:
        answer = self.browser.send(way, fields, **headers)
        for each in answer.headers.get("set-cookie", "").split(", __Host-"):
            named = re.match(r"(?:__Host-)?([a-z-]+)=([^;]*)", each)
            if named:
                self.browser.cookies[f"__Host-{named[1]}"] = named[2].strip('"')
        return answer

    def token(self, path: str) -> str:
        """The token of a page's forms."""
        return token_in(self.send(f"GET {path}"))

    def post(self, path: str, page: str, **fields: str) -> Answer:
        return self.send(f"POST {path}", {"token": self.token(page), **fields})

    def join(self, secret: str, *, trained: bool = True, confirmed: bool = True) -> Colleague:
        self.send(f"GET /console/join?invitation={secret}")
        shown = self.send("GET /console/join")
        self.seed = unescape(re.search(r"by hand: <code>([A-Z2-7]+)", shown.body)[1])
        sent = {"token": token_in(shown), "password": PASSWORD, "code": self.code()}
        joined = self.send("POST /console/join/codes", sent)
        assert joined.status == 200, joined.body
        if trained:
            train(self.people.home)
        if confirmed:
            confirm(self.people.home, f"{self.name}@example.org")
        self.codes = re.findall(r"<li><code>([A-Z2-7-]+)</code>", joined.body)
        return self

    def code(self) -> str:
        """A code of the app that was not used yet: its clock may be one step ahead."""
        totp = pyotp.TOTP(self.seed)
        return totp.now()

    def sign_in(self, code: str = "") -> Answer:
        """Sign in with the password and a code; a recovery code if none is given."""
        given = code or self.codes.pop()
        fields = {"mail": f"{self.name}@example.org", "password": PASSWORD, "code": given}
        return self.post("/console/sign-in", "/console/sign-in", **fields)


def token_in(answer: Answer) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer.body)
    assert found, answer.body
    return found[1]
