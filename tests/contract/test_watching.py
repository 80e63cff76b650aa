"""Watching on SQLite and PostgreSQL: who follows, what is stored, what survives a stop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from privity.access.staff import StaffId
from privity.adapters.sql.alerts_stores import past
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.watch.compiling import compile_all, shipped
from privity.adapters.watch.following import Follower, Looked, Watched
from privity.audit.entry import Entry, Event
from privity.errors import DatabaseUnavailable
from privity.model.words import SubjectRef
from privity.oversight.alerts import Reason, State, closed, raised
from privity.oversight.honey import Marks
from privity.oversight.observe import Sample
from privity.oversight.ports import RULES
from privity.oversight.rule import Hit, Rule
from privity.settings.watching import Watch
from tests.conftest import Database

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MARKS = Marks(b"m" * 32)
MINUTE = timedelta(minutes=1)
OWN = {"by": "ann", "action": "approve_access", "rule": "no-one-decides-alone"}


@pytest.fixture(scope="module")
def rules() -> tuple[Rule, ...]:
    return compile_all(shipped())


@dataclass
class House:
    """One database, the followers of several processes, and a clock."""

    journal: SqlJournal
    rules: tuple[Rule, ...]
    database: Database
    now: datetime = NOON
    followers: dict[str, Follower] = field(default_factory=dict)
    drawn: int = 0

    def look(self, process: str = "one") -> Looked:
        return asyncio.run(self._look(process))

    async def _look(self, process: str) -> Looked:
        await self.journal.start()
        try:
            return await self.follower(process).look()
        finally:
            await self.journal.close()

    def follower(self, process: str) -> Follower:
        if process not in self.followers:
            settings = SimpleNamespace(watch=Watch(seconds=10))
            store = SimpleNamespace(journal=self.journal, settings=settings)
            policy = SimpleNamespace(digest="policy")
            self.followers[process] = Follower(
                Watched(store, policy, (MARKS,), lambda: self.rules, self.clock, process, self.draw)
            )
        return self.followers[process]

    def clock(self) -> datetime:
        return self.now

    def draw(self, count: int) -> bytes:
        self.drawn += 1
        return self.drawn.to_bytes(count, "big")

    def write(self, event: Event, subject: str = "", **facts: str | int) -> None:
        named = SubjectRef(subject) if subject else None
        with self.journal.transaction() as tx:
            tx.log.append(Entry(event, self.now, "policy", subject=named, facts=facts))

    def damage(self, statement: str) -> None:
        """Change the log as an intruder does, with its triggers out of the way."""
        sqlite = self.database.kind == "sqlite"
        acts = [f"entry_no_{act}" for act in ("update", "delete")] if sqlite else ["entry_final"]
        drops = [f"DROP TRIGGER {name}{'' if sqlite else ' ON entry'}" for name in acts]
        self.database.execute(*drops, statement)

    def do(self, work: Callable) -> object:
        with self.journal.transaction() as tx:
            return work(tx)

    def alerts(self) -> list[tuple[str, int]]:
        return [(each.rule, each.hits) for each in self.do(lambda tx: tx.alerts.latest(50))]


@pytest.fixture
def house(database: Database, rules: tuple[Rule, ...]) -> House:
    made = House(database.journal(), rules, database)
    made.look()
    return made


def test_an_alert_and_how_far_the_log_was_followed_are_stored_together(house: House) -> None:
    house.write(Event.ACCESS_DENIED, **OWN)
    (alert,) = house.look().alerts
    assert (alert.rule, alert.actor, alert.entries) == ("self_approval", "ann", (1,))
    assert house.look().alerts == ()
    assert house.alerts() == [("self_approval", 1)]


def test_the_log_says_that_an_alert_was_raised(house: House) -> None:
    house.write(Event.ACCESS_DENIED, **OWN)
    house.look()
    with house.journal.reader.snapshot() as log:
        said = [body for _, body in log.entries(0)]
    assert b'"event":"alert.raised"' in said[-1]
    assert b'"rule":"self_approval"' in said[-1]


def test_the_same_again_extends_the_alert_and_much_later_begins_another(house: House) -> None:
    for minutes in (0, 30, 80, 300):
        house.now = NOON + MINUTE * minutes
        house.write(Event.ACCESS_DENIED, **OWN)
        house.look()
    found = sorted(hits for rule, hits in house.alerts() if rule == "self_approval")
    assert found == [1, 3]


def test_a_closed_alert_is_not_extended(house: House) -> None:
    house.write(Event.ACCESS_DENIED, **OWN)
    (alert,) = house.look().alerts
    house.do(lambda tx: tx.alerts.put(closed(alert, StaffId("sue"), Reason.FALSE, house.now)))
    house.now += MINUTE
    house.write(Event.ACCESS_DENIED, **OWN)
    house.look()
    states = {each.state for each in house.do(lambda tx: tx.alerts.latest(50))}
    assert states == {State.OPEN, State.CLOSED}


def test_one_process_follows_and_another_goes_on_where_it_stopped(house: House) -> None:
    house.write(Event.ACCESS_DENIED, **OWN)
    assert not house.look("two").leads
    house.now += MINUTE
    found = house.look("two")
    assert found.leads
    assert [each.rule for each in found.alerts] == ["self_approval"]
    assert not house.look("one").leads
    assert house.alerts() == [("self_approval", 1)]


def test_what_happened_before_a_stop_still_counts(house: House) -> None:
    for number in range(6):
        house.write(Event.CONVERSATION_READ, f"s{number}", by="ann", purpose="review")
    assert house.look("one").alerts == ()
    house.now += MINUTE * 2
    for number in range(6, 10):
        house.write(Event.CONVERSATION_READ, f"s{number}", by="ann", purpose="review")
    rules = {each.rule for each in house.look("two").alerts}
    assert "bulk_read" in rules


def test_a_look_that_could_not_be_stored_is_made_again(house: House, monkeypatch) -> None:
    house.write(Event.ACCESS_DENIED, **OWN)

    async def down(*_: object) -> None:
        message = "down"
        raise DatabaseUnavailable(message)

    with monkeypatch.context() as broken:
        broken.setattr(SqlJournal, "write", down)
        with pytest.raises(DatabaseUnavailable):
            house.look()
    assert [each.rule for each in house.look().alerts] == ["self_approval"]


def test_a_honey_record_that_is_read_is_seen(house: House) -> None:
    house.write(Event.CONVERSATION_READ, MARKS.reference("person"), by="ann", purpose="review")
    assert "honey_touched" in {each.rule for each in house.look().alerts}


def test_a_log_that_is_another_one_is_an_alert(house: House) -> None:
    house.write(Event.BACKUP_MADE)
    house.look()
    stored = house.do(lambda tx: tx.followers.get(RULES))
    house.do(lambda tx: tx.followers.put(RULES, replace(stored, leaf=b"x" * 32)))
    house.followers.clear()
    house.now += MINUTE
    assert [each.rule for each in house.look("two").alerts] == ["log_rewound"]


def test_a_log_that_is_shorter_is_an_alert(house: House) -> None:
    stored = house.do(lambda tx: tx.followers.get(RULES))
    house.do(lambda tx: tx.followers.put(RULES, replace(stored, position=900, leaf=b"x" * 32)))
    house.followers.clear()
    house.now += MINUTE
    assert [each.rule for each in house.look("two").alerts] == ["log_rewound"]
    assert house.look("two").alerts == ()


DAMAGES = {
    "unreadable": "UPDATE entry SET body = :body WHERE position = 1",
    "missing": "DELETE FROM entry WHERE position = 1",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_an_alert_and_what_comes_after_it_is_judged(house: House, damage: str) -> None:
    for _ in range(2):
        house.write(Event.BACKUP_MADE)
    house.damage(damage.replace(":body", "X'7b'" if house.database.kind == "sqlite" else "'{'"))
    house.write(Event.ACCESS_DENIED, **OWN)
    (first, second) = sorted(house.look().alerts, key=lambda alert: alert.rule)
    assert (first.rule, first.entries) == ("log_damaged", (1,))
    assert (second.rule, second.count) == ("self_approval", 1)
    assert house.look().alerts == ()


def test_who_follows_next_is_not_held_up_by_damage_of_the_past(house: House) -> None:
    for _ in range(2):
        house.write(Event.BACKUP_MADE)
    house.damage("DELETE FROM entry WHERE position = 1")
    house.look()
    house.now += MINUTE * 2
    house.write(Event.ACCESS_DENIED, **OWN)
    assert [each.rule for each in house.look("two").alerts] == ["self_approval"]


def test_what_came_after_an_entry_that_was_altered_is_judged(house: House) -> None:
    house.write(Event.BACKUP_MADE)
    house.look()
    stored = house.do(lambda tx: tx.followers.get(RULES))
    house.do(lambda tx: tx.followers.put(RULES, replace(stored, leaf=b"x" * 32)))
    house.followers.clear()
    house.write(Event.ACCESS_DENIED, **OWN)
    house.now += MINUTE
    assert {each.rule for each in house.look("two").alerts} == {"log_rewound", "self_approval"}


def test_an_hour_of_the_log_says_that_somebody_watches(house: House) -> None:
    for _ in range(3):
        house.now += timedelta(minutes=40)
        house.look()
    with house.journal.reader.snapshot() as log:
        beats = [body for _, body in log.entries(0) if b'"watch.looked"' in body]
    assert len(beats) == 2


def test_alerts_are_stored_whole(house: House) -> None:
    rule = house.rules[0]
    hit = Hit(rule.name, "ann", (1, 2), 1.5, 2.5, 3, (("code", "x"), ("count", 3)))
    alert = raised("a", rule, hit)
    house.do(lambda tx: tx.alerts.put(alert))
    assert house.do(lambda tx: tx.alerts.get("a")) == alert
    done = closed(alert, StaffId("sue"), Reason.MENDED, house.now)
    house.do(lambda tx: tx.alerts.put(done))
    assert house.do(lambda tx: tx.alerts.latest(9)) == (done,)
    assert house.do(lambda tx: tx.alerts.get("b")) is None


def test_what_was_learned_is_there_again_and_is_forgotten_in_time(house: House) -> None:
    hour = int(NOON.timestamp()) // 3600
    samples = [Sample("role:reviewer", "ann", hour, 4), Sample("role:reviewer", "bob", hour, 2)]
    known = [("purpose", "ann", "review")]
    for _ in range(2):
        house.do(lambda tx: tx.followers.learn(known, samples, NOON))
    with house.journal.reader.snapshot() as snapshot:
        found = past(snapshot.connection, NOON - MINUTE)
    assert sorted(found.volumes["role:reviewer"]) == [2, 4]
    assert found.known == {("purpose", "ann", "review"): NOON.timestamp()}
    assert house.do(lambda tx: tx.followers.forget(NOON + timedelta(hours=2))) == 3
