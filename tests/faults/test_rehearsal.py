"""The nightly rehearsal holds on a sound store, and says so when a store is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import orjson
import pytest

from privity.audit.stored import read_entry
from privity.errors import KeyStoreUnavailable, PrivityError
from privity.governance.completing import Doing
from privity.governance.desk import Desk
from privity.governance.duties import Duties, Duty
from privity.governance.readback import erase_everywhere
from privity.governance.rehearsal import (
    COUNT,
    EVERY,
    Part,
    Rehearsed,
    Stage,
    is_due,
    plant,
    rehearse,
)
from privity.model.words import Purpose, Region, SubjectRef
from privity.policy.evidence import Broken as BrokenPromise
from privity.policy.evidence import Held, Result
from privity.policy.load import load
from privity.policy.starter import starter
from privity.rights.letters import PostOffice
from privity.vault.keep import Vault
from tests.conftest import Database
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAGE = Stage(SubjectRef("f" * 32), Region.EU, Purpose.ASSIST)


class Night:
    """A store with a made-up person, and what may go wrong with it."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.journal = database.journal()
        self.vault = Vault(MemoryCustodian())
        ids = count(1)
        new_id = lambda: f"{next(ids):032x}"  # noqa: E731
        office = PostOffice(self.vault, "p", new_id)
        self.desk = Desk(self.vault, office, "p", "https://example.org", new_id, new_id)
        policy = load(starter(), "starter.toml")
        clock = lambda: self.now  # noqa: E731
        erase = lambda request: erase_everywhere(  # noqa: E731
            self.vault, request.asked.subject, clock, "p"
        )
        self.doing = Doing(policy, Purpose.ASSIST, erase, clock)

    def do(self, work, broken=lambda _: None):
        with self.journal.transaction() as tx:
            broken(tx)
            return work(tx)

    def rehearse(self, broken=lambda _: None) -> Rehearsed:
        steps = rehearse(self.desk, STAGE, self.doing)
        try:
            step = next(steps)
            while True:
                try:
                    done = self.do(step, broken)
                except PrivityError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(done)
        except StopIteration as end:
            return end.value

    def said(self) -> dict:
        with self.journal.reader.snapshot() as snapshot:
            entries = [orjson.loads(body) for _, body in snapshot.entries(0)]
        return next(e for e in reversed(entries) if e["event"] == "rehearsal.ended")["facts"]

    def proven(self) -> Result:
        """What the evidence says of the latest rehearsal."""
        duties = Duties()
        with self.journal.reader.snapshot() as snapshot:
            duties.see(read_entry(body) for _, body in snapshot.entries(0))
        return dict(duties.results(self.now))[Duty.REHEARSE]


@pytest.fixture
def night(database: Database) -> Night:
    made = Night(database)
    made.do(lambda tx: plant(tx, made.desk, STAGE, NOON))
    return made


def test_on_a_sound_store_it_holds_night_after_night(night: Night) -> None:
    for _ in range(3):
        night.now += EVERY
        assert night.do(lambda tx: is_due(tx, STAGE, night.now))
        assert night.rehearse() == Rehearsed(Part.WHOLE, "ok", 2)
        assert night.said() == {"part": "whole", "code": "ok", "requests": 2}
        assert night.proven() == Held(1)
        assert not night.do(lambda tx: is_due(tx, STAGE, night.now))
        assert len(night.do(lambda tx: tx.records.of(STAGE.subject))) == COUNT


def test_it_is_due_once_a_day_and_not_while_another_process_is_at_it(night: Night) -> None:
    def due() -> bool:
        return night.do(lambda tx: is_due(tx, STAGE, night.now))

    assert not due()
    night.now += EVERY
    assert due()
    steps = rehearse(night.desk, STAGE, night.doing)
    step = next(steps)
    for _ in range(2):
        step = steps.send(night.do(step))
    assert not due()
    night.now += timedelta(hours=2)  # it broke off there
    assert due()
    assert night.rehearse().held


class Broken:
    """A part of a transaction of which one method does something else."""

    def __init__(self, whole: object, **changed: object) -> None:
        self._whole = whole
        self._changed = changed

    def __getattr__(self, name: str) -> object:
        return self._changed.get(name) or getattr(self._whole, name)


def keeps_keys(tx) -> None:
    tx.keys = Broken(tx.keys, destroy=lambda _: 3)


def keeps_records(tx) -> None:
    tx.records = Broken(tx.records, remove=lambda *_: 0)


def loses_records(tx) -> None:
    tx.records = Broken(tx.records, of=lambda _: ())


def mixes_records_up(tx) -> None:
    of = tx.records.of

    def mixed(subject):
        found = of(subject)
        return tuple(replace(r, body=found[0].body) for r in found)

    tx.records = Broken(tx.records, of=mixed)


def forgets_requests(tx) -> None:
    tx.requests = Broken(tx.requests, find=lambda _: None)


def counts_nothing(tx) -> None:
    tx.everywhere = Broken(tx.everywhere, count=lambda _: {})


@pytest.mark.parametrize(
    ("broken", "part"),
    [
        (keeps_keys, Part.ERASURE),
        (keeps_records, Part.ERASURE),
        (loses_records, Part.PLANTED),
        (mixes_records_up, Part.PLANTED),
        (forgets_requests, Part.ACCESS),
        (counts_nothing, Part.ERASURE),
    ],
)
def test_a_broken_store_is_reported(night: Night, broken, part: Part) -> None:
    night.now += EVERY
    result = night.rehearse(broken)
    assert not result.held
    assert result.part is part
    assert night.said() == {
        "part": part.value,
        "code": result.code,
        "requests": result.requests,
    }
    assert night.proven() == BrokenPromise(1)


def test_a_custodian_out_of_reach_is_reported_as_that(night: Night) -> None:
    night.now += EVERY
    steps = rehearse(night.desk, STAGE, night.doing)
    next(steps)
    end = steps.throw(KeyStoreUnavailable("away"))
    night.do(end)
    assert night.said()["code"] == "key_store_unavailable"


def test_after_a_failure_the_next_night_can_hold(night: Night) -> None:
    night.now += EVERY
    assert not night.rehearse(loses_records).held
    night.now += EVERY
    assert night.rehearse().held
