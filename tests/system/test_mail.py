"""Letters leave through a real SMTP server, once, or not at all, and never in silence."""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import orjson
import pytest
import trustme

from privity.adapters.mail.compose import Composer, Sender
from privity.adapters.mail.sending import LEASE, LONGEST_WAIT, Mailer, wait
from privity.adapters.mail.smtp import Server, Tls
from privity.adapters.sql.journal import SqlJournal
from privity.errors import MailUnavailable
from privity.model.text import Raw
from privity.model.words import Language, Region, SubjectRef
from privity.rights.letters import LIFE, Addressee, Letter, LetterKind, PostOffice
from privity.vault.erase import erase
from privity.vault.keep import Vault
from tests.conftest import Database
from tests.fakes import MemoryCustodian
from tests.mail_server import MailServer, serving

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Addressee(Region.EU, SubjectRef("a" * 32))
ADDRESS = "ann@example.org"


class Post:
    """An outbox on a real database, a clock, and a worker that sends to a server."""

    def __init__(self, database: Database, server: Server) -> None:
        self.now = NOON
        self.journal = database.journal()
        self.vault = Vault(MemoryCustodian())
        ids = count(1)
        self.office = PostOffice(self.vault, "p", lambda: f"{next(ids):032x}")
        self.composer = Composer(Sender("privacy@example.org", "Example", "Example", "x@y.org"))
        self.server = server

    def post(self, to: str = ADDRESS) -> str:
        letter = Letter(LetterKind.TEST, Raw(to), Language.EN, {})
        with self.journal.transaction() as tx:
            return self.office.post(tx, ANN, letter, self.now)

    def send(self, server: Server | None = None) -> int:
        async def work() -> int:
            worker = Direct(self.journal)
            mailer = Mailer(
                worker, self.office, server or self.server, self.composer, lambda: self.now
            )
            return await mailer.send_waiting()

        return asyncio.run(work())

    def waiting(self) -> list[str]:
        with self.journal.transaction() as tx:
            return [each.id for each in tx.outbox.all()]

    def records(self) -> int:
        with self.journal.transaction() as tx:
            return len(tx.records.of(ANN.subject))

    def events(self) -> list[str]:
        return [entry["event"] for entry in self.entries()]

    def entries(self) -> list[dict]:
        with self.journal.reader.snapshot() as snapshot:
            return [orjson.loads(body) for _, body in snapshot.entries(0)]


class Direct:
    """A journal's writing, each work in a transaction of its own."""

    def __init__(self, journal: SqlJournal) -> None:
        self._journal = journal

    async def write(self, work):
        with self._journal.transaction() as tx:
            return work(tx)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with serving() as server:
        yield server


@pytest.fixture
def post(sqlite_database: Database, mail: MailServer) -> Post:
    return Post(sqlite_database, at(mail))


def at(mail: MailServer, tls: Tls = Tls.OFF) -> Server:
    return Server("127.0.0.1", mail.port, tls, "", None, None, 5.0)


def test_a_letter_arrives_and_nothing_of_it_stays(post: Post, mail: MailServer) -> None:
    name = post.post()
    assert post.send() == 1
    (message,) = mail.taken
    assert message["To"] == ADDRESS
    assert message["Message-ID"] == f"<{name}@example.org>"
    assert (post.waiting(), post.records()) == ([], 0)
    assert post.events() == ["mail.posted", "mail.sent"]


def test_the_outbox_and_the_log_never_hold_the_address(
    post: Post, sqlite_database: Database
) -> None:
    post.post()
    folder = Path(sqlite_database.url.removeprefix("sqlite:///")).parent
    assert not [file for file in folder.iterdir() if ADDRESS.encode() in file.read_bytes()]


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_not_now_is_tried_again_later_with_the_same_id(
    post: Post, mail: MailServer, where: str
) -> None:
    name = post.post()
    getattr(mail, where).append("451 try again later")
    assert post.send() == 0
    assert post.waiting() == [name]
    assert post.send() == 0  # not before its time
    post.now += wait(1)
    assert post.send() == 1
    assert mail.taken[0]["Message-ID"] == f"<{name}@example.org>"


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_never_is_an_entry_of_the_log_and_the_letter_is_gone(
    post: Post, mail: MailServer, where: str
) -> None:
    post.post()
    getattr(mail, where).append("550 nobody of that name")
    assert post.send() == 0
    assert (post.waiting(), post.records()) == ([], 0)
    assert post.entries()[-1]["event"] == "mail.given_up"
    assert post.entries()[-1]["facts"]["code"] == "550"


def test_what_is_refused_does_not_hold_up_the_others(post: Post, mail: MailServer) -> None:
    for _ in range(3):
        post.post()
    mail.rcpt += ["250 fine", "550 no", "250 fine"]
    assert post.send() == 2
    assert post.waiting() == []


def test_a_connection_that_breaks_leaves_all_letters_for_later(
    post: Post, mail: MailServer
) -> None:
    names = {post.post(), post.post()}
    mail.data.append("drop")
    with pytest.raises(MailUnavailable):
        post.send()
    assert set(post.waiting()) == names
    post.now += wait(1)
    assert post.send() == 2


def test_a_server_that_is_not_there_is_unavailable(post: Post) -> None:
    name = post.post()
    with pytest.raises(MailUnavailable):
        post.send(replace(post.server, port=1))
    assert post.waiting() == [name]


def test_a_slow_server_is_left(post: Post) -> None:
    async def run() -> None:
        left = asyncio.Event()

        async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()
            await writer.wait_closed()
            left.set()

        async with await asyncio.start_server(silence, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            server = replace(post.server, port=port, seconds=0.2)
            mailer = Mailer(
                Direct(post.journal), post.office, server, post.composer, lambda: post.now
            )
            with pytest.raises(MailUnavailable):
                await mailer.send_waiting()
            await left.wait()

    name = post.post()
    asyncio.run(run())
    assert post.waiting() == [name]


def test_after_five_days_a_letter_is_given_up_and_that_is_written(
    post: Post, mail: MailServer
) -> None:
    post.post()
    while post.waiting():
        mail.rcpt.append("450 busy")
        post.send()
        post.now += LONGEST_WAIT
        assert post.now < NOON + LIFE + timedelta(days=1)
    assert post.events()[-1] == "mail.given_up"
    assert post.records() == 0


def test_two_workers_never_claim_the_same_letter(post: Post) -> None:
    names = {post.post() for _ in range(5)}
    until = post.now + LEASE
    with post.journal.transaction() as tx:
        first = tx.outbox.claim(post.now, until, 3)
    with post.journal.transaction() as tx:
        second = tx.outbox.claim(post.now, until, 3)
    assert {each.id for each in (*first, *second)} == names
    assert len(first) + len(second) == 5


def test_a_letter_whose_worker_died_is_sent_by_another(post: Post, mail: MailServer) -> None:
    name = post.post()
    with post.journal.transaction() as tx:
        tx.outbox.claim(post.now, post.now + LEASE, 1)
    assert post.send() == 0
    post.now += LEASE
    assert post.send() == 1
    assert mail.taken[0]["Message-ID"] == f"<{name}@example.org>"


def test_who_is_erased_gets_no_letter(post: Post, mail: MailServer) -> None:
    post.post()
    with post.journal.transaction() as tx:
        erase(tx, post.vault, ANN.subject, post.now, "p")
    assert post.send() == 0
    assert mail.taken == []
    assert post.entries()[-1]["facts"]["code"] == "gone"
    assert post.waiting() == []


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def context(authority: trustme.CA) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(made)
    return made


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_a_letter_goes_out_protected_and_signed_in(
    sqlite_database: Database, context: ssl.SSLContext, trusted: Path, tls: Tls
) -> None:
    with serving(context, "s3cret", implicit=tls is Tls.IMPLICIT) as mail:
        server = replace(
            at(mail, tls), user="privity", credential=lambda: "s3cret", authorities=trusted
        )
        post = Post(sqlite_database, server)
        post.post()
        assert post.send() == 1
        assert len(mail.taken) == 1


def test_a_certificate_nobody_vouches_for_means_no_mail(
    sqlite_database: Database, context: ssl.SSLContext
) -> None:
    with serving(context) as mail:
        post = Post(sqlite_database, at(mail, Tls.STARTTLS))
        post.post()
        with pytest.raises(MailUnavailable):
            post.send()
        assert mail.tried == 0


def test_a_server_without_starttls_gets_no_mail(post: Post, mail: MailServer) -> None:
    post.post()
    with pytest.raises(MailUnavailable):
        post.send(at(mail, Tls.STARTTLS))
    assert mail.tried == 0


def test_a_wrong_password_loses_no_letter(
    sqlite_database: Database, context: ssl.SSLContext, trusted: Path
) -> None:
    with serving(context, "s3cret") as mail:
        wrong = replace(
            at(mail, Tls.STARTTLS), user="privity", credential=lambda: "wr0ng", authorities=trusted
        )
        post = Post(sqlite_database, wrong)
        name = post.post()
        with pytest.raises(MailUnavailable) as caught:
            post.send()
        assert "wr0ng" not in str(caught.value)
        assert post.waiting() == [name]


def test_waits_grow_up_to_a_limit() -> None:
    waits = [wait(attempts) for attempts in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == LONGEST_WAIT
