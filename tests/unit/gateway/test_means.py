"""What the policy says about a purpose; what a setting may shorten, and never lengthen."""

from datetime import timedelta

import pytest

from privity.gateway.means import charters
from privity.gateway.wire.endpoint import Provider
from privity.model.words import Purpose, Region
from privity.policy.load import load
from privity.policy.starter import starter

POLICY = load(starter(), "policy.toml")
HOSTS = dict.fromkeys(Provider, "builtin")


def kept(most: timedelta | None) -> timedelta:
    keeping = charters(POLICY, HOSTS, 64, most)[Purpose.ASSIST].keepings.get(Region.LOCAL)
    assert keeping is not None
    return keeping.period


@pytest.mark.parametrize("days", [1, 10_000])
def test_the_shorter_of_policy_and_law_holds(days: int) -> None:
    most = timedelta(days=days)
    assert kept(most) == min(kept(None), most)


def test_a_purpose_that_keeps_nothing_keeps_nothing() -> None:
    found = charters(POLICY, HOSTS, 64, timedelta(days=1))
    assert found[Purpose.ADVERTISING].keepings == {}
