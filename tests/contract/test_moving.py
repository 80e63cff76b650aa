"""Moving people between two real databases of each kind."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from privity.adapters.sql.belongings import CARRIED, STAYING
from privity.adapters.sql.schema import tables
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.errors import BadInput, PersonMoved
from privity.model.words import Region, SubjectRef
from privity.rights.choices import Choices
from privity.vault import certificate
from privity.vault.discard import discard
from privity.vault.hold import add
from privity.vault.ports import Hold
from privity.vault.residence import Belongings
from privity.vault.retain import sweep
from tests.homes import DAY, NOON
from tests.two_regions import LOCAL, US, TwoRegions, make

ANN = SubjectRef("ann")


BOTH = pytest.mark.parametrize("living", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of two regions on SQLite, to copy."""
    return spoken(make(tmp_path_factory.mktemp("template") / "home")).home


@pytest.fixture
def living(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> TwoRegions:
    """A home of two regions, each in a database of its own."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copytree(template, tmp_path / "home")
        return TwoRegions(tmp_path / "home")
    urls = [_empty(request.getfixturevalue("postgres")) for _ in range(2)]
    return spoken(make(tmp_path / "home", *urls))


def spoken(living: TwoRegions) -> TwoRegions:
    """Let Ann live in the home's own region, Bob in the other, and both speak."""
    living.settle("ann", LOCAL)
    living.settle("bob", US)
    for who, record, region in (("ann", "1", LOCAL), ("ann", "2", LOCAL), ("bob", "3", US)):
        living.speak(who, record, region)
    return living


def _empty(url: str) -> str:
    """Make an empty database and return it as settings name it."""
    name = f"region_{abs(hash(object()))}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    named = make_url(url).set(database=name, drivername="postgresql")
    return named.render_as_string(hide_password=False)


def said(living: TwoRegions, region: Region, who: str = "ann") -> list[Event]:
    """What the log of a region says of a person's moves."""
    with living.there.stores[region].journal.reader.snapshot() as log:
        entries = [read_entry(body) for _, body in log.entries(0)]
    about = (Event.SUBJECT_ERASED, Event.SUBJECT_REMOVED)
    return [
        e.event
        for e in entries
        if e.subject == who and (e.event in about or e.event.startswith("person."))
    ]


@BOTH
def test_a_person_moves_with_everything_and_others_stay(living: TwoRegions) -> None:
    assert living.move("ann", US).before is LOCAL
    assert living.lives("ann") is US
    assert living.held(US, "ann") == {"1": b"1", "2": b"2"}
    assert living.held(LOCAL, "ann", "bob") == {}
    assert living.held(US, "bob") == {"3": b"3"}


@BOTH
def test_both_logs_say_so_and_the_old_region_certifies_the_erasure(living: TwoRegions) -> None:
    moved = living.move("ann", US)
    assert said(living, US) == [Event.PERSON_ARRIVED]
    assert said(living, LOCAL) == [
        Event.PERSON_SETTLED,
        Event.PERSON_LEAVING,
        Event.PERSON_MOVED,
        Event.PERSON_LEFT,
        Event.SUBJECT_ERASED,
        Event.SUBJECT_REMOVED,
    ]
    store = living.there.stores[LOCAL]
    with store.journal.reader.snapshot() as log:
        note = log.head().note
        signed = (open_checkpoint(store.signer.verifier, note), note)
        proven = certificate.issue(log, moved.entry, signed)
    assert certificate.check(proven, store.signer.verifier).records == 2


@BOTH
def test_deadlines_go_along(living: TwoRegions) -> None:
    living.speak("ann", "short", LOCAL, NOON + DAY)
    living.move("ann", US)
    living.now = NOON + 2 * DAY
    with living.there.stores[US].journal.transaction() as tx:
        sweep(tx, living.now, "p")
    assert set(living.held(US, "ann")) == {"1", "2"}


def test_what_is_due_does_not_move(living: TwoRegions) -> None:
    living.speak("ann", "short", LOCAL, NOON + DAY)
    living.now = NOON + 2 * DAY
    living.move("ann", US)
    assert set(living.held(US, "ann")) == {"1", "2"}


def held(living: TwoRegions, record: str = "1") -> None:
    ends = NOON + timedelta(days=999)
    with living.there.stores[LOCAL].journal.transaction() as tx:
        add(tx, Hold("h", record, "case", "eve", "li", NOON, ends), "p")


@BOTH
def test_a_person_with_a_legal_hold_stays_unless_it_moves_along(living: TwoRegions) -> None:
    held(living)
    with pytest.raises(BadInput, match="--with-holds"):
        living.move("ann", US)
    assert living.lives("ann") is LOCAL
    assert living.finish() == 0
    living.move("ann", US, with_holds=True)
    with living.there.stores[US].journal.transaction() as tx:
        assert [hold.record for hold in tx.holds.all()] == ["1"]
        assert [record.place.record for record in tx.holds.records_of(ANN)] == ["1"]
    with living.there.stores[LOCAL].journal.transaction() as tx:
        assert tx.holds.all() == ()
    assert living.held(US, "ann") == {"1": b"1", "2": b"2"}


def test_a_hold_outlives_the_deadline_in_the_new_region(living: TwoRegions) -> None:
    held(living)
    living.move("ann", US, with_holds=True)
    living.now = NOON + 31 * DAY
    with living.there.stores[US].journal.transaction() as tx:
        tx.clock.advance(living.now)
        sweep(tx, living.now, "p")
    assert set(living.held(US, "ann")) == {"1"}


def test_single_records_of_who_is_on_the_way_stay_as_they_are(living: TwoRegions) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("privity.adapters.moving.leave", _stop)
        with pytest.raises(InterruptedError):
            living.move("ann", US)
    with living.there.stores[LOCAL].journal.transaction() as tx, pytest.raises(PersonMoved):
        discard(tx, ANN, ["1"], NOON, "p")
    with pytest.raises(PersonMoved):
        held(living, "2")
    assert living.finish() == 1
    assert living.held(US, "ann") == {"1": b"1", "2": b"2"}


def _stop(*_: object) -> None:
    raise InterruptedError


@pytest.mark.parametrize(
    ("who", "to", "why"),
    [
        ("nobody", US, "nothing is known"),
        ("ann", LOCAL, "lives in local already"),
        ("ann", Region.EU, "keeps nobody of eu"),
    ],
)
def test_a_move_that_leads_nowhere_is_refused(
    living: TwoRegions, who: str, to: Region, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        living.move(who, to)


def test_a_person_without_records_moves(living: TwoRegions) -> None:
    living.settle("cid", LOCAL)
    living.move("cid", US)
    assert living.lives("cid") is US
    living.speak("cid", "9", US)
    assert living.held(US, "cid") == {"9": b"9"}


@BOTH
def test_an_erasure_finds_the_region(living: TwoRegions) -> None:
    living.move("ann", US)
    (done,) = living.erase("ann")
    assert done.store.settings.region is US
    assert living.held(US, "ann") == {}
    assert living.lives("ann") is None
    assert {Event.SUBJECT_ERASED, Event.SUBJECT_REMOVED} <= set(said(living, US))
    assert living.settle("ann", LOCAL) is LOCAL
    living.speak("ann", "7", LOCAL)
    assert living.held(LOCAL, "ann") == {"7": b"7"}


@BOTH
def test_what_a_person_chose_and_asked_goes_along(living: TwoRegions) -> None:
    with living.there.stores[LOCAL].journal.transaction() as tx:
        tx.belongings.put(ANN, BELONGINGS, LOCAL)
        before = tx.belongings.of(ANN)
    assert {name for name, _ in before} == {"choices", "age", "person_state"}
    living.move("ann", US)
    with living.there.stores[LOCAL].journal.transaction() as tx:
        assert tx.belongings.of(ANN) == ()
    with living.there.stores[US].journal.transaction() as tx:
        after = tx.belongings.of(ANN)
        assert [row for row in after if row[0] != "person_state"] == [
            row for row in before if row[0] != "person_state"
        ]
        assert dict(after)["person_state"] > dict(before)["person_state"]


BELONGINGS: Belongings = (
    ("choices", (("subject", "ann"), ("body", b"x"))),
    ("age", (("subject", "ann"), ("source", "app"), ("band", "adult"), ("until", None))),
)


def test_what_was_changed_in_the_new_region_meanwhile_is_not_undone(living: TwoRegions) -> None:
    """The move is interrupted after the directory has the new region, and finished later."""
    newer: Belongings = (("choices", (("subject", "ann"), ("body", b"newer"))),)
    with living.there.stores[LOCAL].journal.transaction() as tx:
        tx.belongings.put(ANN, BELONGINGS, LOCAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("privity.adapters.moving.leave", _stop)
        with pytest.raises(InterruptedError):
            living.move("ann", US)
    with living.there.stores[US].journal.transaction() as tx:
        tx.belongings.put(ANN, newer, US)
    assert living.finish() == 1
    with living.there.stores[US].journal.transaction() as tx:
        assert newer[0] in tx.belongings.of(ANN)


def test_who_left_decides_nothing_in_the_old_region_any_more(living: TwoRegions) -> None:
    living.move("ann", US)
    old, new = living.there.stores[LOCAL], living.there.stores[US]
    with old.journal.transaction() as tx, pytest.raises(PersonMoved):
        tx.people.changed(ANN)
    with new.journal.transaction() as tx:
        tx.people.changed(ANN)


REFUSED = Choices(version=1, signalled=NOON)
"""Their browser objected (Global Privacy Control)."""


def test_who_objected_to_something_is_found_there_after_an_erasure(living: TwoRegions) -> None:
    """An erasure is no agreement: what was refused stays refused, and where it is kept is known."""
    living.move("ann", US)
    with living.there.stores[US].journal.transaction() as tx:
        tx.choices.put(ANN, REFUSED)
    living.erase("ann")
    assert living.lives("ann") is US
    assert living.settle("ann", LOCAL) is US
    with living.there.stores[US].journal.transaction() as tx:
        assert tx.choices.of(ANN).signalled == NOON
    assert living.held(US, "ann") == {}


def test_every_table_that_names_people_is_thought_of() -> None:
    naming = {name for name, table in tables.tables.items() if "subject" in table.columns}
    carried = {table.name for table in CARRIED}
    assert carried | STAYING == naming
    assert not carried & STAYING
