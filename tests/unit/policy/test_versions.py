"""Which policy holds when, what changes between two, and how long people can read it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.adapters import home as homes
from privity.adapters.home import Adopting, adopt_policy, open_home, take_force
from privity.adapters.versions import announced, versions
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.errors import NoticeTooShort, PolicyWidened
from privity.model.policy import Keep, Policy
from privity.model.words import Language
from privity.policy.diff import widens
from privity.policy.load import load
from privity.policy.notice import notice
from privity.policy.starter import starter
from privity.policy.versions import Version, check_ahead, differences, in_force, upcoming
from privity.settings import load as load_settings
from tests.homes import make
from tests.properties.policies import policies

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STARTER = load(starter(), "starter.toml")
LANGUAGES = st.sampled_from(Language)


@given(policies, policies, LANGUAGES)
def test_every_statement_that_differs_is_shown(
    old: Policy, new: Policy, language: Language
) -> None:
    shown = differences(old, new, language)
    said_then = {sentence.text for sentence in notice(old, language)}
    said_now = {sentence.text for sentence in notice(new, language)}
    assert said_now - said_then <= {each.after for each in shown}
    assert said_then - said_now <= {each.before for each in shown}


@given(policies, LANGUAGES)
def test_a_policy_does_not_differ_from_itself(policy: Policy, language: Language) -> None:
    assert differences(policy, policy, language) == ()


def test_what_changed_stands_beside_what_it_was() -> None:
    longer = load(starter().replace("30 days", "60 days"), "longer.toml")
    (change,) = differences(STARTER, longer, Language.EN)
    assert change.before is not None
    assert change.after == change.before.replace("30 days", "60 days")


@given(st.lists(st.integers(0, 100), min_size=1, unique=True), st.integers(0, 100))
def test_exactly_one_version_holds_at_a_time(days: list[int], today: int) -> None:
    said = [Version(STARTER, None), *(Version(STARTER, NOON + d * DAY) for d in sorted(days))]
    now = NOON + today * DAY
    held, ahead = in_force(said, now), upcoming(said, now)
    assert held is not None
    assert held.since is None or held.since <= now
    assert ahead is None or (ahead.since is not None and ahead.since > now)
    assert ahead is None or said.index(ahead) == said.index(held) + 1


@given(policies, policies, st.integers(0, 30), st.integers(0, 30))
def test_what_allows_more_is_announced_long_enough(
    old: Policy, new: Policy, in_days: int, ahead: int
) -> None:
    short = widens(old, new) and in_days < ahead
    if short:
        with pytest.raises(NoticeTooShort):
            check_ahead(old, new, NOON + in_days * DAY, NOON, ahead * DAY)
    else:
        check_ahead(old, new, NOON + in_days * DAY, NOON, ahead * DAY)


# In a home.


@pytest.fixture
def home(tmp_path):
    """A home that others reach, and whose policy was edited to keep for longer."""
    folder = tmp_path / "home"
    make(folder)
    settings = load_settings(folder)
    return open_home(replace(settings, listen=replace(settings.listen, local=False)))


def edit(home, period: str) -> None:
    file = home.settings.home / homes.POLICY
    file.write_text(file.read_text().replace("30 days", period))


def kept(policy: Policy) -> int:
    return next(c.period.days for _, c in policy.clauses if isinstance(c, Keep))


def entries(home, event: Event) -> list:
    with home.journal.reader.snapshot() as snapshot:
        read = [read_entry(body) for _, body in snapshot.entries(0)]
    return [entry for entry in read if entry.event is event]


def test_a_change_that_matters_cannot_hold_at_once(home) -> None:
    edit(home, "60 days")
    with pytest.raises(NoticeTooShort):
        adopt_policy(home, Adopting("PR-1"), NOON)
    with pytest.raises(NoticeTooShort):
        adopt_policy(home, Adopting("PR-1", NOON + 13 * DAY), NOON)
    assert kept(take_force(home, NOON)) == 30


def test_until_its_day_the_old_policy_holds(home) -> None:
    edit(home, "60 days")
    day = NOON + 14 * DAY
    assert kept(adopt_policy(home, Adopting("PR-1", day), NOON)) == 30
    assert kept(take_force(home, day - timedelta(seconds=1))) == 30
    assert kept(adopt_policy(home, at=day - timedelta(seconds=1))) == 30
    assert entries(home, Event.POLICY_ANNOUNCED)[0].facts["review"] == "PR-1"
    assert kept(take_force(home, day)) == 60
    assert kept(take_force(home, day + DAY)) == 60
    assert [e.policy for e in entries(home, Event.POLICY_ADOPTED)][1:] == [
        versions(home.settings.home)[-1].policy.digest
    ]


def test_a_later_announcement_replaces_the_earlier_one(home) -> None:
    edit(home, "60 days")
    adopt_policy(home, Adopting("PR-1", NOON + 20 * DAY), NOON)
    file = home.settings.home / homes.POLICY
    file.write_text(file.read_text().replace("60 days", "50 days"))
    adopt_policy(home, Adopting("PR-2", NOON + 30 * DAY), NOON)
    ahead = announced(home.settings.home, NOON)
    assert ahead is not None
    assert kept(ahead.policy) == 50
    assert kept(take_force(home, NOON + 21 * DAY)) == 30


def test_what_allows_less_holds_at_once(home) -> None:
    edit(home, "10 days")
    assert kept(adopt_policy(home, at=NOON)) == 10


def test_what_allows_more_needs_its_review_even_when_announced(home) -> None:
    edit(home, "60 days")
    with pytest.raises(PolicyWidened):
        adopt_policy(home, Adopting(since=NOON + 20 * DAY), NOON)


def test_a_server_that_only_this_machine_reaches_tells_nobody(tmp_path) -> None:
    make(tmp_path / "home")
    home = open_home(load_settings(tmp_path / "home"))
    edit(home, "60 days")
    assert kept(adopt_policy(home, Adopting("PR-1"), NOON)) == 60
