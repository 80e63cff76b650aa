"""Staff at work, on SQLite and PostgreSQL: who gets in, who reads, what the log says of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from privity.access import entering, reading, staffing
from privity.access.accounts import Account, Factor, FactorKind, digest_of, secret_of
from privity.access.authorize import Authorizer
from privity.access.desk import Acting, Occasion, Refusal, actor
from privity.access.entering import INTERVAL, SAID_ONE_BY_ONE, Opening, Proof
from privity.access.grants import Request
from privity.access.notices import Notice
from privity.access.sessions import FREE_GUESSES, NEVER, Session, living
from privity.access.staff import GrantId, Role, StaffId
from privity.access.staffing import Known, Newcomer
from privity.access.tokens import OPERATOR
from privity.adapters.sql.stores import SqlTransaction
from privity.errors import AccessDenied, BadInput, NotSignedIn, RateLimited, SecondFactorNeeded
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from tests.conftest import Database

RULES = Authorizer.load()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EU = frozenset({Region.EU})
REQUEST = Request(
    GrantId("g"),
    StaffId(""),
    "",
    ConversationRef("talk"),
    Region.EU,
    Purpose.REVIEW,
    "T-1",
    "a report of stalking",
    timedelta(minutes=15),
    NOW,
)


def untrained(_: StaffId, __: frozenset[Role]) -> int:
    return 0


@dataclass
class Office:
    """One database with its staff, at a time that the test moves."""

    database: Database
    now: datetime = NOW

    def do(self, work: Callable[[SqlTransaction], object]) -> object:
        with self.database.journal().transaction() as tx:
            return work(tx)

    def employ(self, name: str, *roles: Role) -> Session:
        """Invite somebody, let them register a passkey, and sign them in."""
        secret = secret_of(name.encode().ljust(32, b"."))
        known = Known(StaffId(name), secret)
        newcomer = Newcomer(name, f"{name}@example.org", frozenset(roles), EU)
        factor = Factor(f"key-{name}", StaffId(""), FactorKind.PASSKEY, b"key", 0, self.now)

        def work(tx: SqlTransaction) -> Session:
            account = staffing._invited(tx, newcomer, known, self.at)
            joined = staffing.join(tx, secret, account.invitation, (factor,), self.at)
            tx.accounts.put(replace(joined, confirmed_by=OPERATOR))
            return self.sign_in(tx, name)

        return self.do(work)

    def sign_in(self, tx: SqlTransaction, name: str, digest: str = "") -> Session:
        factor = tx.accounts.factors(StaffId(name))[0]
        opening = Opening(digest or f"session-{name}", "csrf")
        return entering.enter(tx, (name,), Proof(factor, factor.counter + 1), opening, self.at)

    @property
    def at(self) -> Occasion:
        return Occasion(self.now, "policy")

    def acts(self, session: Session, work: Callable[[Acting], object]) -> object:
        """Let somebody do something, as the console does: with the session as it is stored."""

        def doing(tx: SqlTransaction) -> object:
            held = living(tx.sessions.get(session.digest), self.now)
            tx.sessions.put(held)
            return work(Acting(tx, RULES, actor(tx, held, trained=True), self.at))

        return self.do(doing)

    def said(self) -> list[dict]:
        with self.database.journal().reader.snapshot() as log:
            return [orjson.loads(body) for _, body in log.entries(0)]


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    return Office(database)


def ask(session: Session, office: Office, **change: object) -> object:
    return office.acts(session, lambda a: reading.ask(a, replace(REQUEST, **change), b"sealed"))


def read(session: Session, office: Office, region: Region = Region.EU) -> object:
    found = reading.Found(REQUEST.conversation, SubjectRef("ann"), region)
    return office.acts(session, lambda a: reading.read(a, REQUEST.id, found))


def approved(session: Session, office: Office) -> object:
    return office.acts(session, lambda a: reading.decide(a, REQUEST.id, agreed=True))


def test_a_conversation_is_read_after_another_person_agreed_and_the_log_says_so(office) -> None:
    reviewer = office.employ("rita", Role.REVIEWER)
    officer = office.employ("olaf", Role.PRIVACY_OFFICER)
    ask(reviewer, office)
    approved(officer, office)
    assert isinstance(read(reviewer, office), Request)
    last = office.said()[-1]
    assert (last["event"], last["subject"], last["conversation"]) == (
        "conversation.read",
        "ann",
        "talk",
    )
    facts = last["facts"]
    assert (facts["by"], facts["approver"], facts["ticket"]) == ("rita", "olaf", "T-1")


def test_the_reason_never_reaches_the_log(office) -> None:
    ask(office.employ("rita", Role.REVIEWER), office)
    assert b"stalking" not in orjson.dumps(office.said())


def test_nobody_reads_before_somebody_agreed(office) -> None:
    reviewer = office.employ("rita", Role.REVIEWER)
    ask(reviewer, office)
    refused = read(reviewer, office)
    assert isinstance(refused, Refusal)
    assert office.said()[-1]["event"] == "access.denied"


def test_nobody_agrees_to_their_own_request(office) -> None:
    both = office.employ("both", Role.SECURITY)
    ask(both, office, purpose=Purpose.SECURITY)
    refused = approved(both, office)
    assert isinstance(refused, Refusal)
    assert office.said()[-1]["facts"]["rule"] == "no-one-decides-alone"


def test_another_reader_gets_nothing_out_of_a_grant(office) -> None:
    reviewer, other = office.employ("rita", Role.REVIEWER), office.employ("otto", Role.REVIEWER)
    officer = office.employ("olaf", Role.PRIVACY_OFFICER)
    ask(reviewer, office)
    approved(officer, office)
    assert isinstance(read(other, office), Refusal)


def test_a_grant_does_not_follow_a_person_to_another_region(office) -> None:
    reviewer = office.employ("rita", Role.REVIEWER)
    officer = office.employ("olaf", Role.PRIVACY_OFFICER)
    ask(reviewer, office)
    approved(officer, office)
    assert isinstance(read(reviewer, office, Region.US), Refusal)
    assert office.said()[-1]["facts"]["rule"] == "grants-stay-where-they-were-given"


def test_a_grant_ends_with_its_minutes(office) -> None:
    reviewer = office.employ("rita", Role.REVIEWER)
    officer = office.employ("olaf", Role.PRIVACY_OFFICER)
    ask(reviewer, office)
    approved(officer, office)
    office.now += timedelta(minutes=15)
    prove(office, reviewer, "rita")
    assert isinstance(read(reviewer, office), Refusal)


def test_a_stale_second_factor_is_asked_for_and_is_no_alarm(office) -> None:
    reviewer = office.employ("rita", Role.REVIEWER)
    officer = office.employ("olaf", Role.PRIVACY_OFFICER)
    ask(reviewer, office)
    approved(officer, office)
    office.now += timedelta(minutes=6)
    refused = read(reviewer, office)
    assert isinstance(refused, Refusal)
    assert isinstance(refused.error, SecondFactorNeeded)
    assert "access.denied" not in {each["event"] for each in office.said()}
    prove(office, reviewer, "rita")
    assert isinstance(read(reviewer, office), Request)


def test_sales_cannot_even_ask(office) -> None:
    refused = ask(office.employ("sal", Role.SALES, Role.REVIEWER), office)
    assert isinstance(refused, Refusal)
    assert office.said()[-1]["facts"]["rule"] == "sales-never-read-conversations"


def prove(office: Office, session: Session, name: str) -> None:
    def work(tx: SqlTransaction) -> None:
        factor = tx.accounts.factors(StaffId(name))[0]
        held = living(tx.sessions.get(session.digest), office.now)
        entering.prove(tx, held, Proof(factor, factor.counter + 1), office.at)

    office.do(work)


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.REVIEWER, True),
        (Role.SECURITY, True),
        (Role.PRIVACY_OFFICER, True),
        (Role.SUPPORT, False),
    ],
)
def test_officers_are_told_who_may_read_or_approve_from_now_on(office, role, told) -> None:
    admin = office.employ("adam", Role.ADMINISTRATOR)
    office.employ("olaf", Role.PRIVACY_OFFICER)
    newcomer = Newcomer("rita", "rita@example.org", frozenset({role}), EU)
    known = Known(StaffId("rita"), "secret")
    office.acts(admin, lambda a: staffing.invite(a, newcomer, known))
    notes = office.do(lambda tx: tx.notes.all())
    expected = [(Notice.ADMITTED, "olaf", "rita")] if told else []
    assert [(each.notice, each.account, each.about) for each in notes] == expected
    office.acts(
        admin, lambda a: staffing.change(a, StaffId("rita"), frozenset({role}), EU, untrained)
    )
    assert {each.account for each in office.do(lambda tx: tx.notes.all())} == (
        {"olaf"} if told else set()
    )


def admit(office: Office, by: Session, name: str, role: Role) -> Session:
    """Let somebody invite a colleague, who joins and signs in; nobody confirms them."""
    secret = secret_of(name.encode().ljust(32, b"-"))
    newcomer = Newcomer(name, f"{name}@example.org", frozenset({role}), EU)
    office.acts(by, lambda a: staffing.invite(a, newcomer, Known(StaffId(name), secret)))
    factor = Factor(f"key-{name}", StaffId(""), FactorKind.PASSKEY, b"key", 0, office.now)

    def joins(tx: SqlTransaction) -> Session:
        staffing.join(tx, secret, digest_of(secret), (factor,), office.at)
        return office.sign_in(tx, name)

    return office.do(joins)


def vouch(office: Office, by: Session, name: str) -> object:
    return office.acts(by, lambda a: staffing.vouch(a, StaffId(name)))


def test_one_administrator_with_two_puppets_reads_nothing(office) -> None:
    eve = office.employ("eve", Role.ADMINISTRATOR)
    reader = admit(office, eve, "puppet", Role.REVIEWER)
    approver = admit(office, eve, "second", Role.SECURITY)
    for by, name in ((eve, "puppet"), (eve, "second"), (approver, "puppet"), (reader, "reader")):
        assert isinstance(vouch(office, by, name), Refusal)
    assert isinstance(ask(reader, office), Refusal)
    assert office.said()[-1]["facts"]["rule"] == "confirmed-staff-only"
    ask(office.employ("rita", Role.REVIEWER), office)
    assert isinstance(approved(approver, office), Refusal)


def test_a_team_of_three_reads_once_each_was_confirmed_by_another(office) -> None:
    admin = office.employ("adam", Role.ADMINISTRATOR)
    officer = admit(office, admin, "olaf", Role.PRIVACY_OFFICER)
    reviewer = admit(office, admin, "rita", Role.REVIEWER)
    office.do(lambda tx: staffing.vouch_here(tx, "olaf@example.org", office.at))
    assert isinstance(vouch(office, officer, "rita"), Account)
    last = next(each for each in reversed(office.said()) if each["event"] == "staff.confirmed")
    assert (last["facts"]["by"], last["facts"]["account"]) == ("olaf", "rita")
    ask(reviewer, office)
    approved(officer, office)
    assert isinstance(read(reviewer, office), Request)


def test_whoever_gets_more_is_confirmed_anew_by_somebody_else(office) -> None:
    admin = office.employ("adam", Role.ADMINISTRATOR)
    office.employ("rita", Role.SUPPORT, Role.REVIEWER)
    office.employ("olaf", Role.PRIVACY_OFFICER)
    less, more = frozenset({Role.REVIEWER}), frozenset({Role.REVIEWER, Role.SECURITY})
    for roles, confirmed in ((less, True), (more, False)):
        changed = office.acts(
            admin, lambda a, r=roles: staffing.change(a, StaffId("rita"), r, EU, untrained)
        )
        assert changed.staff.confirmed is confirmed
    assert isinstance(vouch(office, admin, "rita"), Refusal)


def test_an_account_of_which_nobody_knows_who_admitted_it_is_confirmed_here_only(office) -> None:
    admin = office.employ("adam", Role.ADMINISTRATOR)
    office.employ("old", Role.REVIEWER)
    assert isinstance(vouch(office, admin, "old"), Refusal)
    with pytest.raises(BadInput):
        office.do(lambda tx: staffing.vouch_here(tx, "nobody@example.org", office.at))


def test_off_boarding_ends_everything_at_once(office) -> None:
    admin = office.employ("adam", Role.ADMINISTRATOR)
    reviewer = office.employ("rita", Role.REVIEWER)
    officer = office.employ("olaf", Role.PRIVACY_OFFICER)
    ask(reviewer, office)
    approved(officer, office)
    office.acts(admin, lambda a: staffing.off_board(a, StaffId("rita")))
    with pytest.raises(NotSignedIn):
        read(reviewer, office)
    with pytest.raises((AccessDenied, IndexError)):
        office.do(lambda tx: office.sign_in(tx, "rita", "again"))
    facts = office.said()[-1]["facts"]
    assert (facts["account"], facts["sessions"], facts["grants"]) == ("rita", 1, 1)


def test_a_suspended_account_is_signed_out_and_its_key_does_not_open(office) -> None:
    admin, reviewer = (
        office.employ("adam", Role.ADMINISTRATOR),
        office.employ("rita", Role.REVIEWER),
    )
    office.acts(admin, lambda a: staffing.put_out(a, StaffId("rita")))
    with pytest.raises(NotSignedIn):
        ask(reviewer, office)
    with pytest.raises(AccessDenied):
        office.do(lambda tx: office.sign_in(tx, "rita", "again"))
    office.acts(admin, lambda a: staffing.bring_back(a, StaffId("rita")))
    assert office.do(lambda tx: office.sign_in(tx, "rita", "again")).account == "rita"


def test_roles_that_were_taken_do_not_act_in_an_open_session(office) -> None:
    admin, reviewer = (
        office.employ("adam", Role.ADMINISTRATOR),
        office.employ("rita", Role.REVIEWER),
    )
    roles = frozenset({Role.PRODUCT})
    office.acts(admin, lambda a: staffing.change(a, StaffId("rita"), roles, EU, untrained))
    assert isinstance(ask(reviewer, office), Refusal)


def test_the_log_says_how_somebody_stands_with_the_training_of_new_roles(office) -> None:
    admin = office.employ("adam", Role.ADMINISTRATOR)
    office.employ("rita", Role.SUPPORT)
    roles = frozenset({Role.REVIEWER})
    until = {("rita", roles): 17}
    office.acts(
        admin,
        lambda a: staffing.change(a, StaffId("rita"), roles, EU, lambda *asked: until[asked]),
    )
    (changed,) = (each for each in office.said() if each["event"] == "staff.changed")
    assert changed["facts"]["trained_until"] == 17


def test_only_administrators_invite(office) -> None:
    newcomer = Newcomer("Eve", "eve@example.org", frozenset({Role.SECURITY}), EU)
    known = Known(StaffId("eve"), "secret")
    for role in Role:
        session = office.employ(f"a-{role}", role)
        done = office.acts(session, lambda a: staffing.invite(a, newcomer, known))
        assert isinstance(done, Account) is (role is Role.ADMINISTRATOR)
        office.do(lambda tx: tx.accounts.get(known.id) and tx.accounts.put(_gone(tx, known.id)))


def _gone(tx: SqlTransaction, name: StaffId) -> Account:
    return replace(tx.accounts.get(name), mail="gone@example.org")


def test_who_lost_their_link_is_invited_again_and_the_old_link_is_void(office) -> None:
    admin = office.employ("adam", Role.ADMINISTRATOR)
    newcomer = Newcomer("Eve", "eve@example.org", frozenset({Role.SECURITY}), EU)
    first, again = secret_of(b"1" * 32), secret_of(b"2" * 32)
    office.acts(admin, lambda a: staffing.invite(a, newcomer, Known(StaffId("eve"), first)))
    office.now += timedelta(days=4)
    office.do(lambda tx: office.sign_in(tx, "adam", "later"))
    later = replace(admin, digest="later")
    office.acts(later, lambda a: staffing.invite_again(a, StaffId("eve"), again))
    factors = (Factor("f", StaffId(""), FactorKind.PASSKEY, b"k", 0, NOW),)
    with pytest.raises(AccessDenied):
        office.do(lambda tx: staffing.join(tx, first, digest_of(first), factors, office.at))
    office.do(lambda tx: staffing.join(tx, again, digest_of(again), factors, office.at))
    with pytest.raises(BadInput):
        office.acts(later, lambda a: staffing.invite_again(a, StaffId("eve"), again))


def test_the_first_administrator_is_invited_once_there_is_none(office) -> None:
    newcomer = Newcomer("Adam", "Adam@Example.org ", frozenset({Role.ADMINISTRATOR}), EU)
    account = office.do(
        lambda tx: staffing.first(tx, newcomer, Known(StaffId("x"), "s"), office.at)
    )
    assert account.mail == "adam@example.org"
    office.employ("anna", Role.ADMINISTRATOR)
    again = replace(newcomer, mail="eve@example.org")
    with pytest.raises(BadInput):
        office.do(lambda tx: staffing.first(tx, again, Known(StaffId("y"), "s"), office.at))


def test_a_first_administrator_who_lost_the_link_is_invited_again(office) -> None:
    newcomer = Newcomer("Adam", "adam@example.org", frozenset({Role.ADMINISTRATOR}), EU)
    lost, found = secret_of(b"1" * 32), secret_of(b"2" * 32)
    for name, secret in (("x", lost), ("y", found)):
        known = Known(StaffId(name), secret)
        office.do(lambda tx, known=known: staffing.first(tx, newcomer, known, office.at))
    assert office.do(lambda tx: tx.accounts.by_invitation(digest_of(lost))) is None
    assert office.do(lambda tx: tx.accounts.by_invitation(digest_of(found))).id == "x"


@pytest.mark.parametrize(
    "kinds",
    [(), (FactorKind.PASSWORD,), (FactorKind.TOTP,), (FactorKind.RECOVERY, FactorKind.PASSWORD)],
)
def test_nobody_joins_without_a_second_factor(office, kinds) -> None:
    newcomer = Newcomer("Eve", "eve@example.org", frozenset({Role.SECURITY}), EU)
    known = Known(StaffId("eve"), secret_of(bytes(32)))
    factors = tuple(
        Factor(f"f{at}", StaffId(""), kind, b"s", 0, NOW) for at, kind in enumerate(kinds)
    )

    def work(tx: SqlTransaction) -> None:
        staffing._invited(tx, newcomer, known, office.at)
        staffing.join(tx, known.secret, digest_of(known.secret), factors, office.at)

    with pytest.raises(BadInput):
        office.do(work)


def test_a_code_opens_once(office) -> None:
    office.employ("rita", Role.REVIEWER)
    totp = Factor("totp", StaffId("rita"), FactorKind.TOTP, b"s", 0, NOW)
    code = replace(totp, id="code", kind=FactorKind.RECOVERY)

    def add(tx: SqlTransaction) -> None:
        tx.accounts.add_factor(totp)
        tx.accounts.add_factor(code)

    office.do(add)
    for factor, counter in ((totp, 7), (code, 0)):
        proof, opening = Proof(factor, counter), Opening(f"s-{factor.id}", "c")
        office.do(lambda tx, p=proof, o=opening: entering.enter(tx, ("r",), p, o, office.at))
        with pytest.raises(AccessDenied):
            office.do(lambda tx, p=proof, o=opening: entering.enter(tx, ("r",), p, o, office.at))


def test_a_password_alone_opens_nothing(office) -> None:
    office.employ("rita", Role.REVIEWER)
    password = Factor("p", StaffId("rita"), FactorKind.PASSWORD, b"s", 0, NOW)
    office.do(lambda tx: tx.accounts.add_factor(password))
    with pytest.raises(AccessDenied):
        office.do(
            lambda tx: entering.enter(tx, ("r",), Proof(password, 1), Opening("s", "c"), office.at)
        )


@pytest.mark.parametrize(
    ("since", "proved"),
    [
        (None, NEVER),
        (NOW - timedelta(hours=8), NOW - timedelta(hours=8)),
        (NOW - timedelta(minutes=1), NOW - timedelta(minutes=1)),
        (NOW + timedelta(hours=1), NEVER),
    ],
)
def test_a_factor_that_a_provider_saw_is_as_old_as_it_says(office, since, proved) -> None:
    office.employ("rita", Role.REVIEWER)
    factor = Factor("there", StaffId("rita"), FactorKind.PROVIDER, b"", 1, NOW)
    office.do(lambda tx: tx.accounts.add_factor(factor))
    proof, opening = Proof(factor, 1, since), Opening("s", "c")
    entered = office.do(lambda tx: entering.enter(tx, ("r",), proof, opening, office.at))
    assert entered.proved == proved
    assert office.do(lambda tx: entering.prove(tx, entered, proof, office.at)).proved == proved


def test_what_many_addresses_try_on_no_account_does_not_fill_the_log(office) -> None:
    for number in range(320):
        office.do(lambda tx, n=number: entering.failed(tx, (f"no{n}", f"at{n}"), None, office.at))
    said = [each for each in office.said() if each["event"] == "staff.refused"]
    assert len(said) == SAID_ONE_BY_ONE + 4
    assert sum(each["facts"].get("count", 1) for each in said) == 320
    office.now += INTERVAL
    office.do(lambda tx: entering.failed(tx, ("another", "place"), None, office.at))
    assert "count" not in office.said()[-1]["facts"]


def test_each_wrong_try_on_an_account_is_written(office) -> None:
    office.employ("rita", Role.REVIEWER)
    for number in range(SAID_ONE_BY_ONE + 5):

        def fail(tx: SqlTransaction, n: int = number) -> None:
            entering.failed(
                tx, (f"rita {n}", f"at{n}"), tx.accounts.get(StaffId("rita")), office.at
            )

        office.do(fail)
    said = [each for each in office.said() if each["event"] == "staff.refused"]
    assert len(said) == SAID_ONE_BY_ONE + 5


def test_guessing_locks_the_right_key_out_too_and_is_an_alarm(office) -> None:
    office.employ("rita", Role.REVIEWER)
    for _ in range(FREE_GUESSES):
        office.do(lambda tx: entering.failed(tx, ("rita", "net"), None, office.at))
    with pytest.raises(RateLimited) as caught:
        office.do(lambda tx: office.sign_in(tx, "rita", "again"))
    assert caught.value.again_in == 60
    assert [each["event"] for each in office.said()[-2:]] == ["staff.refused", "staff.locked"]
    office.now += timedelta(seconds=60)
    office.do(lambda tx: office.sign_in(tx, "rita", "again"))
