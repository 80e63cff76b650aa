"""Staff and alerts, on SQLite and PostgreSQL: who may decide, and what the log says of it."""

from dataclasses import dataclass

import pytest

from privity.access.desk import Refusal
from privity.access.staff import Role, StaffId
from privity.errors import AccessDenied, BadInput
from privity.oversight import handling
from privity.oversight.alerts import Alert, Reason, State, raised
from privity.oversight.rule import Hit, Level, Rule
from tests.contract.test_staff import Office, office

__all__ = ["office"]
RULE = Rule("1", "bulk", "Many", "Many people.", Level.HIGH, "fewer", ("a review",), ("x",), "")


@dataclass(frozen=True)
class Case:
    """An alert about somebody, stored."""

    office: Office
    about: str = "rita"

    def store(self) -> str:
        alert = raised("a1", RULE, Hit("bulk", self.about, (4,), 100.0, 200.0, 12))
        self.office.do(lambda tx: tx.alerts.put(alert))
        return alert.id

    def close(self, session, reason: Reason = Reason.MENDED) -> Alert | Refusal:
        name = self.store()
        return self.office.acts(session, lambda a: handling.close(a, a.tx.alerts, name, reason))


def test_security_closes_an_alert_and_the_log_says_why(office: Office) -> None:
    sue = office.employ("sue", Role.SECURITY)
    assert Case(office).close(sue).state is State.CLOSED
    last = office.said()[-1]
    assert last["event"] == "alert.closed"
    assert last["facts"] == {
        "by": "sue",
        "alert": "a1",
        "rule": "bulk",
        "incident": "dismissed",
        "reason": "mended",
    }


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY, Role.PRIVACY_OFFICER}))
def test_others_see_no_alert_and_decide_nothing(office: Office, role: Role) -> None:
    session = office.employ("pat", role)
    assert isinstance(Case(office).close(session), Refusal)
    assert isinstance(office.acts(session, lambda a: handling.listed(a, a.tx.alerts)), Refusal)


def test_nobody_decides_about_an_alert_about_themselves(office: Office) -> None:
    sue = office.employ("sue", Role.SECURITY)
    refused = Case(office, "sue").close(sue)
    assert isinstance(refused, Refusal)
    assert isinstance(refused.error, AccessDenied)
    assert office.said()[-1]["facts"]["rule"] == "no-one-judges-themselves"
    olaf = office.employ("olaf", Role.PRIVACY_OFFICER)
    assert Case(office, "sue").close(olaf).by == StaffId("olaf")


def test_an_alert_that_is_not_there_is_told(office: Office) -> None:
    sue = office.employ("sue", Role.SECURITY)
    with pytest.raises(BadInput):
        office.acts(sue, lambda a: handling.shown(a, a.tx.alerts, "none"))
