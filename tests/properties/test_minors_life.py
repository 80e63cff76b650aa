"""Whatever happens in whatever order, nothing of a child without proven consent is kept."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privity.errors import ConsentOutOfTurn
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
from privity.rights.ages import Source, known_by_age
from privity.rights.letters import PostOffice
from privity.rights.minors import KEPT, Ward, may_be_kept, stands_now, tell
from privity.rights.parental import Checked, Declined, Method, Revoked, Terms
from privity.rights.parents import Acting, Parents, ask, send_due, step
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = Minors(16, UnknownAge.ADULT, refuse=False)
POLICY = compose(Title("1", "Example", "x@example.org"), [(PracticeId("minors"), RULE)])
NAMES = count()
ACTS = st.lists(
    st.tuples(
        st.one_of(
            st.tuples(st.just("age"), st.integers(5, 30), st.sampled_from(Source)),
            st.just("ask"),
            st.just("grant"),
            st.just("refuse"),
            st.just("revoke"),
            st.just("message"),
        ),
        st.integers(0, 200),
    ),
    max_size=14,
)


@pytest.fixture
def desk(sqlite_database) -> tuple:
    vault = Vault(MemoryCustodian())
    name = lambda: f"{next(NAMES):032x}"  # noqa: E731
    office = PostOffice(vault, POLICY.digest, name)
    page = "https://privacy.example.org/privacy/parent/open?link="
    return sqlite_database.journal(), Parents(office, POLICY, Terms(), page, name, name)


def kept(at: Acting, child: Ward) -> int:
    return sum(record.place.kind == KEPT for record in at.tx.records.of(child.subject))


def message(at: Acting, child: Ward) -> None:
    """Keep a message as the gateway does: only if that is allowed now."""
    stands = stands_now(at.tx, child.subject, POLICY, at.now)
    if may_be_kept(stands, RULE):
        place = Place(Region.EU, Purpose.ASSIST, child.subject, f"m{next(NAMES)}", KEPT)
        life = Lifetime(at.now, 3650 * DAY)
        at.by.office.vault.seal(at.tx, place, ConversationRef("c"), b"text", life)


def act(at: Acting, child: Ward, what: object) -> None:
    requests = at.tx.parental.of(child.subject)
    if isinstance(what, tuple):
        _, age, source = what
        tell(at.tx, child.subject, known_by_age(age, at.now, source), POLICY, at.now)
    elif what == "message":
        message(at, child)
    elif what == "ask":
        ask(at, child, Raw("parent@example.org"), Language.EN)
    elif requests:
        steps = {
            "grant": Checked(Method.CARD, passed=True),
            "refuse": Declined(),
            "revoke": Revoked(),
        }
        step(at, requests[-1], steps[what])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ACTS)
def test_nothing_of_a_child_without_consent_is_kept(desk, story) -> None:
    journal, by = desk
    child = Ward(SubjectRef(f"child-{next(NAMES)}"), AppId("app"), Purpose.ASSIST, Region.EU)
    now = NOON
    for what, days in story:
        now += days * DAY
        with journal.transaction() as tx:
            send_due(Acting(tx, by, now))  # as every hour
        try:
            with journal.transaction() as tx:
                act(Acting(tx, by, now), child, what)
        except ConsentOutOfTurn:
            pass
        with journal.transaction() as tx:
            at = Acting(tx, by, now)
            if not may_be_kept(stands_now(tx, child.subject, POLICY, now), RULE):
                assert kept(at, child) == 0
