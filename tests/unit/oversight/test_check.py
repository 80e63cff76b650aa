"""What `privity doctor` says of who watches."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from privity.adapters.checking.setup import Setup
from privity.adapters.checking.watching import watching
from privity.audit.entry import Entry, Event
from privity.errors import WatchRulesInvalid
from privity.oversight.ports import RULES, Followed
from privity.settings import load
from tests.homes import NOON, Living, make

WELL = {"hours": "mon-fri 7-20", "webhook": "https://siem.example/events"}


@pytest.fixture
def living(tmp_path: Path) -> Living:
    return make(tmp_path / "home")


def found(living: Living, **watch: object) -> str:
    settings = load(living.home)
    changed = replace(settings, watch=replace(settings.watch, **watch))
    return watching(Setup(changed, NOON)).code


@pytest.mark.parametrize(
    ("watch", "code"),
    [
        ({"on": False}, "not_watched"),
        ({}, "no_hours"),
        ({"hours": "mon-fri 7-20"}, "no_receiver"),
        (WELL, "ok"),
    ],
)
def test_what_is_missing_is_told(living: Living, watch: dict[str, object], code: str) -> None:
    assert found(living, **watch) == code


def test_everything_that_is_missing_is_told_at_once(living: Living) -> None:
    remedy = watching(Setup(load(living.home), NOON)).remedy
    assert "watch.hours" in remedy
    assert "watch.webhook" in remedy


def test_who_turned_watching_on_is_told_what_to_install(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privity.adapters.checking.watching.is_installed", lambda: False)
    found = watching(Setup(load(living.home), NOON))
    assert (found.code, found.remedy) == ("not_watched", "Run `pip install 'privity[watch]'`.")


def test_a_broken_rule_is_told(living: Living) -> None:
    (living.home / "watch").mkdir()
    (living.home / "watch" / "mine.yml").write_text("title: x")
    with pytest.raises(WatchRulesInvalid):
        found(living)


@pytest.mark.parametrize("name", [RULES, "to webhook"])
def test_who_stopped_following_is_told(living: Living, name: str) -> None:
    long_ago = NOON - timedelta(hours=4)
    with living.opened.journal.transaction() as tx:
        tx.followers.put(name, Followed(0, b"", long_ago, "one", long_ago))
    assert found(living, **WELL) == "watching_stopped"


def test_it_is_told_within_minutes_that_nobody_asks_the_rules(living: Living) -> None:
    ago = NOON - timedelta(minutes=6)
    with living.opened.journal.transaction() as tx:
        tx.followers.put(RULES, Followed(0, b"", NOON, "one", ago))
    assert found(living, **WELL) == "watching_stopped"


def test_it_is_told_that_a_server_never_began_to_ask_the_rules(living: Living) -> None:
    ago = NOON - timedelta(minutes=6)
    with living.opened.journal.transaction() as tx:
        tx.log.append(Entry(Event.SERVICE_STARTED, ago, "p"))
    assert found(living, **WELL) == "watching_stopped"


def test_a_receiver_that_is_tried_in_vain_for_hours_is_told(living: Living) -> None:
    long_ago = NOON - timedelta(hours=4)
    with living.opened.journal.transaction() as tx:
        tx.followers.put("to webhook", Followed(0, b"", long_ago, "one", NOON))
    assert found(living, **WELL) == "watching_stopped"
