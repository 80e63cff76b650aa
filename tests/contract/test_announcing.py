"""Letters about a change that was announced: to those who want them, once, and ended by a link."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.errors import BadInput
from privity.model.policy import Announce
from privity.model.text import Raw
from privity.model.words import AppId, Consent, Language, PracticeId, Purpose, Region, SubjectRef
from privity.policy.canonical import Title, compose
from privity.policy.evidence import Held, results
from privity.policy.queries import Holdings
from privity.rights import ledger
from privity.rights.announcing import (
    Announced,
    Left,
    Pages,
    leave,
    tell,
    tell_of_reading,
    whose,
    withdraw,
)
from privity.rights.choices import Choice, Method
from privity.rights.controls import Control, Setting, offer_of
from privity.rights.ledger import Person
from privity.rights.letters import Addressee, Fact, LetterKind, PostOffice
from privity.vault.keep import Vault
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
WHO = Addressee(Region.EU, SubjectRef("zoe"))
LEFT = Left(Raw("zoe@example.org"), Language.FR, "eu.random")
RULE = (PracticeId("announce"), Announce(Consent.OPT_IN))
POLICY = compose(Title("1", "Example", "x@example.org"), [RULE])
NEXT = compose(Title("2", "Example", "x@example.org"), [RULE])
SITE = "https://privacy.example.org/privacy/"
TELLING = compose(
    Title("3", "Example", "x@example.org"), [(RULE[0], Announce(Consent.OPT_IN, reading=True))]
)
COUNTING = frozenset({POLICY.digest})
CHANGE = Announced(
    NEXT, NOON + timedelta(days=14), SITE + "notice", SITE + "mail/end?link=", COUNTING
)


@dataclass
class Post:
    """A database and a post office; every act is one transaction."""

    journal: object
    office: PostOffice

    def act(self, work):
        with self.journal.transaction() as tx:
            return work(tx)

    def leave(self, left: Left = LEFT) -> None:
        self.act(lambda tx: leave(tx, self.office, WHO, left, NOON))

    def choose(self, *, value: bool) -> None:
        setting = Setting(Control.MAIL)
        offer = offer_of(POLICY, Purpose.ASSIST, setting)
        choice = Choice(setting, value=value, at=NOON, method=Method.PAGE, notice=POLICY.digest)
        person = Person(WHO.subject, AppId("app"), Purpose.ASSIST)
        self.act(lambda tx: ledger.choose(tx, person, offer, choice))

    def tell(self) -> bool:
        about = (WHO.subject, CHANGE)
        return self.act(lambda tx: tell(tx, self.office, about, POLICY, NOON))

    def tell_of_reading(self, policy=None) -> bool:
        known = policy or TELLING
        pages = Pages(SITE + "history", SITE + "mail/end?link=", COUNTING | {TELLING.digest})
        about = (WHO.subject, pages)
        return self.act(lambda tx: tell_of_reading(tx, self.office, about, known, NOON))

    def letters(self) -> list:
        def read(tx):
            return [self.office.take(tx, each, NOON) for each in tx.outbox.of(WHO.subject)]

        return self.act(read)


@pytest.fixture
def post(database) -> Post:
    numbers = count()
    office = PostOffice(Vault(MemoryCustodian()), POLICY.digest, lambda: f"{next(numbers):032x}")
    return Post(database.journal(), office)


def test_who_left_an_address_and_agreed_hears_of_a_change_once(post) -> None:
    post.leave()
    post.choose(value=True)
    assert post.tell()
    assert not post.tell()
    (letter,) = post.letters()
    assert (letter.kind, letter.language) == (LetterKind.NOTICE_CHANGED, Language.FR)
    assert letter.facts[Fact.DATE] == "2026-01-15"


def test_the_evidence_sees_that_the_person_agreed(post) -> None:
    post.leave()
    post.choose(value=True)
    post.tell()
    with post.journal.reader.snapshot() as snapshot:
        entries = [read_entry(body) for _, body in snapshot.entries(0)]
    found = {e.clause: result for e, result in results(POLICY, entries, Holdings({}, 0))}
    assert found[RULE[1]] == Held(1)
    assert [e.facts["agreed"] for e in entries if e.event is Event.MAIL_POSTED] == ["mail"]


@pytest.mark.parametrize("word", [None, False])
def test_who_did_not_agree_hears_nothing(post, word: bool | None) -> None:
    post.leave()
    if word is not None:
        post.choose(value=word)
    assert not post.tell()


def test_who_agreed_under_a_notice_that_counts_no_more_hears_nothing(post) -> None:
    post.leave()
    post.choose(value=True)
    about = (WHO.subject, replace(CHANGE, counting=frozenset({NEXT.digest})))
    assert not post.act(lambda tx: tell(tx, post.office, about, POLICY, NOON))


def test_who_left_no_address_hears_nothing(post) -> None:
    post.choose(value=True)
    assert not post.tell()


def test_the_link_of_a_letter_ends_them(post) -> None:
    post.leave()
    post.choose(value=True)
    post.tell()
    word = post.letters()[0].facts[Fact.UNSUBSCRIBE].rpartition("=")[2]
    assert post.act(lambda tx: whose(tx, word)) == WHO.subject
    assert post.act(lambda tx: withdraw(tx, WHO.subject))
    assert post.act(lambda tx: whose(tx, word)) is None


def test_a_new_address_takes_the_place_of_the_old_one(post) -> None:
    post.leave()
    post.leave(Left(Raw("new@example.org"), Language.EN, "eu.other"))
    assert post.act(lambda tx: whose(tx, LEFT.word)) is None
    assert post.act(lambda tx: whose(tx, "eu.other")) == WHO.subject


def test_what_is_no_address_is_refused_and_changes_nothing(post) -> None:
    post.leave()
    with pytest.raises(BadInput):
        post.leave(Left(Raw("not an address"), Language.EN, "eu.other"))
    assert post.act(lambda tx: whose(tx, LEFT.word)) == WHO.subject


def test_a_word_of_somebody_elses_record_ends_nothing(post) -> None:
    assert post.act(lambda tx: whose(tx, "guessed")) is None


def test_who_agreed_hears_of_every_reading_where_the_policy_says_so(post) -> None:
    post.leave()
    post.choose(value=True)
    assert post.tell_of_reading()
    assert post.tell_of_reading()
    assert {letter.kind for letter in post.letters()} == {LetterKind.CONVERSATION_READ}
    assert not post.tell_of_reading(POLICY)


def test_who_did_not_agree_or_left_no_address_hears_of_no_reading_by_mail(post) -> None:
    post.choose(value=True)
    assert not post.tell_of_reading()
    post.leave()
    post.choose(value=False)
    assert not post.tell_of_reading()
