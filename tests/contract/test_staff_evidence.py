"""Evidence for staff over the stores of two regions, as the console reads it."""

import asyncio
import io
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import pytest

from privity.adapters import packing
from privity.adapters.packing import FOLDER
from privity.adapters.staff_evidence import sources_of
from privity.audit import tlog_proof
from privity.audit.entry import Event
from privity.audit.search import Search
from privity.audit.signing import read_vkey
from privity.errors import BadInput, LogCorrupt
from privity.model.words import Region
from tests.two_regions import make


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory):
    return sources_of(make(Path(tmp_path_factory.mktemp("two")) / "home").there)


def test_each_region_has_a_log_of_its_own(sources) -> None:
    own, further = sources.logs.known()
    assert (own.name, further.name) == ("", "us")
    assert own.vkey != further.vkey
    assert own.origin != further.origin


def test_entries_are_found_and_proven_in_the_log_that_was_named(sources) -> None:
    for log in sources.logs.known():
        found = asyncio.run(sources.logs.find(log.name, Search(Event.POLICY_ADOPTED), None, 5))
        shown = asyncio.run(sources.logs.show(log.name, found.lines[-1].index))
        proven = tlog_proof.check(shown.proof, read_vkey(log.vkey))
        assert (proven.index, proven.entry) == (shown.index, shown.body)


def test_a_log_and_an_entry_that_are_not_there_are_not_found(sources) -> None:
    for work in (
        lambda: sources.logs.find("eu", Search(), None, 5),
        lambda: sources.logs.show("../us", 0),
        lambda: sources.logs.bundle("mars"),
    ):
        with pytest.raises(BadInput):
            asyncio.run(work())
    for index in (-1, 10**6):
        assert asyncio.run(sources.logs.show("", index)) is None


def test_an_archive_is_the_same_for_the_same_log_and_says_how_long_it_is(sources) -> None:
    made = [asyncio.run(sources.logs.bundle("us")) for _ in range(2)]
    one, two = (b"".join(each.parts) for each in made)
    assert one == two
    assert made[0].length == len(one)
    names = set(zipfile.ZipFile(io.BytesIO(one)).namelist())
    assert {f"{FOLDER}/{name}" for name in ("checkpoint", "log.vkey", "verify.sh")} <= names


def test_an_archive_needs_no_room_on_a_disk(
    sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert b"".join(asyncio.run(sources.logs.bundle("")).parts)


def test_a_log_may_grow_while_its_archive_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "PART", 1)
    two = make(tmp_path / "home")
    made = asyncio.run(sources_of(two.there).logs.bundle(""))
    whole = next(made.parts)
    two.settle("ann", Region.US)
    whole += b"".join(made.parts)
    assert len(whole) == made.length
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None


def test_no_archive_is_begun_of_a_log_that_was_changed(tmp_path: Path) -> None:
    two = make(tmp_path / "home")
    with sqlite3.connect(tmp_path / "home" / "privity.db") as database:
        database.execute("DROP TRIGGER entry_no_update")
        database.execute("UPDATE entry SET body = x'7b7d' WHERE position = 0")
    with pytest.raises(LogCorrupt):
        asyncio.run(sources_of(two.there).logs.bundle(""))


def test_how_the_policy_came_into_force_is_read_from_the_log(sources) -> None:
    adopted = asyncio.run(sources.policies.adopted())
    held = sources.policies.versions()[-1].policy
    assert adopted[held.digest].review == ""
