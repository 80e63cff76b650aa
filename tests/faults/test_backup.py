"""A backup brings back what was kept, and nobody who was erased since."""

import json
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from privity.adapters.backup import FILES, TABLES, member
from privity.adapters.restore import Wanted, restore
from privity.adapters.sql.schema import REVISION
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.verify import verify
from privity.errors import (
    BadInput,
    HomeExists,
    LogCorrupt,
    PolicyWidened,
    RestoreUnfinished,
    SchemaOutdated,
    Tampered,
)
from privity.model.words import AppId
from tests.homes import DAY, NOON, PLANTED, Living, make


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which Ann and Bob spoke, and a backup of it."""
    folder = tmp_path_factory.mktemp("first")
    living = make(folder / "home")
    for who, record in (("ann", "1"), ("ann", "2"), ("bob", "3")):
        living.speak(who, record)
    living.backup(folder / "backup")
    return folder


@pytest.fixture
def living(first: Path, tmp_path: Path) -> Living:
    shutil.copytree(first / "home", tmp_path / "home")
    shutil.copy(first / "backup", tmp_path / "backup")
    return Living(tmp_path / "home")


@pytest.fixture
def backup(living: Living, tmp_path: Path) -> Path:
    return tmp_path / "backup"


def test_what_was_kept_comes_back(living: Living, backup: Path, tmp_path: Path) -> None:
    living.restore(backup, tmp_path / "new", None)
    assert Living(tmp_path / "new").held("ann", "bob") == {"1": b"1", "2": b"2", "3": b"3"}


def test_who_was_erased_since_stays_erased(living: Living, backup: Path, tmp_path: Path) -> None:
    living.erase("ann")
    living.remove()
    since = living.export(tmp_path / "log")
    done = living.restore(backup, tmp_path / "new", since)
    assert (done.erasures, done.doubtful) == (1, False)
    new = Living(tmp_path / "new")
    assert new.held("ann", "bob") == {"3": b"3"}
    with new.opened.journal.reader.snapshot() as snapshot:
        assert sum(snapshot.places().values()) == 1 + PLANTED
    subject = json.loads(last_entries(new, 3)[0])
    assert subject["event"] == "backup.restored"
    assert subject["facts"] == {"size": done.size, "entries": 2, "erasures": 1, "stated": 0}


def last_entries(living: Living, count: int) -> list[bytes]:
    with living.opened.journal.reader.snapshot() as snapshot:
        size = snapshot.head().size
        return [body for _, body in snapshot.entries(size - count)]


def test_the_log_goes_on_where_it_was(living: Living, backup: Path, tmp_path: Path) -> None:
    living.erase("ann")
    since = living.export(tmp_path / "log")
    living.restore(backup, tmp_path / "new", since)
    opened = Living(tmp_path / "new").opened
    kept = open_checkpoint(opened.signer.verifier, (since / "checkpoint").read_text())
    with opened.journal.reader.snapshot() as snapshot:
        assert verify(snapshot, opened.signer.verifier, [kept]).problems == ()


def test_what_is_due_is_gone_before_the_home_is_there(
    living: Living, backup: Path, tmp_path: Path
) -> None:
    living.restore(backup, tmp_path / "new", None, now=NOON + 30 * DAY)
    assert Living(tmp_path / "new").held("ann", "bob") == {}


def test_an_old_backup_waits_for_a_word_about_the_clock(living: Living, tmp_path: Path) -> None:
    living.sweep(NOON)
    living.backup(tmp_path / "old")
    done = living.restore(tmp_path / "old", tmp_path / "new", None, now=NOON + 30 * DAY)
    assert done.doubtful


def test_the_log_is_a_witness_of_time(living: Living, tmp_path: Path) -> None:
    living.sweep(NOON)
    living.backup(tmp_path / "old")
    living.erase("bob", NOON + 25 * DAY)
    since = living.export(tmp_path / "log")
    done = living.restore(tmp_path / "old", tmp_path / "new", since, now=NOON + 30 * DAY)
    assert not done.doubtful


def test_applications_and_holds_that_went_since_stay_away(living: Living, tmp_path: Path) -> None:
    opened = living.opened
    entries = {
        "hold": Entry(Event.HOLD_ADDED, NOON, "p", facts=hold("h", "3")),
        "gone": Entry(Event.HOLD_ADDED, NOON, "p", facts=hold("g", "3")),
        "ended": Entry(Event.HOLD_ENDED, NOON, "p", facts={"hold": "g", "record": "3"}),
        "none": Entry(Event.HOLD_ADDED, NOON, "p", facts=hold("n", "no record")),
        "app": Entry(Event.APP_REMOVED, NOON, "p", app=AppId("desk")),
    }
    with opened.journal.transaction() as tx:
        for entry in entries.values():
            tx.log.append(entry)
    since = living.export(tmp_path / "log")
    living.restore(tmp_path / "backup", tmp_path / "new", since)
    with Living(tmp_path / "new").opened.journal.transaction() as tx:
        assert [each.id for each in tx.holds.all()] == ["h"]


def hold(name: str, record: str) -> dict[str, str | int]:
    who = {"reason": "case", "requested_by": "eve", "approved_by": "li"}
    return {"hold": name, "record": record, **who, "ends": 2 * 10**9}


def test_a_held_record_of_a_person_erased_since_is_kept(living: Living, tmp_path: Path) -> None:
    with living.opened.journal.transaction() as tx:
        tx.log.append(Entry(Event.HOLD_ADDED, NOON, "p", facts=hold("h", "2")))
    living.erase("ann")
    since = living.export(tmp_path / "log")
    living.restore(tmp_path / "backup", tmp_path / "new", since)
    assert Living(tmp_path / "new").held("ann") == {"2": b"2"}


# what is in the file


def test_the_file_is_for_its_owner_alone_and_holds_no_root_key(
    living: Living, backup: Path
) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(backup) as file:
        content = b"".join(file.read(name) for name in file.namelist())
    assert living.root_key.read_bytes()[-32:] not in content


def test_what_an_erasure_destroyed_is_in_no_later_backup(living: Living, tmp_path: Path) -> None:
    living.erase("ann")
    done = living.backup(tmp_path / "later")
    assert (done.records, done.keys) == (1 + PLANTED, 2)


def test_a_backup_of_a_home_that_is_written_to_is_one_state_of_it(
    living: Living, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        journal, number = living.opened.journal, 0
        while not stop.is_set():
            number += 1
            with journal.transaction() as tx:
                tx.log.append(Entry(Event.SERVICE_STARTED, NOON, "p", facts={"n": number}))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            living.backup(tmp_path / str(number))
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        living.restore(tmp_path / str(number), tmp_path / f"new{number}", None)


# both databases


@pytest.fixture
def empty_postgres(postgres: str) -> Callable[[], str]:
    def fresh() -> str:
        name = f"home_{uuid4().hex}"
        engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        engine.dispose()
        url = make_url(postgres).set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)

    return fresh


def test_a_backup_goes_from_one_database_to_the_other(
    living: Living, backup: Path, tmp_path: Path, empty_postgres: Callable[[], str]
) -> None:
    there = empty_postgres()
    living.restore(backup, tmp_path / "postgres", None, database=there)
    moved = Living(tmp_path / "postgres")
    moved.erase("ann")
    moved.backup(tmp_path / "second")
    moved.restore(tmp_path / "second", tmp_path / "back", None, database="sqlite:other.db")
    assert Living(tmp_path / "back").held("ann", "bob") == {"3": b"3"}
    with pytest.raises(HomeExists):
        moved.restore(tmp_path / "second", tmp_path / "again", None, database=there)


def test_a_home_is_not_served_before_later_erasures_are_made_again(
    living: Living, backup: Path, tmp_path: Path
) -> None:
    database = f"sqlite:{tmp_path}/outside.db"
    with pytest.raises(BadInput):
        living.restore(backup, tmp_path / "new", tmp_path / "no export", database=database)
    shutil.copy(tmp_path / "outside.db", living.home / "privity.db")
    with pytest.raises(RestoreUnfinished), living.opened.journal.transaction():
        pass


# what is refused


def altered(backup: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The backup with other members."""
    out = backup.with_name("altered")
    with zipfile.ZipFile(backup) as file, zipfile.ZipFile(out, "w") as into:
        for name in file.namelist():
            data = change(name, file.read(name))
            if data is not None:
                into.writestr(name, data)
    return out


NAMES = [*FILES, *map(member, TABLES)]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "secrets.sealed"])
@pytest.mark.parametrize("end", [b" ", b"\n", b"# \n" * 9])
def test_an_altered_part_is_refused(
    living: Living, backup: Path, tmp_path: Path, name: str, end: bytes
) -> None:
    file = altered(backup, lambda n, data: data + end if n == name else data)
    with pytest.raises(Tampered):
        living.restore(file, tmp_path / "new", None)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", [*NAMES, "manifest"])
def test_a_missing_part_is_refused(living, backup: Path, tmp_path: Path, name: str) -> None:
    file = altered(backup, lambda n, data: None if n == name else data)
    with pytest.raises(BadInput):
        living.restore(file, tmp_path / "new", None)


@pytest.mark.parametrize("note", [b"", b"\xff", b"privity backup 1\n\n\xe2\x80\x94 x AAAA\n"])
def test_a_manifest_that_nobody_signed_is_refused(living, backup, tmp_path, note: bytes) -> None:
    file = altered(backup, lambda n, data: note if n == "manifest" else data)
    with pytest.raises((BadInput, LogCorrupt)):
        living.restore(file, tmp_path / "new", None)


def resigned(living: Living, backup: Path, change: Callable[[str], str]) -> Path:
    """The backup with another manifest, signed by the right key."""
    signer = living.opened.signer

    def manifest(name: str, data: bytes) -> bytes:
        if name != "manifest":
            return data
        return signer.sign(change(signer.verifier.open(data.decode()))).encode()

    return altered(backup, manifest)


@pytest.mark.parametrize(
    "root",
    [
        "vault://thief.example/transit/k?token=env:SECRET",
        "pkcs11:token=t;object=o?module-path=/tmp/thief.so&pin-source=env:PIN",
        "file:/tmp/thief/root.key",
        "file:../../thief/root.key",
    ],
)
def test_a_backup_does_not_decide_where_the_root_key_is(
    living: Living, backup: Path, tmp_path: Path, root: str
) -> None:
    old, new = b'"file:keys/root.key"', f'"{root}"'.encode()
    file = altered(backup, lambda n, data: data.replace(old, new) if n == "settings.toml" else data)
    with pytest.raises(BadInput, match="--keys"):
        living.restore(file, tmp_path / "new", None)
    assert not list(tmp_path.rglob("thief"))
    assert not (tmp_path.parent / "thief").exists()


def test_a_root_key_elsewhere_is_used_where_it_is_if_it_is_named(
    living: Living, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "safe" / "root.key"
    elsewhere.parent.mkdir(mode=0o700)
    living.root_key.rename(elsewhere)
    settings = living.home / "settings.toml"
    settings.write_text(settings.read_text().replace("file:keys/root.key", f"file:{elsewhere}"))
    living.backup(tmp_path / "elsewhere")
    restore(Wanted(tmp_path / "elsewhere", tmp_path / "new", None, keys=f"file:{elsewhere}"), NOON)
    assert not (tmp_path / "new" / "keys").exists()


def test_a_checkpoint_is_no_manifest(living: Living, backup: Path, tmp_path: Path) -> None:
    file = resigned(living, backup, lambda _: "privity.local\n5\nAAAA\n")
    with pytest.raises(BadInput):
        living.restore(file, tmp_path / "new", None)


def test_a_backup_without_the_files_of_a_home_is_refused(living, backup, tmp_path) -> None:
    lines = lambda text: "".join(text.splitlines(keepends=True)[:4])  # noqa: E731
    with pytest.raises(BadInput):
        living.restore(resigned(living, backup, lines), tmp_path / "new", None)


def test_a_backup_of_a_later_version_is_refused(living, backup, tmp_path) -> None:
    file = resigned(living, backup, lambda said: said.replace(f"\n{REVISION}\n", "\n9999\n"))
    with pytest.raises(SchemaOutdated):
        living.restore(file, tmp_path / "new", None)


def test_a_backup_whose_log_has_another_size_is_refused(living, backup, tmp_path) -> None:
    file = resigned(living, backup, lambda said: said.replace("1\n3\n", "1\n2\n", 1))
    with pytest.raises(LogCorrupt):
        living.restore(file, tmp_path / "new", None)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a backup"])
def test_what_is_no_backup_is_refused(living: Living, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    with pytest.raises(BadInput):
        living.restore(tmp_path / "other", tmp_path / "new", None)


def test_a_backup_that_is_cut_off_or_bent_is_refused(living, backup, tmp_path) -> None:
    whole = backup.read_bytes()
    for at in range(40, len(whole) - 30, len(whole) // 40):
        bent = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        for data in (whole[:at], bent):
            backup.write_bytes(data)
            try:
                living.restore(backup, tmp_path / f"new{at}", None)
            except (BadInput, Tampered, LogCorrupt):
                continue
            assert Living(tmp_path / f"new{at}").held("ann", "bob")  # a bit that means nothing


def test_an_export_that_is_older_than_the_backup_is_refused(living: Living, tmp_path) -> None:
    since = living.export(tmp_path / "log")
    living.erase("ann")
    living.backup(tmp_path / "later")
    with pytest.raises(BadInput):
        living.restore(tmp_path / "later", tmp_path / "new", since)


def test_an_export_with_another_past_is_refused(living: Living, backup, tmp_path) -> None:
    living.restore(backup, tmp_path / "other", None)
    other = Living(tmp_path / "other")
    other.erase("bob")
    living.erase("ann")
    living.backup(tmp_path / "later")
    other.erase("bob")
    with pytest.raises(LogCorrupt):
        living.restore(tmp_path / "later", tmp_path / "new", other.export(tmp_path / "log"))


def test_an_older_policy_does_not_take_force_again(living: Living, backup, tmp_path) -> None:
    with living.opened.journal.transaction() as tx:
        tx.log.append(Entry(Event.POLICY_ADOPTED, NOON, "another digest"))
    since = living.export(tmp_path / "log")
    with pytest.raises(PolicyWidened):
        living.restore(backup, tmp_path / "new", since)


def test_the_policy_in_force_comes_from_where_it_is_kept(living: Living, backup, tmp_path) -> None:
    policy = living.home / "policy.toml"
    done = living.restore(backup, tmp_path / "new", None, policy=policy)
    assert done.entries == 0
    assert (tmp_path / "new" / "policy.toml").read_bytes() == policy.read_bytes()


def test_a_root_key_that_is_not_there_is_told(living: Living, backup, tmp_path) -> None:
    living.root_key.unlink()
    with pytest.raises(BadInput):
        living.restore(backup, tmp_path / "new", None)


def test_a_home_with_a_part_missing_makes_no_backup(living: Living, tmp_path) -> None:
    (living.home / "policy-in-force.toml").unlink()
    with pytest.raises(BadInput):
        living.backup(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_an_entry_that_lacks_what_it_must_say_stops_a_restore(living, backup, tmp_path) -> None:
    for facts in ({"hold": 1}, hold("h", "3") | {"ends": "soon"}):
        folder = tmp_path / str(len(facts))
        shutil.copytree(living.home, folder / "home")
        other = Living(folder / "home")
        event = Event.HOLD_RELEASED if len(facts) == 1 else Event.HOLD_ADDED
        with other.opened.journal.transaction() as tx:
            tx.log.append(Entry(event, NOON, "p", facts=facts))
        with pytest.raises(LogCorrupt):
            living.restore(backup, tmp_path / "new", other.export(folder / "log"))
