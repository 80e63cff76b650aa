"""Staff of every role on a real server, signed in, and a conversation that they may be after.

Accounts are put into the store as joining and signing in leave them; how those work is tested where
it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes, token_hex

from privity.access.accounts import (
    Account,
    Factor,
    FactorKind,
    State,
    digest_of,
    secret_of,
)
from privity.access.sessions import began
from privity.access.staff import Role, StaffId
from privity.access.tokens import OPERATOR
from privity.adapters import courses
from privity.adapters import home as homes
from privity.adapters.sql.stores import SqlTransaction
from privity.governance.training import Taken
from privity.model.words import Region
from privity.settings import load
from tests.system import people_scene
from tests.system.people_scene import Answer, People

SESSION = "__Host-privity-console"
EVERYWHERE = frozenset({Region.LOCAL})


@dataclass(frozen=True)
class Employee:
    """Somebody who is signed in. `secret` is in their cookie, `token` in their forms."""

    people: People
    id: StaffId
    secret: str
    token: str

    def send(self, way: str, fields: object = None, **headers: str) -> Answer:
        browser = people_scene.Browser(self.people, {SESSION: self.secret})
        return browser.send(way, fields, **headers)

    def get(self, path: str) -> Answer:
        return self.send(f"GET {path}")

    def post(self, path: str, **fields: object) -> Answer:
        return self.send(f"POST {path}", {"token": self.token, **fields})

    def ask(self, conversation: str, **changed: str) -> str:
        """Ask for a conversation and return the address of the request."""
        wanted = {"purpose": "review", "ticket": "T-1", "reason": "a report", "minutes": "15"}
        answer = self.post("/console/access", conversation=conversation, **{**wanted, **changed})
        assert answer.status == 303, answer.body
        return answer.headers["location"]


def employ(
    people: People,
    roles: Iterable[Role],
    regions: frozenset[Region] = EVERYWHERE,
    name: str = "",
    proved_ago: int = 0,
) -> Employee:
    """Return a colleague with these roles, trained, signed in so many seconds ago."""
    now, opened = datetime.now(UTC), homes.open_home(load(people.home))
    who, secret = StaffId(token_hex(16)), secret_of(token_bytes(32))
    held = frozenset(roles)
    called = name or "-".join(sorted(held))
    account = Account(who, called, f"{who}@example.org", held, regions, State.ACTIVE, "", now, now)
    account = replace(account, confirmed_by=OPERATOR)
    since = now - timedelta(seconds=proved_ago)
    session = replace(began(digest_of(secret), who, secret_of(token_bytes(32)), since), seen=now)
    learned = courses.curriculum(opened.settings).of(held)

    def work(tx: SqlTransaction) -> None:
        tx.accounts.put(account)
        tx.accounts.add_factor(Factor(f"key-{who}", who, FactorKind.PASSKEY, b"key", 0, now))
        for each in learned:
            tx.trainings.put(Taken(who, each.id, each.edition, each.digest, now))
        tx.sessions.put(session)

    with opened.journal.transaction() as tx:
        work(tx)
    return Employee(people, who, secret, session.csrf)


def of_every_role(people: People) -> dict[Role, Employee]:
    return {role: employ(people, {role}) for role in Role}


def conversations_of(people: People, name: str) -> list[str]:
    client = people_scene.Browser(people)
    token = f"Bearer {people.session(name)}"
    body = client.send("GET /privacy/api/v1/data", authorization=token).body
    return re.findall(r'"id":"([^"]+)"', body)
