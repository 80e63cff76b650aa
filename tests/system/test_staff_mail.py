"""Letters to staff leave through a real SMTP server: to the account's address, or not at all."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from privity.access.accounts import Account, State, end
from privity.access.notices import Notice, note
from privity.access.staff import Role, StaffId
from privity.adapters.mail.colleagues import StaffMailer
from privity.adapters.mail.compose import Composer, Sender
from privity.adapters.mail.smtp import Server, Tls
from privity.errors import MailUnavailable
from tests.conftest import Database
from tests.mail_server import MailServer, serving
from tests.system.test_mail import Direct

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://privacy.example.org"
ADA = Account(
    StaffId("ada"),
    "Ada",
    "ada@example.org",
    frozenset({Role.PRIVACY_OFFICER}),
    frozenset(),
    State.ACTIVE,
    "",
    NOON,
    NOON,
)


class Post:
    """Letters that wait on a real database, and who sends them."""

    def __init__(self, database: Database, port: int) -> None:
        self.journal = database.journal()
        composer = Composer(Sender("privacy@example.org", "Example", "Example", "x@y.org"))
        server = Server("127.0.0.1", port, Tls.OFF, "", None, None, 10.0)
        direct = Direct(self.journal)
        self.mailer = StaffMailer(direct, server, composer, lambda: NOON, SITE, "p")

    def wait(self, account: Account, notice: Notice, about: str) -> None:
        with self.journal.transaction() as tx:
            tx.accounts.put(account)
            tx.notes.add(note(notice, account.id, about, NOON))

    def send(self) -> int:
        return asyncio.run(self.mailer.send_waiting())

    def events(self) -> list[tuple[str, str]]:
        with self.journal.reader.snapshot() as log:
            read = [orjson.loads(body) for _, body in log.entries(0)]
        return [(each["event"], each["facts"].get("code", "")) for each in read]


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with serving() as server:
        yield server


@pytest.fixture
def post(sqlite_database: Database, mail: MailServer) -> Post:
    return Post(sqlite_database, mail.port)


def test_a_privacy_officer_hears_of_a_reading_once(post: Post, mail: MailServer) -> None:
    post.wait(ADA, Notice.READ, "0123")
    assert [post.send(), post.send()] == [1, 0]
    (message,) = mail.taken
    assert message["To"] == "ada@example.org"
    assert f"{SITE}/console/access/0123" in message.get_body(("plain",)).get_content()
    assert post.events() == [("mail.sent", "")]


def test_a_reminder_names_the_day(post: Post, mail: MailServer) -> None:
    post.wait(ADA, Notice.TRAINING, "2026-04-01")
    assert post.send() == 1
    assert "1 April 2026" in mail.taken[0].get_body(("plain",)).get_content()


def test_who_was_off_boarded_gets_no_letter(post: Post, mail: MailServer) -> None:
    post.wait(end(ADA), Notice.READ, "0123")
    assert post.send() == 0
    assert mail.taken == []
    assert post.events() == [("mail.given_up", "gone")]


def test_a_letter_waits_while_the_server_is_away(sqlite_database: Database) -> None:
    post = Post(sqlite_database, 1)
    post.wait(ADA, Notice.READ, "0123")
    with pytest.raises(MailUnavailable):
        post.send()
    with post.journal.transaction() as tx:
        (waiting,) = tx.notes.all()
    assert waiting.due == NOON + timedelta(minutes=1)
