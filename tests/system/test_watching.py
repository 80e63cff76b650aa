"""Attacks on a running server: each is seen, and explained, within seconds."""

from collections.abc import Iterator

import pytest

from tests.system.watched_scene import Watched, watched

ATTACKS = {
    "bulk_read": Watched.read_many,
    "honey_touched": Watched.read_honey,
    "canary_leaving": Watched.exfiltrate,
    "self_approval": Watched.approve_own,
    "new_address": Watched.steal_key,
    "replay": Watched.replay_code,
    "enumeration": Watched.enumerate,
    "key_guessing": Watched.guess_keys,
    "key_misuse": Watched.misuse_key,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tmp_path_factory.mktemp("watched")) as found:
        yield found


@pytest.mark.parametrize("rule", ATTACKS)
def test_an_attack_is_seen_while_the_server_runs(house: Watched, rule: str) -> None:
    assert house.detects(rule, lambda: ATTACKS[rule](house)) < 20


def test_a_machines_token_that_was_stolen_is_seen(house: Watched) -> None:
    assert house.detects("new_address", house.steal_token) < 20


def test_a_message_with_a_canary_stays_here_and_who_sent_it_learns_nothing(house: Watched) -> None:
    assert house.exfiltrate() == 403
    alert = next(each for each in house.alerts() if each.rule == "canary_leaving")
    assert alert.actor == "shop"
    assert alert.entries
