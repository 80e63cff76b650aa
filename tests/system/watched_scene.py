"""A running server that looks at its log every second, and attacks on it, one by one."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pyotp
import tomlkit

from privity.access import reading, staffing
from privity.access.accounts import Factor, FactorKind, digest_of, secret_of
from privity.access.authorize import Authorizer
from privity.access.desk import Acting, Actor, Occasion
from privity.access.grants import Request
from privity.access.sessions import Session, began
from privity.access.staff import GrantId, Role, StaffId
from privity.access.staffing import Known, Newcomer
from privity.access.tokens import OPERATOR
from privity.adapters import home as homes
from privity.adapters.moving import everywhere
from privity.adapters.sql.stores import SqlTransaction
from privity.adapters.watch.planting import Honey, marks_of, people, plant, plots
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.oversight.alerts import Alert
from privity.settings import load
from tests.system.conftest import privity, serving
from tests.system.people_scene import People
from tests.system.staff_scene import Colleague, invite

RULES = Authorizer.load()
LONGEST_SECONDS = 20.0


@dataclass
class Watched:
    """The server, an application with a key, and what attackers do."""

    url: str
    home: Path
    key: str
    seen: set[str] = field(default_factory=set)

    def alerts(self) -> tuple[Alert, ...]:
        with homes.open_home(load(self.home)).journal.transaction() as tx:
            return tx.alerts.latest(100)

    def detects(self, rule: str, attack: Callable[[], object]) -> float:
        """Attack, and return how many seconds after its end the alert of a rule was there."""
        before = {(each.id, each.hits) for each in self.alerts()}
        attack()
        begun = time.monotonic()
        while time.monotonic() - begun < LONGEST_SECONDS:
            new = [each for each in self.alerts() if (each.id, each.hits) not in before]
            if any(each.rule == rule for each in new):
                return time.monotonic() - begun
            time.sleep(0.05)
        message = f"{rule} saw nothing; others: {sorted({each.rule for each in self.alerts()})}"
        raise AssertionError(message)

    def call(self, path: str, body: object = None, source: str = "", **headers: str) -> int:
        """Call the gateway as the application, from an address of this machine."""
        address = urllib.parse.urlsplit(self.url)
        near = (source, 0) if source else None
        connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=20, source_address=near
        )
        sent = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        connection.request("GET" if body is None else "POST", path, data, sent)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def say(self, text: str, source: str = "", **headers: str) -> int:
        body = {"model": "m", "messages": [{"role": "user", "content": text}], "user": "maggie"}
        return self.call("/v1/chat/completions", body, source, **headers)

    # ---- What attackers do ----

    def read_many(self, count: int = 12, honey: str = "") -> None:
        """A reviewer whose colleague approves everything reads one person after another."""
        opened = homes.open_home(load(self.home))
        with opened.journal.transaction() as tx:
            reader, approver = employ(tx, Role.REVIEWER), employ(tx, Role.SECURITY)
        for number in range(count):
            subject = honey or secrets.token_hex(16)
            request = Request(
                GrantId(secrets.token_hex(16)),
                reader.staff.id,
                reader.session.digest,
                ConversationRef(secrets.token_hex(16)),
                Region.LOCAL,
                Purpose.REVIEW,
                f"T-{number}",
                "to look around",
                timedelta(minutes=15),
                homes.now(),
            )
            with opened.journal.transaction() as tx:
                reading.ask(acting(tx, reader), request, b"sealed")
                reading.decide(acting(tx, approver), request.id, agreed=True)
                found = reading.Found(request.conversation, SubjectRef(subject), request.region)
                reading.read(acting(tx, reader), request.id, found)

    def read_honey(self) -> None:
        self.read_many(1, honey=self.honey().subject)

    def honey(self) -> Honey:
        opened = homes.open_home(load(self.home))
        there = everywhere(homes.stores(opened), homes.policy_in_force(opened), homes.now)
        plant(there, 1, os.urandom)
        where = plots(opened, next(iter(there.stores)), there.policy)
        return people(marks_of(opened), where, 1)[0]

    def approve_own(self) -> None:
        opened = homes.open_home(load(self.home))
        with opened.journal.transaction() as tx:
            officer = employ(tx, Role.PRIVACY_OFFICER)
        request = Request(
            GrantId(secrets.token_hex(16)),
            officer.staff.id,
            officer.session.digest,
            ConversationRef(secrets.token_hex(16)),
            Region.LOCAL,
            Purpose.RIGHTS,
            "T-1",
            "mine",
            timedelta(minutes=15),
            homes.now(),
        )
        with opened.journal.transaction() as tx:
            reading.ask(acting(tx, officer), request, b"sealed")
            reading.decide(acting(tx, officer), request.id, agreed=True)

    def exfiltrate(self) -> int:
        return self.say(f"Please rephrase: the parcel {self.honey().canary} is on its way.")

    def steal_key(self) -> None:
        """The application's key is used from another machine."""
        assert self.say("Hello.") == 200
        time.sleep(1.5)  # what is usual has to be known before it is stolen
        assert self.say("Hello.", source="127.0.0.2") == 200

    def steal_token(self) -> None:
        """A machine's token is used from another machine."""
        until = (homes.now() + timedelta(days=9)).date().isoformat()
        words = ("staff", "token", "create", "panel", "--scope", "overview", "--until", until)
        made = privity(*words, "--home", self.home)
        told = subprocess.run(made, check=True, capture_output=True, text=True).stdout
        bearer = {"authorization": f"Bearer {told.split()[0]}"}
        for source in ("127.0.0.1", "127.0.0.3"):
            assert self.call("/console/api/v1/overview", None, source, **bearer) == 200

    def enumerate(self) -> None:
        for _ in range(35):
            assert self.call(f"/privity/receipts/pvr_{secrets.token_hex(14)}") == 404

    def guess_keys(self) -> None:
        mine, self.key = self.key, "pvt_" + secrets.token_urlsafe(32)
        for _ in range(55):
            assert self.say("Hello.") == 401
        self.key = mine

    def misuse_key(self) -> None:
        for _ in range(22):
            assert self.say("Hello.", x_privity_region="us-east") in {400, 403, 421}

    def replay_code(self) -> None:
        """Somebody who saw a code being typed types it again."""
        house = People(self.url.replace("127.0.0.1", "localhost"), self.home)
        name = f"ada{len(self.seen)}"
        self.seen.add(name)
        eve = Colleague(house, name).join(invite(self.home, name))
        code = pyotp.TOTP(eve.seed).at(homes.now() + timedelta(seconds=30))
        assert eve.sign_in(code).status == 303
        assert Colleague(house, name, eve.seed).sign_in(code).status != 303


@contextmanager
def watched(folder: Path, **settings: object) -> Iterator[Watched]:
    """A server in a fresh home that looks at its log every second."""
    folder.mkdir(exist_ok=True)
    home = folder / "home"
    subprocess.run(privity("init", "--home", home), check=True, capture_output=True)
    file = home / "settings.toml"
    written = tomlkit.parse(file.read_text()).unwrap()
    written["watch"] = {"seconds": 1, **settings}
    file.write_text(tomlkit.dumps(written))
    add = privity("app", "add", "shop", "--home", home)
    added = subprocess.run(add, check=True, capture_output=True, text=True).stdout
    key = next(word for word in added.split() if word.startswith("pvt_"))
    with serving(home, folder / "log") as gateway:
        yield Watched(gateway.url, home, key)
    log = (folder / "log").read_text()
    assert "defect" not in log, log
    assert "watch_failed" not in log, log


def employ(tx: SqlTransaction, role: Role) -> Actor:
    """Invite somebody, let them register a passkey, and sign them in."""
    name, now = secrets.token_hex(8), homes.now()
    at = Occasion(now, "policy")
    secret = secret_of(secrets.token_bytes(32))
    newcomer = Newcomer(name, f"{name}@example.org", frozenset({role}), frozenset({Region.LOCAL}))
    staffing._invited(tx, newcomer, Known(StaffId(name), secret), at)
    factor = Factor(f"key-{name}", StaffId(""), FactorKind.PASSKEY, b"key", 0, now)
    account = staffing.join(tx, secret, digest_of(secret), (factor,), at)
    account = replace(account, confirmed_by=OPERATOR)
    tx.accounts.put(account)
    session: Session = replace(began(name, account.id, "csrf", now))
    tx.sessions.put(session)
    return Actor(account.staff, session, trained=True)


def acting(tx: SqlTransaction, by: Actor) -> Acting:
    return Acting(tx, RULES, by, Occasion(homes.now(), "policy"))
