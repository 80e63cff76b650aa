"""Where the link of a letter leads: it confirms, or lets in, once, and only by a button."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from privity.console.people.build import build_people
from privity.console.people.surroundings import Surroundings
from privity.governance.completing import close
from privity.governance.desk import find
from privity.governance.requests import Proof, Request, RequestKind, State
from privity.model.words import Region
from privity.policy.load import load
from privity.policy.starter import starter
from tests.conftest import Database
from tests.contract.test_desk import MAIL, NOON, Office

PATH = "/privacy/letter"


class Shelf:
    """One store, whose writes are made at once."""

    def __init__(self, office: Office) -> None:
        self.office, self.vault = office, office.vault

    async def of(self, _: object) -> "Shelf":
        return self

    async def lives(self, _: object) -> Region:
        return Region.EU

    async def change(self, work):
        return self.office.do(work)


class Mailbox:
    """Somebody who has letters from a desk, and a browser."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.office = Office(database)
        secret = iter(f"{'s' * 43}{n}" for n in range(1, 99))
        object.__setattr__(self.office.desk, "new_secret", lambda: next(secret))
        policy = load(starter(), "starter.toml")
        shelf = Shelf(self.office)
        self.app = build_people(
            Surroundings(policy, shelf, bytes(32), lambda: self.now, lambda _: None)  # type: ignore[arg-type]
        )

    def use(self, link: str, *, press: bool = True) -> httpx.Response:
        async def browse() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://here") as client:
                first = await client.get(PATH, params={"link": link})
                if not press or first.status_code != 303:
                    return first
                assert link not in first.headers["location"]
                form = {"content-type": "application/x-www-form-urlencoded"}
                return await client.post(PATH, content=b"", headers=form)

        return asyncio.run(browse())

    def state(self, request: Request) -> State:
        return self.office.do(lambda tx: find(tx, request.id)).state


@pytest.fixture
def mailbox(sqlite_database: Database) -> Mailbox:
    return Mailbox(sqlite_database)


LINK = f"eu.{'s' * 43}1"


def test_the_button_confirms_and_the_link_works_once(mailbox: Mailbox) -> None:
    request = mailbox.office.open()
    assert mailbox.use(LINK).status_code == 200
    assert mailbox.state(request) is State.OPEN
    assert mailbox.use(LINK).status_code >= 400


def test_opening_the_address_alone_confirms_nothing(mailbox: Mailbox) -> None:
    request = mailbox.office.open()
    assert mailbox.use(LINK, press=False).status_code == 303
    assert mailbox.state(request) is State.UNPROVEN


def test_whose_data_are_ready_is_let_in_once(mailbox: Mailbox) -> None:
    office = mailbox.office
    request = office.open(RequestKind.ACCESS, Proof.STAFF)
    office.do(lambda tx: close(tx, office.desk, (request.id, MAIL), {}, NOON))
    answer = mailbox.use(LINK)
    assert (answer.status_code, answer.headers["location"]) == (303, "/privacy/download")
    assert "__Host-privity-session" in answer.headers["set-cookie"]
    assert mailbox.use(LINK).status_code >= 400


@pytest.mark.parametrize("link", ["", "eu.", "moon." + "s" * 44, f"eu.{'x' * 44}", "<script>"])
def test_no_other_link_does_anything(mailbox: Mailbox, link: str) -> None:
    request = mailbox.office.open()
    assert mailbox.use(link).status_code >= 400
    assert mailbox.state(request) is State.UNPROVEN


def test_a_late_link_does_nothing(mailbox: Mailbox) -> None:
    request = mailbox.office.open()
    mailbox.now = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=15)
    assert mailbox.use(LINK).status_code >= 400
    assert mailbox.state(request) is State.UNPROVEN
