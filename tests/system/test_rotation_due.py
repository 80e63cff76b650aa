"""The server rotates what is due by itself."""

import asyncio
import contextlib
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from privity.adapters import hourly
from privity.adapters.home import (
    IN_FORCE,
    POLICY,
    now,
    open_home,
    policy_in_force,
    read_policy,
    write_private,
)
from privity.adapters.initialize import Plan, initialize
from privity.adapters.rotating import ages
from privity.adapters.standing import key_states, oldest_keys
from privity.cli import build
from privity.gateway.report import Line
from privity.model.words import ConversationRef, KeyLevel, Purpose, Region, SubjectRef
from privity.settings import ECHO, load
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place


@pytest.fixture
def home(tmp_path: Path):
    initialize(Plan(tmp_path / "home", (ECHO, ECHO), None, "sqlite:privity.db", None), now())
    return open_home(load(tmp_path / "home"))


def said(home, at: datetime, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Line, dict]]:
    """Run the hourly job once, at a time."""
    lines: list[tuple[Line, dict]] = []

    async def run() -> None:
        await home.journal.start()
        policy = policy_in_force(home)
        once = asyncio.Event()

        def report(line: Line, facts: dict) -> None:
            lines.append((line, facts))
            once.set()

        task = asyncio.create_task(hourly.rotating(home, policy, report))
        told = asyncio.create_task(once.wait())
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await home.journal.close()

    monkeypatch.setattr(hourly, "now", lambda: at)
    asyncio.run(run())
    return lines


def test_a_new_home_has_nothing_due(home, monkeypatch) -> None:
    assert said(home, now(), monkeypatch) == [(Line.ROTATED, {"count": 0})]
    assert len(home.custodian.versions()) == 1


def test_a_root_key_that_is_due_is_rotated(home, monkeypatch) -> None:
    late = now() + timedelta(days=home.settings.keys.root_days + 1)
    [(line, facts)] = said(home, late, monkeypatch)
    assert line is Line.ROTATED
    assert facts["count"] >= 1
    assert len(home.custodian.versions()) == 2


def test_a_key_of_a_person_that_is_due_is_rotated(home, monkeypatch) -> None:
    who, made = SubjectRef("someone"), now() - timedelta(days=1)
    place = Place(Region.EU, Purpose.ASSIST, who, "record", "transcript")
    vault = Vault(home.custodian)
    with home.journal.transaction() as tx:
        vault.seal(tx, place, ConversationRef("c"), b"said", Lifetime(made, timedelta(days=999)))
    late = made + timedelta(days=home.settings.keys.person_days, seconds=1)
    assert [each.state for each in key_states(home, late) if each.kind == "people"] == ["due"]
    said(home, late, monkeypatch)
    with home.journal.transaction() as tx:
        assert [key.version for key in tx.rotation.of(who)] == [2]
        assert [vault.open(tx, each, late) for each in tx.records.of(who)] == [b"said"]


LEVEL = re.compile(r"^(root|partition|person) +=.*$", re.MULTILINE)


@pytest.fixture
def promising(home):
    """A home whose policy promises younger keys than its settings ask for."""
    for name in (POLICY, IN_FORCE):
        file = home.settings.home / name
        write_private(file, LEVEL.sub(r'\1 = "9 days"', file.read_text()).encode())
    return home


def test_what_the_policy_promises_is_due_before_what_the_settings_say(
    promising, monkeypatch
) -> None:
    late = now() + timedelta(days=9, seconds=1)
    assert {each.state for each in key_states(promising, late) if each.kind == "root"} == {"due"}
    said(promising, late, monkeypatch)
    assert len(promising.custodian.versions()) == 2


def test_the_settings_hold_where_they_ask_for_younger_keys(promising) -> None:
    policy = read_policy(promising.settings.home)
    due = ages(replace(promising.settings.keys, root_days=5, person_days=0), policy)
    assert {level: age.days for level, age in due.items()} == {
        KeyLevel.ROOT: 5,
        KeyLevel.PARTITION: 9,
        KeyLevel.PERSON: 9,
    }


def test_a_replaced_key_is_no_evidence_against_the_promise(promising, monkeypatch) -> None:
    late = now() + timedelta(days=10)
    assert oldest_keys(promising, late)[KeyLevel.ROOT] > timedelta(days=9)
    said(promising, late, monkeypatch)
    assert len(promising.custodian.versions()) == 2
    assert oldest_keys(promising, now())[KeyLevel.ROOT] < timedelta(days=1)


def test_the_command_shows_the_evidence(promising) -> None:
    done = CliRunner().invoke(
        build(["policy"]), ["policy", "evidence", "--json", "--home", str(promising.settings.home)]
    )
    about = [each for each in json.loads(done.stdout) if "KeysOverdue" in each["queries"]]
    assert [(each["practice"], each["broken"]) for each in about] == [("rotate", 0)]
    assert about[0]["examined"] >= 1
