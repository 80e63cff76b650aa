"""Each check of an installation sees what it is there for, on real files and databases."""

import shutil
import ssl
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from privity.access.staff import StaffId
from privity.adapters.checking import (
    clock,
    files,
    keys,
    learning,
    network,
    organization,
    recovery,
    serving,
    storage,
)
from privity.adapters.checking.serving import certificate, workers
from privity.adapters.checking.setup import Setup, newest
from privity.adapters.courses import courses
from privity.adapters.examine import CHECKS, OF_A_STORE, examine
from privity.adapters.sql.staff_tables import staff_account, staff_factor
from privity.adapters.trying import try_backup
from privity.audit.entry import Entry, Event
from privity.errors import BadInput, KeyExposed, MailUnavailable
from privity.governance.agreements import last_days, read_agreements
from privity.governance.checks import Grade, Part
from privity.governance.training import Taken
from privity.settings import load
from privity.settings.tables import StaffConsole
from tests.conftest import SIGNER, Database
from tests.homes import DAY, NOON, Living, make
from tests.mail_server import serving as mail_server
from tests.system.conftest import free_port

AGREED = """
[[agreement]]
processor = "models"
reference = "DPA-1"
from = 2026-01-01
until = 2026-12-31
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "home").home


@pytest.fixture
def living(made: Path, tmp_path: Path) -> Living:
    return Living(shutil.copytree(made, tmp_path / "home"))


def setup(living: Living, at: datetime = NOON, **tables: object) -> Setup:
    """The home at a time, with other settings."""
    settings = load(living.home)
    changed = {name: replace(getattr(settings, name), **given) for name, given in tables.items()}
    return Setup(replace(settings, **changed), at)


def write(living: Living, event: Event, at: datetime, **facts: str | int) -> None:
    with living.opened.journal.transaction() as tx:
        tx.log.append(Entry(event, at, "p", facts=facts))


def test_every_part_has_one_check() -> None:
    assert set(CHECKS) == set(Part) - {Part.SETTINGS}
    assert set(OF_A_STORE) < set(CHECKS)


def test_what_is_not_well_says_what_to_do(living: Living) -> None:
    found = examine(living.home, NOON)
    assert [
        each.part for each in found if each.grade is not Grade.WELL and not each.verdict.remedy
    ] == []
    assert [each.part for each in found if each.grade is Grade.WRONG] == []


def test_nothing_secret_may_be_open_to_others(living: Living) -> None:
    (living.home / "secrets.sealed").chmod(0o640)
    with pytest.raises(KeyExposed):
        files.files(setup(living))


def test_nothing_may_be_written_by_others(living: Living) -> None:
    (living.home / "settings.toml").chmod(0o666)
    with pytest.raises(KeyExposed):
        files.files(setup(living))


def test_keys_that_are_older_than_promised_are_told(living: Living) -> None:
    assert keys.key_ages(setup(living, NOON + 89 * DAY)).grade is Grade.WELL
    late = keys.key_ages(setup(living, NOON + 92 * DAY))
    assert (late.code, "partition" in late.detail, "root" in late.detail) == (
        "keys_overdue",
        True,
        False,
    )


def test_an_entry_from_the_future_means_that_the_clock_is_behind(living: Living) -> None:
    write(living, Event.SERVICE_STARTED, NOON + DAY)
    assert clock.clock(setup(living, NOON)).code == "clock_behind"
    assert clock.clock(setup(living, NOON + DAY)).code != "clock_behind"


@pytest.mark.parametrize(("status", "kept"), [(0x2001, True), (0x41, False)])
def test_the_kernel_says_whether_the_clock_is_kept_right(monkeypatch, status, kept) -> None:
    class Kernel:
        def adjtimex(self, timex) -> int:
            struct.pack_into("=i", timex, 40, status)
            return 0

    monkeypatch.setattr(clock.ctypes, "CDLL", lambda _: Kernel())
    assert clock.synchronized() is kept


def test_a_postgresql_that_may_lose_commits_is_told(
    living: Living, postgres_database: Database, monkeypatch
) -> None:
    monkeypatch.setattr(Setup, "signer", lambda _: SIGNER)
    place = postgres_database.url.replace("postgresql+psycopg:", "postgresql:")
    there = setup(living, storage={"database": place, "origin": SIGNER.name})
    found = storage.durability(there)
    assert (found.code, "fsync = off" in found.detail) == ("not_durable", True)
    assert storage.database_tls(there).grade is Grade.WELL
    assert clock.clock(replace(there, at=datetime.now(UTC))).code != "clocks_apart"


def test_sqlite_waits_for_the_disk(living: Living) -> None:
    assert storage.durability(setup(living)).grade is Grade.WELL


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def certified(living: Living, authority: trustme.CA, name: str, ends: datetime) -> Setup:
    issued = authority.issue_cert(name, not_before=NOON - DAY, not_after=ends)
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems) + authority.cert_pem.bytes()
    (living.home / "cert.pem").write_bytes(chain)
    tls = {"certificate": "cert.pem", "key": "key.pem"}
    return setup(living, NOON, tls=tls, people={"url": "https://privacy.example.org"})


@pytest.mark.parametrize(
    ("name", "days", "code"),
    [
        ("privacy.example.org", 90, "ok"),
        ("*.example.org", 90, "ok"),
        ("elsewhere.example.org", 90, "certificate_name"),
        ("privacy.example.org", 20, "certificate_ends"),
        ("privacy.example.org", 0, "certificate_expired"),
    ],
)
def test_a_certificate_is_for_the_right_host_and_lasts(living, authority, name, days, code) -> None:
    there = certified(living, authority, name, NOON + days * DAY)
    assert certificate(there).code == code


def test_a_certificate_that_ends_this_week_is_wrong(living, authority) -> None:
    there = certified(living, authority, "privacy.example.org", NOON + 5 * DAY)
    assert certificate(there).grade is Grade.WRONG


def test_a_chain_in_the_wrong_order_is_told(living, authority) -> None:
    there = certified(living, authority, "privacy.example.org", NOON + 90 * DAY)
    leaf = (living.home / "cert.pem").read_bytes()
    (living.home / "cert.pem").write_bytes(trustme.CA().cert_pem.bytes() + leaf)
    assert certificate(there).code in {"certificate_chain", "certificate_name"}
    (living.home / "cert.pem").write_bytes(
        leaf.replace(authority.cert_pem.bytes(), trustme.CA().cert_pem.bytes())
    )
    assert certificate(there).code == "certificate_chain"


def test_a_handshake_that_agrees_on_less_is_wrong(living, authority, monkeypatch) -> None:
    weak = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert("localhost").configure_cert(weak)
    monkeypatch.setattr(serving, "_context", lambda _: weak)
    there = certified(living, authority, "localhost", NOON + DAY)
    port = {"port": free_port()}
    found = serving.handshake(
        replace(
            there, settings=replace(there.settings, listen=replace(there.settings.listen, **port))
        )
    )
    assert (found.code, "TLSv1.2" in found.detail) == ("handshake_weak", True)


def staffed(living: Living, *accounts: tuple[str, str, tuple[str, ...]]) -> Setup:
    for name, roles, kinds in accounts:
        row = {
            "id": name,
            "name": "n",
            "mail": f"{name}@example.org",
            "roles": roles,
            "regions": "",
            "state": "active",
            "invitation": "",
            "invited_until": 0,
            "made_at": 0,
        }
        with living.opened.journal.transaction() as tx:
            direct = tx.accounts._pending.direct()
            direct.execute(staff_account.insert().values(row))
            for kind in kinds:
                factor = {
                    "id": name + kind,
                    "account": name,
                    "kind": kind,
                    "secret": b"",
                    "counter": int(kind == "provider"),
                }
                direct.execute(staff_factor.insert().values(**factor, made_at=0))
    return setup(living)


BOTH = ("password", "totp")


def test_one_administrator_is_too_few(living: Living) -> None:
    there = staffed(living, ("a", "administrator", BOTH), ("b", "auditor", ("passkey",)))
    assert organization.staff(there).code == "administrators_few"


def test_one_administrator_is_said_in_the_singular(living: Living) -> None:
    there = staffed(living, ("a", "administrator", BOTH))
    assert organization.staff(there).detail == "1 administrator can sign in, two should"


def test_two_administrators_with_two_factors_are_enough(living: Living) -> None:
    there = staffed(living, ("a", "administrator", BOTH), ("b", "administrator", ("passkey",)))
    assert organization.staff(there).grade is Grade.WELL


def test_an_account_without_a_second_factor_is_wrong(living: Living) -> None:
    there = staffed(living, ("a", "administrator", ("password",)))
    assert organization.staff(there).code == "second_factor_missing"


def test_a_provider_that_saw_a_second_factor_is_one_while_it_is_set(living: Living) -> None:
    there = staffed(living, ("a", "administrator", ("provider",)))
    assert organization.staff(there).code == "second_factor_missing"
    ours = StaffConsole(provider="https://id.example.org", client="privity")
    known = Setup(replace(there.settings, staff=ours), there.at)
    assert organization.staff(known).code == "administrators_few"


def test_who_had_time_and_is_not_trained_is_told(living: Living) -> None:
    there = staffed(living, ("a", "administrator", BOTH))
    assert learning.training(there).code == "training_missing"
    with living.opened.journal.transaction() as tx:
        for course in courses(there.settings.home):
            at = there.at - timedelta(days=1)
            tx.trainings.put(Taken(StaffId("a"), course.id, course.edition, course.digest, at))
    assert learning.training(there).grade is Grade.WELL
    later = Setup(there.settings, there.at + timedelta(days=340))
    assert "ends within 30 days" in learning.training(later).detail


def processed(living: Living, agreements: str) -> Setup:
    for name in ("policy.toml", "policy-in-force.toml"):
        text = (living.home / name).read_text()
        models = text.replace('"echo"', '"models"').replace('"builtin"', '"models.example.org"')
        (living.home / name).write_text(models)
    (living.home / "agreements.toml").write_text(agreements)
    return setup(living)


@pytest.mark.parametrize(
    ("agreements", "day", "code"),
    [
        (AGREED, 0, "ok"),
        ("", 0, "agreement_missing"),
        (AGREED, 340, "agreement_ends"),
        (AGREED, 400, "agreement_missing"),
        (AGREED + AGREED.replace("models", "others"), 0, "agreement_unknown"),
    ],
)
def test_every_processor_needs_an_agreement_that_binds_today(living, agreements, day, code) -> None:
    there = replace(processed(living, agreements), at=NOON + day * DAY)
    assert organization.agreements(there).code == code


def test_a_processor_on_this_machine_needs_no_agreement(living: Living) -> None:
    assert organization.agreements(setup(living)).grade is Grade.WELL


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "other = 1",
        AGREED + "extra = 1",
        AGREED.replace("2026-01-01", '"soon"'),
        AGREED.replace("2026-12-31", "2025-12-31"),
        AGREED.replace('"DPA-1"', '""'),
    ],
)
def test_agreements_that_leave_something_open_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_agreements(text)


def test_the_latest_agreement_that_binds_counts() -> None:
    later = AGREED.replace("2026-12-31", "2027-06-30")
    found = last_days(["models"], read_agreements(AGREED + later), NOON.date())
    assert str(found["models"]) == "2027-06-30"


def test_a_recent_backup_is_found_in_the_log(living: Living) -> None:
    assert recovery.backup(setup(living)).code == "backup_old"
    write(living, Event.BACKUP_MADE, NOON)
    assert recovery.backup(setup(living, NOON + DAY)).grade is Grade.WELL
    assert recovery.backup(setup(living, NOON + 3 * DAY)).code == "backup_old"


def test_the_log_is_searched_from_its_end_only_as_far_as_needed(
    living: Living, monkeypatch
) -> None:
    monkeypatch.setattr("privity.adapters.checking.setup.PAGE", 2)
    write(living, Event.BACKUP_MADE, NOON)
    for hour in range(5):
        write(living, Event.SERVICE_STARTED, NOON + timedelta(hours=hour))
    with setup(living).snapshot() as snapshot:
        found = newest(snapshot, Event.BACKUP_MADE, NOON)
        assert found is not None
        assert newest(snapshot, Event.BACKUP_MADE, NOON + timedelta(minutes=1)) is None


@pytest.mark.parametrize(("code", "grade"), [("ok", Grade.WELL), ("not_erased", Grade.WRONG)])
def test_a_rehearsal_that_failed_is_wrong(living: Living, code: str, grade: Grade) -> None:
    write(living, Event.REHEARSAL_ENDED, NOON, code=code)
    assert recovery.rehearsal(setup(living)).grade is grade


def test_a_backup_is_put_back_to_try_and_nothing_of_it_is_left(living: Living, tmp_path) -> None:
    living.speak("ann", "a1")
    living.backup(tmp_path / "b")
    living.erase("ann")
    before = sorted(living.home.rglob("*"))
    assert recovery.restore(setup(living)).code == "restore_not_tried"
    tried = try_backup(living.opened, tmp_path / "b", NOON, "p")
    assert (tried.erasures, sorted(living.home.rglob("*"))) == (1, before)
    assert recovery.restore(setup(living)).grade is Grade.WELL


def test_a_backup_that_is_damaged_is_not_written_to_have_worked(living: Living, tmp_path) -> None:
    living.backup(tmp_path / "b")
    whole = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput):
        try_backup(living.opened, tmp_path / "b", NOON, "p")
    assert recovery.restore(setup(living)).code == "restore_not_tried"
    assert list(living.home.glob(".tried-*")) == []


def test_a_mail_server_is_tried_without_a_letter(living: Living) -> None:
    with mail_server() as server:
        there = {"host": "127.0.0.1", "port": server.port, "tls": "off", "sender": "a@example.org"}
        assert network.mail(setup(living, mail=there)).grade is Grade.WELL
        assert server.taken == []
    with pytest.raises(MailUnavailable):
        network.mail(setup(living, mail={**there, "seconds": 1}))


def test_one_process_alone_is_not_enough_for_production(living: Living) -> None:
    assert workers(setup(living)).code == "worker_alone"
    assert workers(setup(living, listen={"workers": 2})).grade is Grade.WELL


def test_a_log_that_nobody_watches_is_told(living: Living) -> None:
    (living.home / "witnesses").write_text("")
    assert network.witnesses(setup(living)).code == "witness_missing"
    named = setup(living, witnesses={"file": "witnesses"})
    assert network.witnesses(named).code == "witness_missing"
