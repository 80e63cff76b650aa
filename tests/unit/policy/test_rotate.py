"""The clause about the ages of keys: read, said, compared, proved."""

from datetime import timedelta

import pytest

from privity.errors import PolicyInvalid
from privity.model.policy import Policy, Rotate
from privity.model.words import KeyLevel
from privity.policy.canonical import compose
from privity.policy.diff import changes, widens
from privity.policy.evidence import Broken, Held, Result, results
from privity.policy.load import load
from privity.policy.notice import Topic, notice
from privity.policy.offers import rotation
from privity.policy.queries import Holdings
from tests.properties.policies import TITLE
from tests.unit.policy.test_load import GOOD

DAY = timedelta(days=1)
SAID = '\n[rotate]\nroot = "52 weeks"\npartition = "90 days"\nperson = "180 days"\n'
AGES = {KeyLevel.ROOT: 364 * DAY, KeyLevel.PARTITION: 90 * DAY, KeyLevel.PERSON: 180 * DAY}


def policy(said: str = SAID) -> Policy:
    return load(GOOD + said, "policy.toml")


def proved(ages: dict[KeyLevel, timedelta]) -> Result:
    found = results(policy(), [], Holdings({}, 0, keys=ages))
    return next(result for proof, result in found if isinstance(proof.clause, Rotate))


def test_the_ages_are_those_of_the_file() -> None:
    assert rotation(policy()) == AGES


def test_a_policy_that_says_nothing_promises_no_age() -> None:
    assert rotation(policy("")) == {}


def test_of_two_clauses_the_shorter_age_holds() -> None:
    practice = policy().clauses[0][0]
    clauses = (Rotate(9 * DAY, 2 * DAY, 3 * DAY), Rotate(1 * DAY, 5 * DAY, 3 * DAY))
    both = compose(TITLE, [(practice, each) for each in clauses])
    assert list(rotation(both).values()) == [1 * DAY, 2 * DAY, 3 * DAY]


@pytest.mark.parametrize(
    "wrong",
    [
        SAID.replace('"90 days"', '"soon"'),
        SAID.replace('partition = "90 days"\n', ""),
        SAID + 'record = "1 day"\n',
        SAID.replace('"90 days"', "90"),
    ],
)
def test_an_age_that_is_missing_or_unclear_is_a_mistake(wrong: str) -> None:
    with pytest.raises(PolicyInvalid):
        policy(wrong)


def test_it_is_said_with_what_is_kept() -> None:
    (said,) = [each for each in notice(policy()) if isinstance(each.clause, Rotate)]
    assert said.topic is Topic.KEEP
    assert said.text == (
        "We change the keys to what we keep: your own after 180 days, "
        "the ones above it after 90 days and 364 days."
    )


def test_keys_that_are_young_enough_keep_the_promise() -> None:
    assert proved(AGES) == Held(3)


def test_a_key_may_be_a_day_late_for_a_server_that_was_away() -> None:
    assert proved({level: age + DAY for level, age in AGES.items()}) == Held(3)


@pytest.mark.parametrize("level", KeyLevel)
def test_a_key_that_is_too_old_breaks_it(level: KeyLevel) -> None:
    late = AGES[level] + DAY + timedelta(seconds=1)
    assert proved({**AGES, level: late}) == Broken(1)


def test_without_keys_there_is_nothing_to_examine() -> None:
    assert proved({}) == Held(0)


def test_a_longer_age_or_none_widens_and_a_shorter_one_does_not() -> None:
    longer = policy(SAID.replace("90 days", "91 days"))
    assert widens(policy(), longer)
    assert not widens(longer, policy())
    assert widens(policy(), policy(""))
    assert not widens(policy(""), policy())


def test_a_change_names_the_key_and_both_ages() -> None:
    (change,) = changes(policy(), policy(SAID.replace("90 days", "30 days")))
    assert change.text == "Keys: partition keys are replaced after 30 days instead of 90 days."
