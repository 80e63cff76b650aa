"""Stateful: whatever people, clocks, restarts and retries do, what is held is what should be."""

import contextlib
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from privity.adapters.sql.create import create
from privity.adapters.sql.journal import SqlJournal
from privity.audit.signing import Signer
from privity.audit.verify import verify
from privity.errors import Tampered
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.erase import erase, remove
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place, Sealed
from privity.vault.retain import sweep
from tests.fakes import MemoryCustodian, MemoryJournal

WHO = st.sampled_from(["ann", "bob"]).map(SubjectRef)
WHERE = st.sampled_from([Region.EU, Region.US])
WHY = st.sampled_from([Purpose.ASSIST, Purpose.REVIEW])
DAY = timedelta(days=1)


class Life(RuleBasedStateMachine):
    """People speak, are forgotten, and time passes; the journal is the one that `make` gives."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.vault = Vault(MemoryCustodian(), max_keys=2)
        self.journal = self.make()
        self.due: dict[str, tuple[SubjectRef, datetime]] = {}
        self.gone: list[Sealed] = []
        self.said = 0

    def make(self) -> SqlJournal | MemoryJournal:
        return MemoryJournal()

    @rule(who=WHO, where=WHERE, why=WHY, days=st.integers(0, 5))
    def speak(self, who: SubjectRef, where: Region, why: Purpose, days: int) -> None:
        self.said += 1
        place = Place(where, why, who, str(self.said), "transcript")
        life = Lifetime(self.now, days * DAY)
        with self.journal.transaction() as tx:
            self.vault.seal(tx, place, ConversationRef("c"), place.record.encode(), life)
        self.due[place.record] = (who, life.ends)

    @rule(who=WHO)
    def fail_to_speak(self, who: SubjectRef) -> None:
        place = Place(Region.EU, Purpose.ASSIST, who, "never", "transcript")
        with contextlib.suppress(KeyError), self.journal.transaction() as tx:
            self.vault.seal(tx, place, ConversationRef("c"), b"", Lifetime(self.now, DAY))
            raise KeyError

    @rule(who=WHO)
    def ask_to_be_forgotten(self, who: SubjectRef) -> None:
        with self.journal.transaction() as tx:
            self.gone += tx.records.of(who)
            erased = erase(tx, self.vault, who, self.now, "p")
        with self.journal.transaction() as tx:
            removed = remove(tx, erased.entry, self.now, "p")
        assert removed.records == sum(held == who for held, _ in self.due.values())
        self.due = {k: v for k, v in self.due.items() if v[0] != who}

    @rule(days=st.integers(0, 3))
    def time_passes_and_the_sweep_runs(self, days: int) -> None:
        self.now += days * DAY
        with self.journal.transaction() as tx:
            swept = sweep(tx, self.now, "p")
        kept = {k: v for k, v in self.due.items() if v[1] > self.now}
        assert (swept.records, swept.overdue) == (len(self.due) - len(kept), 0)
        self.due = kept

    @rule()
    def restart(self) -> None:
        self.vault = Vault(MemoryCustodian())

    @invariant()
    def what_is_held_is_what_should_be_and_opens(self) -> None:
        with self.journal.transaction() as tx:
            held = [each for who in ("ann", "bob") for each in tx.records.of(SubjectRef(who))]
            assert {each.place.record for each in held} == set(self.due)
            for each in held:
                assert self.vault.open(tx, each, self.now) == each.place.record.encode()

    @invariant()
    def what_was_erased_opens_nowhere(self) -> None:
        with self.journal.transaction() as tx:
            for each in self.gone:
                with pytest.raises(Tampered):
                    self.vault.open(tx, each, self.now)


class StoredLife(Life):
    """The same life on SQLite."""

    template: ClassVar[Path | None] = None
    signer: ClassVar[Signer] = Signer("log", bytes(32))

    def make(self) -> SqlJournal:
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "privity.db"
        if StoredLife.template is None:
            create(f"sqlite:///{path}", "log", self.signer)
            StoredLife.template = Path(tempfile.mkdtemp()) / "privity.db"
            shutil.copy(path, StoredLife.template)
        else:
            shutil.copy(StoredLife.template, path)
        return SqlJournal(f"sqlite:///{path}", self.signer, 8)

    def teardown(self) -> None:
        with self.journal.reader.snapshot() as snapshot:
            assert verify(snapshot, self.signer.verifier).problems == ()
        shutil.rmtree(self.folder)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestStoredLife = StoredLife.TestCase
TestStoredLife.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
