"""Requests on a real database: what is stored, written, sent, and read back."""

from datetime import UTC, datetime, timedelta
from itertools import count

import orjson
import pytest

from privity.adapters.sql.requests_store import places
from privity.audit.stored import read_entry
from privity.errors import NotErased, RequestState, RequestUnknown
from privity.governance import readback
from privity.governance.clocks import Regime
from privity.governance.contact import Contact, read_contact
from privity.governance.desk import PROVE_WITHIN, Desk, find, look_after, whose
from privity.governance.duties import Duties, Duty
from privity.governance.readback import PLACES, Rule, erase_everywhere
from privity.governance.requests import (
    HARMLESS,
    Asked,
    Channel,
    Proof,
    Reason,
    Request,
    RequestKind,
    State,
    is_overdue,
)
from privity.model.text import Raw
from privity.model.words import AppId, ConversationRef, Language, Purpose, Region, SubjectRef
from privity.policy.evidence import Broken, Held, Result
from privity.rights.announcing import Left, leave
from privity.rights.letters import Addressee, Fact, LetterKind, PostOffice
from privity.vault.hold import add as add_hold
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Hold, Place
from tests.conftest import Database
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BOB = SubjectRef("a" * 32), SubjectRef("b" * 32)
MAIL = Contact(Raw("ann@example.org"), Language.DE)


class Office:
    """A desk on a database."""

    def __init__(self, database: Database) -> None:
        self.late = 0
        self.journal = database.journal()
        self.vault = Vault(MemoryCustodian())
        ids, secrets = count(1), count(1)
        new_id = lambda: f"{next(ids):032x}"  # noqa: E731
        office = PostOffice(self.vault, "p", new_id)
        self.desk = Desk(
            self.vault, office, "p", "https://example.org", new_id, lambda: f"s{next(secrets)}"
        )

    def do(self, work):
        with self.journal.transaction() as tx:
            return work(tx)

    def open(
        self,
        kind: RequestKind = RequestKind.ERASURE,
        proof: Proof = Proof.NONE,
        contact: Contact = MAIL,
        at: datetime = NOON,
        regime: Regime = Regime.GDPR,
    ) -> Request:
        asked = Asked(kind, regime, Channel.STAFF, Region.EU, ANN, AppId("shop"))
        opened = self.do(lambda tx: self.desk.open(tx, asked, proof, contact, at))
        return opened.request

    def enter(
        self, kind: RequestKind, proof: Proof = Proof.NONE, contact: Contact = MAIL
    ) -> Request:
        """What one of the staff enters for Ann in the console."""
        asked = Asked(kind, Regime.GDPR, Channel.STAFF, Region.EU, ANN, AppId("shop"), by="eve")
        return self.do(lambda tx: self.desk.open(tx, asked, proof, contact, NOON)).request

    def letters(self) -> list[tuple[LetterKind, dict[Fact, str]]]:
        def read(tx):
            letters = [self.desk.office.take(tx, each, NOON) for each in tx.outbox.all()]
            return [(each.kind, dict(each.facts)) for each in letters]

        return self.do(read)

    def run(self, steps, after=lambda: None):
        try:
            step = next(steps)
            while True:
                done = self.do(step)
                after()  # what another process does in between
                step = steps.send(done)
        except StopIteration as end:
            return end.value

    def entries(self) -> list[dict]:
        with self.journal.reader.snapshot() as snapshot:
            return [orjson.loads(body) for _, body in snapshot.entries(0)]

    def answered(self, now: datetime) -> Result:
        """What the log alone says of requests that are overdue."""
        duties = Duties()
        with self.journal.reader.snapshot() as snapshot:
            duties.see(read_entry(body) for _, body in snapshot.entries(0))
        return dict(duties.results(now))[Duty.ANSWER]

    def say(self, subject: SubjectRef, *names: str) -> None:
        def keep(tx):
            for name in names:
                place = Place(Region.EU, Purpose.ASSIST, subject, name, "transcript")
                life = Lifetime(NOON, 30 * DAY)
                self.vault.seal(tx, place, ConversationRef("c"), b"body", life)

        self.do(keep)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_a_request_comes_back_as_it_was(office: Office) -> None:
    first = office.open()
    assert office.do(lambda tx: find(tx, first.id)) == first
    halted = office.do(
        lambda tx: office.desk.pause(
            tx, office.desk.prove(tx, first, Proof.STAFF, NOON), Reason.CLARIFICATION, NOON
        )
    )
    assert office.do(lambda tx: find(tx, first.id)) == halted
    assert office.do(lambda tx: tx.requests.of(ANN)) == (halted,)
    assert office.do(lambda tx: tx.requests.of(BOB)) == ()


def test_without_proof_a_link_is_sent_and_nothing_else_happens(office: Office) -> None:
    request = office.open()
    assert request.state is State.UNPROVEN
    ((kind, facts),) = office.letters()
    assert kind is LetterKind.REQUEST_CONFIRM
    assert facts[Fact.LINK] == "https://example.org/privacy/letter?link=eu.s1"


def leave_address(office: Office, to: str) -> None:
    left = Left(Raw(to), Language.DE, "word")
    who = Addressee(Region.EU, ANN)
    office.do(lambda tx: leave(tx, office.desk.office, who, left, NOON))


@pytest.mark.parametrize("kind", sorted(set(RequestKind) - HARMLESS))
def test_what_staff_enter_proves_nothing_and_reaches_no_address_that_nobody_left(
    office: Office, kind: RequestKind
) -> None:
    leave_address(office, "ann@home.example")
    request = office.enter(kind, Proof.STAFF)
    assert (request.state, request.proof, request.doubtful) == (State.UNPROVEN, Proof.NONE, True)
    assert office.do(lambda tx: find(tx, request.id)) == request
    assert office.letters() == []
    assert office.entries()[-1]["facts"]["address"] == "doubtful"
    with pytest.raises(RequestState):
        office.do(lambda tx: office.desk.prove(tx, request, Proof.ADDRESS, NOON))


def test_an_address_that_the_person_left_gets_the_link(office: Office) -> None:
    leave_address(office, "Ann@example.org")
    request = office.enter(RequestKind.ACCESS, Proof.STAFF)
    assert (request.state, request.doubtful) == (State.UNPROVEN, False)
    assert [kind for kind, _ in office.letters()] == [LetterKind.REQUEST_CONFIRM]


def test_after_staff_confirmed_an_address_letters_go_there(office: Office) -> None:
    request = office.enter(RequestKind.ACCESS)
    proven = office.do(lambda tx: office.desk.prove(tx, request, Proof.STAFF, NOON))
    assert (proven.state, proven.doubtful, proven.told) == (State.OPEN, False, NOON)
    assert [kind for kind, _ in office.letters()] == [LetterKind.REQUEST_RECEIVED]
    assert office.do(lambda tx: find(tx, request.id)) == proven


def test_who_asks_themselves_is_not_joined_to_an_address_that_they_never_left(
    office: Office,
) -> None:
    entered = office.enter(RequestKind.ACCESS)
    own = office.open(RequestKind.ACCESS, Proof.SESSION)
    assert own.state is State.OPEN
    assert office.do(lambda tx: find(tx, entered.id)).state is State.UNPROVEN


def test_entering_again_what_somebody_asked_proves_nothing_of_it(office: Office) -> None:
    first = office.open(RequestKind.ACCESS)
    again = office.enter(
        RequestKind.ACCESS, Proof.STAFF, Contact(Raw("e@x.example"), MAIL.language)
    )
    assert again.state is State.MERGED
    assert office.do(lambda tx: find(tx, first.id)).state is State.UNPROVEN


def test_a_rejection_reaches_no_doubtful_address(office: Office) -> None:
    office.enter(RequestKind.ACCESS)
    office.do(lambda tx: look_after(tx, office.desk, NOON + PROVE_WITHIN))
    assert office.letters() == []


def test_what_only_protects_needs_no_second_colleague(office: Office) -> None:
    request = office.enter(RequestKind.OBJECTION, Proof.STAFF)
    assert (request.state, request.doubtful) == (State.OPEN, False)


def test_the_log_says_as_the_desk_does_that_a_request_is_overdue(office: Office) -> None:
    request = office.open(proof=Proof.SESSION)
    office.open(RequestKind.ACCESS)  # which waits for proof
    for days in (31, 32, 40):
        now = NOON + days * DAY
        late = office.do(
            lambda tx, now=now: sum(is_overdue(e, now) for e in tx.requests.all(closed=False))
        )
        assert late == int(days > 31)
        assert office.answered(now) == (Broken(late) if late else Held(2))
    office.do(lambda tx: office.desk.withdraw(tx, request, NOON + 40 * DAY))
    assert office.answered(NOON + 41 * DAY) == Held(2)


def test_the_link_of_a_letter_proves_once(office: Office) -> None:
    office.open()
    after = office.do(lambda tx: office.desk.confirm(tx, "eu.s1", NOON + DAY))
    assert (after.state, after.proof) == (State.OPEN, Proof.ADDRESS)
    with pytest.raises(RequestUnknown):
        office.do(lambda tx: office.desk.confirm(tx, "eu.s1", NOON + DAY))


@pytest.mark.parametrize(("secret", "after"), [("eu.s2", 1), ("", 1), ("eu.s1", 15), ("us.s1", 1)])
def test_no_other_link_and_no_late_one_proves_anything(
    office: Office, secret: str, after: int
) -> None:
    office.open()
    with pytest.raises(RequestUnknown):
        office.do(lambda tx: office.desk.confirm(tx, secret, NOON + after * DAY))


def test_the_database_holds_no_link_and_no_address(office: Office) -> None:
    office.open()

    def dump(tx) -> str:
        connection = tx.requests._pending.direct()
        return str(connection.exec_driver_sql("SELECT * FROM request").all())

    stored = office.do(dump)
    assert "ann@" not in stored
    assert "eu.s1" not in stored


def test_each_move_is_an_entry_and_a_letter(office: Office) -> None:
    request = office.open(proof=Proof.STAFF)
    desk = office.desk
    request = office.do(lambda tx: desk.pause(tx, request, Reason.CLARIFICATION, NOON))
    request = office.do(lambda tx: desk.resume(tx, request, NOON + 2 * DAY))
    request = office.do(lambda tx: desk.extend(tx, request, Reason.COMPLEX, NOON + 3 * DAY))
    office.do(lambda tx: desk.reject(tx, request, Reason.UNFOUNDED, NOON + 4 * DAY))
    assert [kind.value for kind, _ in office.letters()] == [
        "request_received",
        "request_waiting",
        "request_extended",
        "request_refused",
    ]
    said = [e for e in office.entries() if e["event"].startswith("request.")]
    assert [e["event"] for e in said] == ["request.opened"] + ["request.moved"] * 3 + [
        "request.closed"
    ]
    assert said[-1]["facts"]["reason"] == "unfounded"
    assert said[3]["facts"]["reason"] == "complex"


def test_what_is_asked_twice_is_one_request(office: Office) -> None:
    first = office.open()
    second = office.open(at=NOON + DAY)
    assert second.state is State.MERGED
    assert second.into == first.id
    assert len(office.letters()) == 1


def test_a_duplicate_with_proof_proves_the_first(office: Office) -> None:
    first = office.open()
    office.open(proof=Proof.SESSION, at=NOON + DAY)
    assert office.do(lambda tx: find(tx, first.id)).state is State.OPEN


def test_another_kind_is_no_duplicate(office: Office) -> None:
    office.open()
    assert office.open(RequestKind.ACCESS).state is State.UNPROVEN


def test_a_closed_request_keeps_no_address(office: Office) -> None:
    request = office.open()
    office.do(lambda tx: office.desk.withdraw(tx, request, NOON))
    gone = office.do(lambda tx: read_contact(tx, office.vault, whose(request), NOON))
    assert gone is None
    with pytest.raises(RequestState):
        office.do(lambda tx: office.desk.withdraw(tx, find(tx, request.id), NOON))


def test_what_nobody_proves_is_rejected_before_any_day_is_over(office: Office) -> None:
    for regime in Regime:
        kind = RequestKind.ACCESS if regime is Regime.GDPR else RequestKind.ERASURE
        office.open(kind, regime=regime)
    for day in range(50):
        now = NOON + day * DAY
        assert office.do(lambda tx, now=now: look_after(tx, office.desk, now)) == 0
    states = {each.state for each in office.do(lambda tx: tx.requests.all(closed=True))}
    assert states == {State.REJECTED}
    assert timedelta(days=50) > PROVE_WITHIN


def test_a_missed_day_is_counted(office: Office) -> None:
    office.open(proof=Proof.STAFF)
    assert office.do(lambda tx: look_after(tx, office.desk, NOON + 40 * DAY)) == 1


def test_closed_requests_are_forgotten_after_two_years(office: Office) -> None:
    request = office.open()
    office.do(lambda tx: office.desk.withdraw(tx, request, NOON))
    office.do(lambda tx: look_after(tx, office.desk, NOON + 700 * DAY))
    assert office.do(lambda tx: tx.requests.all(closed=True))
    office.do(lambda tx: look_after(tx, office.desk, NOON + 735 * DAY))
    assert office.do(lambda tx: tx.requests.all(closed=True)) == ()


def test_every_table_with_people_is_on_the_list_of_places() -> None:
    assert set(places()) == PLACES.keys()


def test_an_erasure_is_read_back_from_every_place(office: Office) -> None:
    office.say(ANN, "1", "2")
    office.say(BOB, "3")
    office.open()
    proven = office.run(erase_everywhere(office.vault, ANN, lambda: NOON, "p"))
    assert proven.held == 0
    assert proven.places == len(PLACES)
    assert proven.records == 4  # two of what was said, the contact, the letter
    left = office.do(lambda tx: tx.everywhere.count(ANN))
    assert {p for p, n in left.items() if n} == {"request", "person_state", "mention"}
    assert office.do(lambda tx: len(tx.records.of(BOB))) == 1


def test_what_is_left_is_reported(office: Office) -> None:
    office.say(ANN, "1")

    def clock() -> datetime:
        office.late += 1
        return NOON

    steps = erase_everywhere(office.vault, ANN, clock, "p")
    with pytest.raises(NotErased) as caught:
        office.run(steps, after=lambda: office.say(ANN, f"late {office.late}"))
    assert "record" in str(caught.value)


@pytest.mark.parametrize("place", [p for p, rule in PLACES.items() if rule is not Rule.STAYS])
def test_a_row_in_any_place_that_is_emptied_breaks_the_proof(place: str) -> None:
    clean = dict.fromkeys(PLACES, 0)
    readback.check(clean, 0)
    with pytest.raises(NotErased):
        readback.check(clean | {place: 1}, 0)


def test_a_place_nobody_listed_or_counted_breaks_the_proof() -> None:
    clean = dict.fromkeys(PLACES, 0)
    with pytest.raises(NotErased):
        readback.check(clean | {"new_table": 0}, 0)
    with pytest.raises(NotErased):
        readback.check({p: 0 for p in PLACES if p != "outbox"}, 0)


def test_a_legal_hold_is_respected_and_said(office: Office) -> None:
    office.say(ANN, "1", "2")
    hold = Hold("h", "1", "case-1", "x" * 32, "y" * 32, NOON, NOON + 9 * DAY)
    office.do(lambda tx: add_hold(tx, hold, "p"))
    proven = office.run(erase_everywhere(office.vault, ANN, lambda: NOON, "p"))
    assert proven.held == 1
    assert [r.place.record for r in office.do(lambda tx: tx.records.of(ANN))] == ["1"]
