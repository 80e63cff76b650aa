"""Asking parents, with real letters in the outbox, sealed addresses and both databases."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import orjson
import pytest

from privity.audit import tlog_proof
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.errors import BadInput, ConsentOutOfTurn, LogCorrupt, RecordUnknown
from privity.model.policy import Minors
from privity.model.text import Raw
from privity.model.words import (
    AppId,
    ConversationRef,
    Language,
    PracticeId,
    Purpose,
    Region,
    SubjectRef,
    UnknownAge,
)
from privity.policy.canonical import Title, compose
from privity.rights import ledger
from privity.rights.ages import Source, Standing, known_by_age
from privity.rights.letters import Fact, Letter, LetterKind, PostOffice
from privity.rights.minors import KEPT, ParentalRequest, Ward, proven, stands_now, tell
from privity.rights.parental import Checked, FormJudged, Method, State, Terms
from privity.rights.parents import (
    Acting,
    Parents,
    answer,
    ask,
    follow,
    forget,
    form_of,
    seal_form,
    send_due,
    step,
)
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from tests.conftest import SIGNER
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CHILD = Ward(SubjectRef("zoe"), AppId("app"), Purpose.ASSIST, Region.EU)
PARENT = Raw("parent@example.org")
RULE = Minors(16, UnknownAge.ADULT, refuse=False)
POLICY = compose(Title("1", "Example", "x@example.org"), [(PracticeId("minors"), RULE)])


@dataclass
class Desk:
    """A database, a vault and a post office; every act is one transaction."""

    journal: object
    vault: Vault
    by: Parents

    def act(self, work, now: datetime = NOON):
        with self.journal.transaction() as tx:
            return work(Acting(tx, self.by, now))

    def letters(self, now: datetime = NOON) -> list[Letter]:
        def read(at: Acting) -> list[Letter]:
            waiting = at.tx.outbox.of(CHILD.subject)
            return [self.by.office.take(at.tx, each, at.now) for each in waiting]

        return self.act(read, now)

    def link(self, now: datetime = NOON) -> str:
        return self.letters(now)[-1].facts[Fact.LINK].rpartition("/")[2]

    def answer(self, now: datetime, *, agreed: bool) -> ParentalRequest:
        link = self.link(now)
        return self.act(lambda at: answer(at, follow(at, link), agreed=agreed), now)

    def keep(self, name: str) -> None:
        place = Place(Region.EU, Purpose.ASSIST, CHILD.subject, name, KEPT)
        life = Lifetime(NOON, 30 * DAY)
        self.act(lambda at: self.vault.seal(at.tx, place, ConversationRef("c"), b"text", life))

    def kinds(self) -> list[str]:
        return sorted(self.act(lambda at: [r.place.kind for r in at.tx.records.of(CHILD.subject)]))

    def proven(self, now: datetime = NOON) -> bool:
        return self.act(lambda at: proven(at.tx, CHILD.subject, at.now), now)

    def entries(self, event: Event) -> list:
        with self.journal.reader.snapshot() as snapshot:
            read = [read_entry(body) for _, body in snapshot.entries(0)]
        return [entry for entry in read if entry.event is event]


@pytest.fixture
def desk(database) -> Desk:
    numbers = count()
    name = lambda: f"{next(numbers):032x}"  # noqa: E731
    vault = Vault(MemoryCustodian())
    office = PostOffice(vault, POLICY.digest, name)
    page = "https://privacy.example.org/privacy/parent/"
    return Desk(
        database.journal(),
        vault,
        Parents(office, POLICY, Terms(), page, name, lambda: "l" + name()),
    )


@pytest.fixture
def asked(desk) -> ParentalRequest:
    return desk.act(lambda at: ask(at, CHILD, PARENT, Language.EN))


def told(desk, age: int, now: datetime = NOON) -> Standing:
    known = known_by_age(age, now, Source.WORDS)
    return desk.act(lambda at: tell(at.tx, CHILD.subject, known, POLICY, at.now), now)


def grant(desk) -> ParentalRequest:
    desk.answer(NOON, agreed=True)
    assert desk.act(send_due, NOON + DAY) == 1
    return desk.answer(NOON + DAY, agreed=True)


def test_a_parent_is_asked_by_a_letter_with_a_link(desk, asked) -> None:
    letter = desk.letters()[0]
    assert (asked.consent.state, letter.kind) == (State.SENT, LetterKind.PARENT_ASKED)
    link = desk.link()
    assert desk.act(lambda at: follow(at, link)).consent.id == asked.consent.id


def test_what_is_no_address_asks_nobody(desk) -> None:
    with pytest.raises(BadInput):
        desk.act(lambda at: ask(at, CHILD, Raw("no address"), Language.EN))
    assert desk.entries(Event.PARENT_MOVED) == []


def test_a_parent_is_not_asked_again_while_an_answer_is_awaited(desk, asked) -> None:
    with pytest.raises(ConsentOutOfTurn):
        desk.act(lambda at: ask(at, CHILD, PARENT, Language.EN))


def test_nobody_is_asked_more_than_three_times_in_two_weeks(desk) -> None:
    for _ in range(3):
        desk.act(lambda at: ask(at, CHILD, PARENT, Language.EN))
        desk.answer(NOON, agreed=False)
    with pytest.raises(ConsentOutOfTurn):
        desk.act(lambda at: ask(at, CHILD, PARENT, Language.EN))


def test_two_confirmations_a_day_apart_prove_consent(desk, asked) -> None:
    desk.answer(NOON, agreed=True)
    assert not desk.proven()
    assert desk.act(send_due, NOON + DAY / 2) == 0
    assert desk.act(send_due, NOON + DAY) == 1
    assert desk.act(send_due, NOON + DAY) == 0
    desk.answer(NOON + DAY, agreed=True)
    assert desk.proven(NOON + DAY)
    assert [e.facts["state"] for e in desk.entries(Event.PARENT_MOVED)] == [
        "sent",
        "confirmed_once",
        "granted",
    ]


def test_the_ledger_of_a_child_proves_each_step_of_the_consent(desk, asked) -> None:
    grant(desk)
    positions = desk.act(lambda at: at.tx.ledger.of(CHILD.subject))
    with desk.journal.reader.snapshot() as log:
        entries = [each for at in positions for each in log.entries(at, at + 1)]
        note = log.head().note
        signed = (open_checkpoint(SIGNER.verifier, note), note)
        document = orjson.loads(ledger.proof(log, entries, signed))
    assert [(each["what"], each["step"], each["method"]) for each in document["said"]] == [
        ("parent", "sent", ""),
        ("parent", "confirmed_once", "email_plus"),
        ("parent", "granted", "email_plus"),
    ]
    assert document["said"][-1]["at"] == (NOON + DAY).isoformat(timespec="milliseconds")
    for proof, (index, body) in zip(document["proofs"], entries, strict=True):
        proven = tlog_proof.check(proof, SIGNER.verifier)
        assert (proven.index, proven.entry) == (index, body)


def test_a_database_put_back_from_a_backup_gets_the_steps_of_its_log_into_the_ledger(
    desk, asked
) -> None:
    (index,) = desk.act(lambda at: at.tx.ledger.of(CHILD.subject))
    (entry,) = desk.entries(Event.PARENT_MOVED)
    desk.act(lambda at: at.tx.ledger.remove(CHILD.subject))
    desk.act(lambda at: at.tx.beside.again(entry, index))
    assert list(desk.act(lambda at: at.tx.ledger.of(CHILD.subject))) == [index]


def test_a_step_that_the_ledger_cannot_read_is_refused(desk, asked) -> None:
    (entry,) = desk.entries(Event.PARENT_MOVED)
    for wrong in ({"state": "perhaps"}, {"method": "a hunch"}, {"language": ""}):
        with pytest.raises(LogCorrupt):
            ledger.read(replace(entry, facts={**entry.facts, **wrong}))


def test_a_link_works_until_the_next_letter(desk, asked) -> None:
    first = desk.link()
    grant(desk)
    with pytest.raises(RecordUnknown):
        desk.act(lambda at: follow(at, first), NOON + DAY)


def test_after_a_no_the_address_is_gone(desk, asked) -> None:
    assert "parent" in desk.kinds()
    desk.answer(NOON, agreed=False)
    assert "parent" not in desk.kinds()


def test_without_an_answer_the_request_lapses_and_the_address_is_gone(desk, asked) -> None:
    later = NOON + Terms().answer_within
    assert desk.act(send_due, later) == 1
    assert "parent" not in desk.kinds()
    assert desk.entries(Event.PARENT_MOVED)[-1].facts["state"] == "lapsed"
    assert desk.act(send_due, later) == 0


def test_consent_ends_after_a_year_with_a_letter_before(desk, asked) -> None:
    until = grant(desk).consent.until
    assert desk.act(send_due, until - 30 * DAY) == 1
    assert desk.act(send_due, until - 29 * DAY) == 0
    assert desk.letters(until)[-1].kind is LetterKind.PARENT_ENDING
    desk.keep("1")
    assert desk.act(send_due, until) == 1
    assert not desk.proven(until)
    assert KEPT not in desk.kinds()


def test_consent_can_be_renewed_before_its_end(desk, asked) -> None:
    until = grant(desk).consent.until
    desk.act(send_due, until - 10 * DAY)
    desk.answer(until - 10 * DAY, agreed=True)
    assert desk.proven(until + 300 * DAY)


def test_a_parent_who_takes_consent_back_deletes_what_was_kept(desk, asked) -> None:
    grant(desk)
    desk.keep("1")
    desk.answer(NOON + 2 * DAY, agreed=False)
    assert not desk.proven(NOON + 2 * DAY)
    assert KEPT not in desk.kinds()
    assert desk.letters(NOON + 2 * DAY)[-1].facts[Fact.REASON] == "revoked"


def test_a_signed_form_is_sealed_until_staff_has_judged_it(desk, asked) -> None:
    waiting = desk.act(lambda at: seal_form(at, asked, b"%PDF-1.7 signed"))
    assert desk.act(lambda at: form_of(at, waiting)) == b"%PDF-1.7 signed"
    done = desk.act(lambda at: step(at, waiting, FormJudged(accepted=True)))
    assert (done.consent.state, done.consent.method) == (State.GRANTED, Method.SIGNED_FORM)
    assert desk.act(lambda at: form_of(at, waiting)) is None


def test_a_check_that_passed_proves_consent_at_once(desk, asked) -> None:
    desk.act(lambda at: step(at, asked, Checked(Method.CARD, passed=True)))
    assert desk.proven()


def test_who_turns_out_to_be_a_child_has_nothing_kept_any_more(desk) -> None:
    desk.keep("1")
    assert told(desk, 12) is Standing.MINOR_WITHOUT_CONSENT
    assert desk.kinds() == []
    assert [e.facts["records"] for e in desk.entries(Event.RECORDS_DELETED)] == [1]
    assert desk.entries(Event.AGE_TOLD)[0].facts == {"source": "words", "band": "under-13"}


def test_what_is_known_already_is_not_written_again(desk) -> None:
    told(desk, 12)
    told(desk, 12)
    assert len(desk.entries(Event.AGE_TOLD)) == 1


def test_a_child_with_consent_keeps_what_is_kept(desk, asked) -> None:
    desk.act(lambda at: step(at, asked, Checked(Method.CARD, passed=True)))
    desk.keep("1")
    assert told(desk, 12) is Standing.MINOR_WITH_CONSENT
    assert KEPT in desk.kinds()


def test_a_child_becomes_an_adult_by_itself(desk) -> None:
    told(desk, 15)
    later = NOON + 366 * DAY
    stands = desk.act(lambda at: stands_now(at.tx, CHILD.subject, POLICY, at.now), later)
    assert stands is Standing.ADULT


def test_an_erased_child_is_forgotten(desk, asked) -> None:
    told(desk, 12)
    link = desk.link()
    desk.act(lambda at: forget(at.tx, CHILD))
    stands = desk.act(lambda at: stands_now(at.tx, CHILD.subject, POLICY, at.now))
    assert stands is Standing.UNKNOWN
    with pytest.raises(RecordUnknown):
        desk.act(lambda at: follow(at, link))


def test_another_child_is_not_touched(desk, asked) -> None:
    other = replace(CHILD, subject=SubjectRef("ann"))
    desk.act(lambda at: ask(at, other, PARENT, Language.EN))
    desk.answer(NOON, agreed=False)
    left = desk.act(lambda at: at.tx.parental.of(other.subject))
    assert [each.consent.state for each in left] == [State.SENT]


@pytest.mark.parametrize("years", [None, 30])
def test_nothing_of_an_adult_goes_because_a_parent_did_not_agree(desk, years) -> None:
    if years is not None:
        known = known_by_age(years, NOON, Source.CHECKED)
        desk.act(lambda at: tell(at.tx, CHILD.subject, known, POLICY, at.now))
    desk.keep("1")
    desk.act(lambda at: ask(at, CHILD, PARENT, Language.EN))
    desk.answer(NOON, agreed=False)
    assert KEPT in desk.kinds()
