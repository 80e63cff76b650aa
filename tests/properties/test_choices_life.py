"""Stateful: people speak, choose, take back, are shown notices and turn out to be young.

Two workers serve them, each with a memory of its own, over one database. Whatever happens in
whatever order, what is kept is exactly what the latest valid state demands.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from privity.access.app_keys import LOCAL
from privity.adapters.sql.journal import SqlJournal
from privity.gateway.identify import LOCAL_CALLER, subject_of
from privity.gateway.means import Decisions, charters
from privity.gateway.state import Effects
from privity.gateway.wire.endpoint import Provider
from privity.model.text import Raw
from privity.model.words import Language, Purpose
from privity.policy.load import load
from privity.policy.starter import starter
from privity.rights import ledger
from privity.rights.ages import AgeBand, Source, known_by_band
from privity.rights.choices import Choice, Method
from privity.rights.controls import Control, Setting, offer_of
from privity.rights.ledger import Person, Shown
from privity.rights.minors import tell
from privity.vault.retain import sweep
from tests.conftest import Database
from tests.gateway_in_memory import Gateway

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = load(
    starter()
    .replace('review  = "opt_in"', 'review = "opt_in"\ntrain = "opt_out"')
    .replace('"advertising", "train"', '"advertising"'),
    "policy.toml",
)
PEOPLE = st.sampled_from(["ann", "bob"])
WORKERS = st.integers(0, 1)
PERIODS = st.sampled_from([timedelta(0), DAY, 7 * DAY, 30 * DAY])
YOUNG = b'{"model": "m", "messages": [{"role": "user", "content": "I am 12 years old."}]}'
PLAIN = b'{"model": "m", "messages": [{"role": "user", "content": "Good morning."}]}'


@dataclass(frozen=True)
class Record:
    """A conversation as it should be kept."""

    made: datetime
    ends: datetime
    train: bool
    review: bool


@dataclass
class Should:
    """What holds for one person, told again in the plainest way."""

    limit: timedelta = 30 * DAY
    train: bool = True
    review: bool = False
    signalled: bool = False
    young: bool = False
    checked: bool = False
    records: list[Record] = field(default_factory=list)

    @property
    def minor(self) -> bool:
        return self.young and not self.checked

    def speaks(self, now: datetime) -> None:
        if not self.minor and self.limit:
            self.records.append(Record(now, now + self.limit, self.train, self.review))

    def keeps(self, limit: timedelta, now: datetime) -> None:
        self.limit = limit
        shorter = [replace(r, ends=min(r.ends, r.made + limit)) for r in self.records]
        self.records = [r for r in shorter if r.ends > now]

    def trains(self, word: bool) -> None:
        self.train = word
        if not word:
            self.records = [replace(r, train=False) for r in self.records]

    def reviews(self, word: bool) -> None:
        self.review = word
        if not word:
            self.records = [replace(r, review=False) for r in self.records]

    def signals(self) -> None:
        if not self.signalled:
            self.signalled = True
            self.trains(word=False)

    def is_young(self) -> None:
        self.young = True
        if self.minor:
            self.records = []


class Choosing(RuleBasedStateMachine):
    """`database` is set by the test."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.database.empty()
        self.now = NOON
        self.should = {"ann": Should(), "bob": Should()}
        self.workers = [Gateway(), Gateway()]
        self.journals: list[SqlJournal] = []
        secrets = self.workers[0].means.secrets
        for worker in self.workers:
            journal = self.database.journal()
            asyncio.run(journal.start())
            self.journals.append(journal)
            worker.with_means(
                journal=journal,
                policy=POLICY,
                charters=charters(POLICY, dict.fromkeys(Provider, "builtin"), 64),
                decisions=Decisions(POLICY),
                effects=Effects(POLICY, frozenset({POLICY.digest})),
                secrets=secrets,
                clock=lambda: self.now,
            )
        self.key = secrets.references

    def teardown(self) -> None:
        for journal in self.journals:
            asyncio.run(journal.close())

    def person(self, who: str) -> Person:
        subject = subject_of(LOCAL_CALLER, Raw(who), self.key)
        return Person(subject, LOCAL, Purpose.ASSIST)

    def ask(self, worker: int, who: str, body: bytes = PLAIN, **headers: bytes) -> None:
        self.now += timedelta(seconds=1)
        named = {"x-privity-person": who.encode(), **headers}
        sent = [(name.replace("_", "-").encode(), value) for name, value in named.items()]
        reply = self.workers[worker].ask(body, headers=sent)
        assert reply.status == 200

    def change(self, work: Any) -> None:
        self.now += timedelta(seconds=1)
        with self.journals[0].transaction() as tx:
            work(tx)

    def chooses(self, who: str, control: Control, value: Any) -> None:
        def choosing(tx: Any) -> None:
            offer = offer_of(POLICY, Purpose.ASSIST, Setting(control))
            choice = Choice(Setting(control), value, self.now, Method.PAGE, POLICY.digest)
            ledger.choose(tx, self.person(who), offer, choice)

        self.change(choosing)

    @rule(worker=WORKERS, who=PEOPLE)
    def speak(self, worker: int, who: str) -> None:
        self.ask(worker, who)
        self.should[who].speaks(self.now)

    @rule(worker=WORKERS, who=PEOPLE)
    def speak_with_signal(self, worker: int, who: str) -> None:
        self.ask(worker, who, sec_gpc=b"1")
        self.should[who].signals()
        self.should[who].speaks(self.now)

    @rule(worker=WORKERS, who=PEOPLE)
    def say_to_be_young(self, worker: int, who: str) -> None:
        self.ask(worker, who, YOUNG)
        self.should[who].is_young()
        self.should[who].speaks(self.now)

    @rule(worker=WORKERS, who=PEOPLE)
    def speak_as_a_minor(self, worker: int, who: str) -> None:
        self.ask(worker, who, x_privity_age_band=b"16-17")
        self.should[who].is_young()
        self.should[who].speaks(self.now)

    @rule(who=PEOPLE, limit=PERIODS)
    def choose_a_time(self, who: str, limit: timedelta) -> None:
        self.chooses(who, Control.KEEP, limit)
        self.should[who].keeps(limit, self.now)

    @rule(who=PEOPLE, word=st.booleans())
    def choose_training(self, who: str, word: bool) -> None:
        self.chooses(who, Control.TRAIN, word)
        self.should[who].trains(word)

    @rule(who=PEOPLE, word=st.booleans())
    def choose_samples(self, who: str, word: bool) -> None:
        self.chooses(who, Control.REVIEW, word)
        self.should[who].reviews(word)

    @rule(who=PEOPLE)
    def acknowledge(self, who: str) -> None:
        shown = Shown(POLICY.digest, Language.EN, self.now)
        self.change(lambda tx: ledger.acknowledge(tx, self.person(who), shown))

    @rule(who=PEOPLE)
    def prove_to_be_grown_up(self, who: str) -> None:
        adult = known_by_band(AgeBand.ADULT, Source.CHECKED, self.now)
        self.change(lambda tx: tell(tx, self.person(who).subject, adult, POLICY, self.now))
        self.should[who].checked = True

    @rule(days=st.integers(1, 6))
    def let_time_pass(self, days: int) -> None:
        self.now += days * DAY
        self.change(lambda tx: sweep(tx, self.now, POLICY.digest))
        for should in self.should.values():
            should.records = [r for r in should.records if r.ends > self.now]

    @invariant()
    def what_is_kept_is_what_should_be(self) -> None:
        with self.journals[0].transaction() as tx:
            for who, should in self.should.items():
                kept = [
                    Record(each.made_at, each.delete_at, each.train, each.review)
                    for each in tx.records.of(self.person(who).subject)
                ]
                in_time = sorted(kept, key=lambda each: each.made)
                assert in_time == should.records


def test_what_is_kept_is_what_the_latest_choices_demand(database: Database) -> None:
    database.altered = False
    machine = type("Machine", (Choosing,), {"database": database})
    quick = settings(max_examples=12, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine, settings=quick)
