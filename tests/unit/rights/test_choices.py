"""What a person decided, what holds, and what is left of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import ChoiceNotOffered, Tampered
from privity.model.policy import Policy
from privity.model.words import Purpose
from privity.policy.load import load
from privity.policy.starter import starter
from privity.rights.ages import Standing
from privity.rights.choices import (
    UNDECIDED,
    Choice,
    Choices,
    Method,
    acknowledged,
    changed,
    objections,
    packed,
    signalled,
    unpacked,
)
from privity.rights.controls import (
    Control,
    Setting,
    Value,
    offer_of,
    offered,
    parse_value,
    read_setting,
    value_code,
)
from privity.rights.effective import effective
from privity.rights.ledger import still_counting

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
ASSIST = Purpose.ASSIST
SHARE = Setting(Control.SHARE, "echo")
TEXT = (
    starter()
    .replace('hosts  = ["builtin"]', 'hosts  = ["builtin"]\noptional = "opt_out"')
    .replace('review  = "opt_in"', 'review  = "opt_in"\ntrain = "opt_out"')
    .replace('"advertising", "train"', '"advertising"')
)
POLICY = load(TEXT, "policy.toml")
WIDER = load(TEXT.replace('"30 days"', '"60 days"'), "policy.toml")


def chosen(
    choices: Choices, setting: Setting, value: Value, at: datetime = NOON, policy: Policy = POLICY
) -> Choices:
    choice = Choice(setting, value, at, Method.PAGE, policy.digest)
    return changed(choices, offer_of(policy, ASSIST, setting), choice)


def held(choices: Choices, standing: Standing = Standing.ADULT, policy: Policy = POLICY):
    return effective(policy, ASSIST, choices, standing)


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just(Setting(Control.KEEP)), st.sampled_from([0 * DAY, DAY, 7 * DAY, 30 * DAY])
        ),
        st.tuples(
            st.sampled_from(
                [
                    Setting(Control.TRAIN),
                    Setting(Control.REVIEW),
                    Setting(Control.MAIL),
                    SHARE,
                ]
            ),
            st.booleans(),
        ),
        st.none(),
    ),
    max_size=8,
)


def after(made: list[tuple[Setting, Value] | None]) -> Choices:
    choices, at = UNDECIDED, NOON
    for step in made:
        at += SECOND
        choices = signalled(choices, at) if step is None else chosen(choices, *step, at)
    return choices


@given(steps, st.sampled_from(Standing))
def test_no_choice_allows_what_the_policy_does_not(made: list, standing: Standing) -> None:
    all_agreed = UNDECIDED
    for offer in offered(POLICY, ASSIST):
        most_of = -1 if offer.asked is None else 0
        all_agreed = chosen(all_agreed, offer.setting, offer.values[most_of])
    most, now = held(all_agreed), held(after(made), standing)
    assert (now.keep or 0 * DAY) <= (most.keep or 0 * DAY)
    assert now.recipients <= most.recipients
    assert (now.train, now.review, now.mail) <= (True, True, True)
    assert not (now.minor and (now.keep or now.train or now.review))


@given(steps)
def test_what_is_stored_is_what_was_chosen(made: list) -> None:
    choices = acknowledged(after(made), POLICY.digest)
    assert unpacked(packed(choices)) == choices


@given(steps)
def test_erasing_takes_agreements_and_leaves_objections(made: list) -> None:
    choices = after(made)
    left = held(objections(choices))
    assert left.agreed == ()
    assert set(held(choices).objected) <= set(left.objected)
    assert objections(choices).keeps() == choices.keeps()


@given(steps)
def test_a_signal_objects_to_sharing_and_training_once(made: list) -> None:
    choices = after(made)
    once = signalled(choices, NOON + DAY)
    assert signalled(once, NOON + 2 * DAY) == once
    if choices.signalled is None:
        assert not held(once).train
        assert held(once).recipients == frozenset()
    agreed = chosen(once, Setting(Control.TRAIN), value=True, at=NOON + 3 * DAY)
    assert held(agreed).train == (agreed.keeps() != 0 * DAY)


def test_what_is_not_offered_cannot_be_chosen() -> None:
    for setting, value in (
        (Setting(Control.KEEP), 60 * DAY),
        (Setting(Control.SHARE, "somebody"), True),
        (Setting(Control.REVIEW), DAY),
    ):
        with pytest.raises(ChoiceNotOffered):
            chosen(UNDECIDED, setting, value)


def test_an_agreement_goes_stale_when_the_notice_allows_more_and_an_objection_does_not() -> None:
    said = chosen(UNDECIDED, Setting(Control.REVIEW), value=True)
    said = chosen(said, Setting(Control.TRAIN), value=False)
    now = effective(WIDER, ASSIST, said, Standing.ADULT, still_counting(WIDER, {"x": POLICY}))
    assert (now.agreed, now.objected) == ((), ("train",))
    earlier = {WIDER.digest: WIDER}
    back = effective(POLICY, ASSIST, said, Standing.ADULT, still_counting(POLICY, earlier))
    assert back.agreed == ("review",)


def test_an_agreement_outlives_a_notice_that_only_allows_less() -> None:
    said = chosen(UNDECIDED, Setting(Control.REVIEW), value=True, policy=WIDER)
    counting = still_counting(POLICY, {WIDER.digest: WIDER})
    assert effective(POLICY, ASSIST, said, Standing.ADULT, counting).review


def test_stored_choices_that_were_altered_are_refused() -> None:
    for broken in (b"", b"[]", b"{}", packed(UNDECIDED)[:-2]):
        with pytest.raises(Tampered):
            unpacked(broken)


@pytest.mark.parametrize("code", ["", "share:", "share", "everything", "KEEP"])
def test_only_names_of_settings_are_settings(code: str) -> None:
    with pytest.raises(ChoiceNotOffered):
        read_setting(code)


def test_every_offer_can_be_written_and_read() -> None:
    for offer in offered(POLICY, ASSIST):
        assert read_setting(offer.setting.code) == offer.setting
        assert [parse_value(value_code(value)) for value in offer.values] == list(offer.values)
        assert offer.default in offer.values
