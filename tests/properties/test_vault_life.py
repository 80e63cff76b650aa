"""Stateful: people speak, time passes, records are held, people erased, backups made and put back.

Whatever happens in whatever order, what is listed is exactly what should be, all of it opens, and
the log is whole and goes on where it was.
"""

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from privity.audit.checkpoint import Checkpoint, open_checkpoint
from privity.audit.verify import verify
from privity.vault.hold import add, release
from privity.vault.ports import Hold
from privity.vault.retain import believe, sweep
from tests.homes import DAY, NOON, Living, make

PEOPLE = st.sampled_from(["ann", "bob"])


@dataclass(frozen=True)
class Spoken:
    """A record as it should be: whose, and until when."""

    who: str
    end: datetime


@dataclass
class Should:
    """What should be listed, and which holds are on what."""

    records: dict[str, Spoken] = field(default_factory=dict)
    holds: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "Should":
        return Should(dict(self.records), dict(self.holds))

    def erase(self, who: str, now: datetime) -> None:
        held = set(self.holds.values())
        for name, record in list(self.records.items()):
            if record.who == who and name in held:
                self.records[name] = replace(record, end=min(record.end, now))
            elif record.who == who:
                del self.records[name]

    def hold(self, name: str, record: str) -> None:
        if record in self.records:
            self.holds[name] = record

    def release(self, name: str) -> None:
        self.holds.pop(name, None)

    def sweep(self, now: datetime) -> None:
        held = set(self.holds.values())
        for name, record in list(self.records.items()):
            if record.end <= now and name not in held:
                del self.records[name]


@dataclass
class Backup:
    """A backup, what was in it, and what happened since."""

    file: Path
    held: Should
    since: list[tuple[str, str, str]] = field(default_factory=list)


class Life(RuleBasedStateMachine):
    """A home with a life of its own."""

    template: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        if Life.template is None:
            Life.template = Path(tempfile.mkdtemp()) / "home"
            make(Life.template)
        shutil.copytree(Life.template, self.folder / "home")
        self.living = Living(self.folder / "home")
        self.should = Should()
        self.backups: list[Backup] = []
        self.kept: list[Checkpoint] = []
        self.now = NOON
        self.numbers = count()
        for who in ("ann", "bob"):
            for days in (2, 5):
                self.speak(who, days)
        self.put_a_hold_on("1")
        self.back_up()

    @rule(who=PEOPLE, days=st.integers(1, 6))
    def speak(self, who: str, days: int) -> None:
        name = str(next(self.numbers))
        self.living.speak(who, name, self.now + days * DAY)
        self.should.records[name] = Spoken(who, self.now + days * DAY)

    @rule(who=PEOPLE)
    def erase(self, who: str) -> None:
        self.living.erase(who, self.now)
        self.should.erase(who, self.now)
        self.happened("erase", who, self.now.isoformat())

    @rule()
    def remove_what_nobody_can_read(self) -> None:
        self.living.remove(self.now)

    @rule(days=st.integers(0, 3), back=st.sampled_from([0, 0, 5, 1000]))
    def time_passes_and_the_sweep_runs(self, days: int, back: int) -> None:
        """The clock may go back then; what was due stays due."""
        self.now += days * DAY
        assert self.living.sweep(self.now).overdue == 0
        assert self.living.sweep(self.now - back * DAY).overdue == 0
        self.should.sweep(self.now)

    @precondition(lambda self: self.should.records)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        self.put_a_hold_on(data.draw(st.sampled_from(sorted(self.should.records))))

    def put_a_hold_on(self, record: str) -> None:
        name = f"h{next(self.numbers)}"
        with self.living.opened.journal.transaction() as tx:
            ends = self.now + timedelta(days=9999)
            add(tx, Hold(name, record, "case", "eve", "li", self.now, ends), "p")
        self.should.hold(name, record)
        self.happened("hold", name, record)

    @precondition(lambda self: self.should.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.should.holds)))
        with self.living.opened.journal.transaction() as tx:
            release(tx, name, self.now, "p")
        self.should.release(name)
        self.should.sweep(self.now)
        self.happened("release", name, "")

    @rule()
    def back_up(self) -> None:
        file = self.folder / f"backup{next(self.numbers)}"
        self.living.backup(file, self.now)
        self.backups.append(Backup(file, self.should.copy()))

    @precondition(lambda self: self.backups)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        backup = data.draw(st.sampled_from(self.backups))
        number = next(self.numbers)
        since = self.living.export(self.folder / f"log{number}")
        new = self.folder / f"home{number}"
        verifier = self.living.opened.signer.verifier
        self.kept.append(open_checkpoint(verifier, (since / "checkpoint").read_text()))
        done = self.living.restore(backup.file, new, since, now=self.now)
        self.living = Living(new)
        if done.doubtful:
            with self.living.opened.journal.transaction() as tx:
                believe(tx, self.now, "p")
                sweep(tx, self.now, "p")
        self.should = self.expected_of(backup)

    def expected_of(self, backup: Backup) -> Should:
        should = backup.held.copy()
        for what, about, more in backup.since:
            if what == "erase":
                should.erase(about, datetime.fromisoformat(more))
            elif what == "hold":
                should.hold(about, more)
            elif what == "release":
                should.release(about)
        should.sweep(self.now)
        return should

    def happened(self, what: str, about: str, more: str) -> None:
        for backup in self.backups:
            backup.since.append((what, about, more))

    @invariant()
    def what_is_listed_is_what_should_be(self) -> None:
        listed = self.living.held("ann", "bob")
        assert listed == {name: name.encode() for name in self.should.records}

    def teardown(self) -> None:
        opened = self.living.opened
        with opened.journal.reader.snapshot() as snapshot:
            assert verify(snapshot, opened.signer.verifier, self.kept).problems == ()
        shutil.rmtree(self.folder)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=12, stateful_step_count=14, deadline=None)
