"""A policy for people of several regions: who is served where, what is said, what widens."""

import pytest

from privity.errors import PolicyInvalid
from privity.model.policy import Policy, Reside, Share
from privity.model.words import Purpose, Recipient, Region
from privity.policy.decide import (
    Allowed,
    Disclose,
    Refused,
    Store,
    decide,
    recipients,
    residence,
    residences,
    retention,
)
from privity.policy.diff import changes, widens
from privity.policy.evidence import Broken, results
from privity.policy.load import load
from privity.policy.notice import say
from privity.policy.queries import Holdings

ASSIST = Purpose.ASSIST
POLICY = """
version = "1"
controller = "Example Ltd"
contact = "privacy@example.org"

[[processor]]
name = "amber"
region = "eu"
hosts = ["amber.example"]

[[processor]]
name = "birch"
region = "us"
hosts = ["birch.example"]
serves = ["us", "eu"]

[practice.answer]
purpose = "assist"
share = ["amber", "birch"]
keep = "2 weeks"
store_in = ["eu", "us"]

[practice.answer.treat]
everything_else = "exclude"
"""


def policy(text: str = POLICY) -> Policy:
    return load(text, "policy.toml")


def one(text: str = POLICY) -> Policy:
    return policy(
        text.replace('["eu", "us"]\n\n[practice.answer.treat]', '"eu"\n\n[practice.answer.treat]')
    )


def test_the_first_region_is_the_default() -> None:
    assert residences(policy(), ASSIST) == (Region.EU, Region.US)
    assert residence(policy(), ASSIST) is Region.EU
    turned = policy(POLICY.replace('store_in = ["eu", "us"]', 'store_in = ["us", "eu"]'))
    assert residence(turned, ASSIST) is Region.US
    assert turned.digest != policy().digest


def test_text_is_stored_in_the_regions_that_are_listed_and_in_no_other() -> None:
    period = retention(policy(), ASSIST)
    assert period is not None
    for region in Region:
        allowed = isinstance(decide(policy(), Store(ASSIST, region, period)), Allowed)
        assert allowed == (region in {Region.EU, Region.US})


@pytest.mark.parametrize(
    ("name", "region", "allowed"),
    [
        ("amber", Region.EU, True),
        ("amber", Region.US, False),
        ("amber", None, False),
        ("birch", Region.EU, True),
        ("birch", Region.US, True),
        ("birch", Region.UK, False),
    ],
)
def test_a_processor_serves_people_of_its_own_region_unless_it_says_more(
    name: str, region: Region | None, *, allowed: bool
) -> None:
    decision = decide(policy(), Disclose(ASSIST, name, region))
    assert isinstance(decision, Allowed if allowed else Refused)


def test_where_there_is_one_region_a_processor_that_is_listed_serves_its_people() -> None:
    text = POLICY.replace('serves = ["us", "eu"]\n', "")
    for to in recipients(one(text), ASSIST):
        assert to.serves == frozenset()
        assert isinstance(decide(one(text), Disclose(ASSIST, to.name, Region.EU)), Allowed)


def test_one_region_in_a_list_is_the_same_as_one_region() -> None:
    assert policy(POLICY.replace('["eu", "us"]\n\n', '["eu"]\n\n')) == one()


def test_a_policy_for_one_region_keeps_the_digest_it_always_had() -> None:
    said = one(POLICY.replace('serves = ["us", "eu"]\n', ""))
    assert said.digest == "9486d48c4b38d8aa0eafd043a8128f8df399c378a66dc56dbbae6c2460f1d29e"


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        ('store_in = ["eu", "us"]', 'store_in = ["eu", "mars"]', 'does not know "mars"'),
        ('store_in = ["eu", "us"]', 'store_in = ["eu", "eu"]', 'names "eu" twice'),
        ('store_in = ["eu", "us"]', "store_in = []", "must name at least one region"),
        ('serves = ["us", "eu"]', 'serves = "us"', "processor.serves must be a list of texts"),
        ('keep = "2 weeks"\n', "", "store_in needs practice.answer.keep"),
    ],
)
def test_mistakes_are_told(before: str, after: str, mistake: str) -> None:
    with pytest.raises(PolicyInvalid, match=mistake) as refusal:
        policy(POLICY.replace(before, after))
    assert len(refusal.value.detail.splitlines()) == 1


def test_the_notice_says_where_and_to_whom() -> None:
    said = {type(clause): say(clause) for _, clause in policy().clauses}
    assert said[Reside] == (
        "To answer you, we store conversations only in your own region. That is in the European "
        "Union if no region is set for you. It can also be in the United States."
    )
    share = next(say(c) for _, c in policy().clauses if isinstance(c, Share))
    assert share == (
        "To answer you, we send your changed text to amber in the European Union "
        "(amber.example). We do this only if your region is the European Union."
    )


def told(old: Policy, new: Policy) -> dict[str, bool]:
    return {change.text: change.widens for change in changes(old, new)}


def test_a_further_region_widens_and_taking_one_away_does_not() -> None:
    more = policy(POLICY.replace('store_in = ["eu", "us"]', 'store_in = ["eu", "us", "uk"]'))
    assert widens(one(), policy())
    text = "To answer you: conversations of people of uk are stored in uk."
    assert told(policy(), more) == {text: True}
    assert told(more, policy()) == {"To answer you: people of uk are no longer served.": False}


def test_another_default_widens() -> None:
    turned = policy(POLICY.replace('store_in = ["eu", "us"]', 'store_in = ["us", "eu"]'))
    assert widens(policy(), turned)


def test_a_processor_that_serves_more_people_widens() -> None:
    fewer = policy(POLICY.replace('serves = ["us", "eu"]\n', ""))
    assert widens(fewer, policy())
    assert not widens(policy(), fewer)


def test_text_sent_to_a_processor_of_another_region_breaks_the_sentence() -> None:
    class Entry:
        event = "exchange.allowed"
        policy = policy().digest
        purpose = ASSIST
        tally: dict[object, int] = {}  # noqa: RUF012 - read only
        facts = {"processor": "amber", "region": "eu", "resident": "us"}  # noqa: RUF012

    found = results(policy(), [Entry()], Holdings({}, 0))
    broken = {p.clause for p, result in found if isinstance(result, Broken)}
    assert {c.recipient.name for c in broken if isinstance(c, Share)} == {"amber", "birch"}


def test_a_record_in_the_store_of_another_region_breaks_the_sentence() -> None:
    holdings = Holdings({(ASSIST, Region.EU): 2}, 0, misplaced=1)
    found = results(policy(), [], holdings)
    (broken,) = {p.clause for p, result in found if isinstance(result, Broken)}
    assert isinstance(broken, Reside)


def test_the_recipient_found_says_whom_it_serves() -> None:
    amber = Recipient("amber", Region.EU, frozenset({"amber.example"}), frozenset({Region.EU}))
    assert amber in recipients(policy(), ASSIST)
