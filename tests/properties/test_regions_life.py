"""Stateful: people of two regions speak, move, are held and erased, keys rotate, moves are cut off.

Whatever happens in whatever order: each person's records are in one region, the one that the
directory says, and are exactly those that should be; all of them open; every log is whole.
"""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from privity.adapters import moving
from privity.errors import BadInput
from privity.model.words import Region
from privity.vault.hold import add, release
from privity.vault.ports import Hold
from tests.homes import DAY
from tests.two_regions import LOCAL, US, TwoRegions, make

WHO = ("ann", "bob")
PEOPLE, REGIONS = st.sampled_from(WHO), st.sampled_from([LOCAL, US])
STEPS = st.sampled_from(["begin", "copy", "arrive", "switch", "leave", "remove_next"])


@dataclass
class Kept:
    """A record as it should be: whose, and until when."""

    who: str
    end: datetime


@dataclass
class Backup:
    """A backup of `us`, and which of the records in it should still be there."""

    file: Path
    alive: set[str]


class Interrupted(Exception):
    """Somebody pulled the plug."""


class Life(RuleBasedStateMachine):
    """A home of two regions with a life of its own."""

    template: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        if Life.template is None:
            Life.template = Path(tempfile.mkdtemp()) / "home"
            make(Life.template)
        shutil.copytree(Life.template, self.folder / "home")
        self.living = TwoRegions(self.folder / "home")
        self.lives: dict[str, Region] = {}
        self.leaving: dict[str, Region] = {}
        self.records: dict[str, Kept] = {}
        self.holds: dict[str, str] = {}
        self.backup: Backup | None = None
        self.numbers = count()
        for who in WHO:
            self.speak(who, 3, LOCAL)
            self.speak(who, 6, US)

    @property
    def now(self) -> datetime:
        return self.living.now

    @rule(who=PEOPLE, days=st.integers(1, 6), stated=REGIONS)
    def speak(self, who: str, days: int, stated: Region) -> None:
        """The region that is stated counts the first time only."""
        region = self.living.settle(who, stated)
        assert region is self.lives.setdefault(who, stated)
        name, end = f"{next(self.numbers):04}", self.now + days * DAY
        self.living.speak(who, name, region, end)
        self.records[name] = Kept(who, end)

    @rule(who=PEOPLE, to=REGIONS, with_holds=st.booleans())
    def move(self, who: str, to: Region, *, with_holds: bool) -> None:
        if self.refused(who, to, with_holds=with_holds):
            with pytest.raises(BadInput):
                self.living.move(who, to, with_holds=with_holds)
            return
        self.living.move(who, to, with_holds=with_holds)
        self.gone_from_us(who)
        self.lives[who] = to
        self.leaving.pop(who, None)
        self.forget_due(who)

    @rule(who=PEOPLE, to=REGIONS, step=STEPS)
    def move_until_the_plug_is_pulled(self, who: str, to: Region, step: str) -> None:
        if self.refused(who, to, with_holds=True):
            return

        def stop(*_: object) -> None:
            raise Interrupted

        self.backup = None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(moving, step, stop)
            with pytest.raises(Interrupted):
                self.living.move(who, to, with_holds=True)
        lives = self.living.lives(who)
        assert lives in (to, self.lives[who])
        self.lives[who] = lives if step != "begin" else self.lives[who]
        self.leaving = {d: self.leaving[d] for d in self.leaving if d != who}
        if self.unfinished():
            self.leaving |= self.unfinished()

    @rule()
    def back_up(self) -> None:
        if not self.unfinished():
            file = self.folder / f"backup{next(self.numbers)}"
            self.living.back_up(US, file)
            alive = {n for n, record in self.records.items() if self.lives[record.who] is US}
            self.backup = Backup(file, alive)

    @precondition(lambda self: self.backup)
    @rule()
    def put_back(self) -> None:
        """The store of `us` is lost; what came after the backup is lost, and nothing returns."""
        assert self.backup is not None
        since = self.living.export(US, self.folder / f"log{next(self.numbers)}")
        self.living.put_back(US, self.backup.file, since)
        for name, record in list(self.records.items()):
            if self.lives[record.who] is US and name not in self.backup.alive:
                del self.records[name]
        self.holds = {h: name for h, name in self.holds.items() if name in self.records}
        for who in WHO:
            if self.lives.get(who) is US:
                self.forget_due(who)

    def gone_from_us(self, who: str, but: frozenset[str] = frozenset()) -> None:
        if self.backup is not None:
            mine = {name for name, record in self.records.items() if record.who == who}
            self.backup.alive -= mine - but

    @rule()
    def moves_are_finished(self) -> None:
        for who, to in self.unfinished().items():
            self.lives[who] = to
            self.forget_due(who)
        self.living.finish()
        self.leaving = {}

    @rule(who=PEOPLE)
    def erase(self, who: str) -> None:
        held = set(self.holds.values())
        self.gone_from_us(who, frozenset(held))
        self.living.erase(who)
        for name, record in list(self.records.items()):
            if record.who == who and name in held:
                self.records[name] = Kept(who, min(record.end, self.now))
            elif record.who == who:
                del self.records[name]
        self.lives.pop(who, None)
        self.leaving.pop(who, None)
        if any(record.who == who for record in self.records.values()):
            self.lives[who] = self.where_held(who)

    @rule(days=st.integers(0, 3))
    def time_passes(self, days: int) -> None:
        self.living.now += days * DAY
        self.living.sweep()
        for who in WHO:
            self.forget_due(who)

    @rule(who=PEOPLE)
    def keys_rotate(self, who: str) -> None:
        self.living.rotate(who)

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        record = data.draw(st.sampled_from(sorted(self.records)))
        who = self.records[record].who
        name = f"h{next(self.numbers)}"
        asked = Hold(name, record, "case", "eve", "li", self.now, self.now + 999 * DAY)
        if who in self.unfinished():
            return
        with self.living.there.stores[self.lives[who]].journal.transaction() as tx:
            add(tx, asked, "p")
        self.holds[name] = record

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.holds)))
        who = self.records[self.holds[name]].who
        if who in self.unfinished():
            return
        with self.living.there.stores[self.lives[who]].journal.transaction() as tx:
            release(tx, name, self.now, "p")
        del self.holds[name]
        for each in WHO:
            self.forget_due(each)

    def refused(self, who: str, to: Region, *, with_holds: bool) -> bool:
        """Whether a move cannot be."""
        there = self.unfinished().get(who)
        held = any(self.records[name].who == who for name in self.holds.values())
        if there is not None:
            return there is not to or (held and not with_holds)
        return who not in self.lives or self.lives[who] is to or (held and not with_holds)

    def unfinished(self) -> dict[str, Region]:
        found = {}
        for store in self.living.there.stores.values():
            with store.journal.transaction() as tx:
                found |= {str(each.subject): each.to for each in tx.departures.unfinished()}
        return found

    def where_held(self, who: str) -> Region:
        (region,) = [each for each in (LOCAL, US) if self.living.held(each, who)]
        return region

    def forget_due(self, who: str) -> None:
        held = set(self.holds.values())
        for name, record in list(self.records.items()):
            if record.who == who and record.end <= self.now and name not in held:
                del self.records[name]

    @invariant()
    def what_is_kept_is_what_should_be_and_where(self) -> None:
        moving_now = self.unfinished()
        for who in WHO:
            here = {each: self.living.held(each, who) for each in (LOCAL, US)}
            should = {n: n.encode() for n, record in self.records.items() if record.who == who}
            found = here[LOCAL] | here[US]
            alive = {n: b for n, b in found.items() if n in should}
            assert alive == should
            assert all(n in should or who in moving_now for n in found)
            if who not in moving_now and who in self.lives:
                other = US if self.lives[who] is LOCAL else LOCAL
                assert here[other] == {}
                assert here[self.lives[who]] == should

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=6, stateful_step_count=12, deadline=None)
