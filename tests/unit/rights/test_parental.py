"""The states of a parent's consent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import ConsentOutOfTurn
from privity.rights.parental import (
    OPEN,
    Checked,
    Confirmed,
    Consent,
    ConsentId,
    Declined,
    FormJudged,
    FormSent,
    Happening,
    Mailed,
    Method,
    Renewed,
    Revoked,
    State,
    Terms,
    asked,
    at_present,
    happened,
    is_proven,
    is_renewable,
    second_is_due,
)

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TERMS = Terms()
NEW = asked(ConsentId("a"), NOW, TERMS)
HAPPENINGS: st.SearchStrategy[Happening] = st.one_of(
    st.just(Mailed()),
    st.just(Confirmed()),
    st.just(FormSent()),
    st.builds(FormJudged, st.booleans()),
    st.builds(Checked, st.sampled_from((Method.CARD, Method.KNOWLEDGE)), st.booleans()),
    st.just(Declined()),
    st.just(Renewed()),
    st.just(Revoked()),
)
STORIES = st.lists(st.tuples(HAPPENINGS, st.integers(0, 30 * 24)), max_size=12)
FINAL = frozenset({State.REFUSED, State.LAPSED, State.REVOKED, State.ENDED})


def told(story: list[tuple[Happening, int]]) -> tuple[list[tuple[Happening, Consent]], datetime]:
    """Every happening that was possible, with what it led to, and the time at the end."""
    consent, now = NEW, NOW
    steps: list[tuple[Happening, Consent]] = []
    for what, hours in story:
        now += timedelta(hours=hours)
        try:
            consent = happened(consent, what, now, TERMS)
        except ConsentOutOfTurn:
            continue
        steps.append((what, consent))
    return steps, now


def after(*story: tuple[Happening, timedelta]) -> Consent:
    consent, now = NEW, NOW
    for what, wait in story:
        now += wait
        consent = happened(consent, what, now, TERMS)
    return consent


AT_ONCE = timedelta()
GRANTED = after((Mailed(), AT_ONCE), (Checked(Method.CARD, passed=True), AT_ONCE))


@given(STORIES)
def test_only_a_completed_way_proves_consent(story: list[tuple[Happening, int]]) -> None:
    steps, now = told(story)
    if not steps or not is_proven(steps[-1][1], now):
        return
    happenings = [what for what, _ in steps]
    ways = {
        Method.EMAIL_PLUS: happenings.count(Confirmed()) == 2,
        Method.SIGNED_FORM: FormSent() in happenings and FormJudged(accepted=True) in happenings,
        Method.CARD: Checked(Method.CARD, passed=True) in happenings,
        Method.KNOWLEDGE: Checked(Method.KNOWLEDGE, passed=True) in happenings,
    }
    method = steps[-1][1].method
    assert method is not None
    assert ways[method]
    assert happenings[0] == Mailed()


@given(STORIES, HAPPENINGS)
def test_nothing_leads_out_of_an_end(story: list[tuple[Happening, int]], more: Happening) -> None:
    steps, now = told(story)
    last = at_present(steps[-1][1] if steps else NEW, now)
    if last.state in FINAL:
        with pytest.raises(ConsentOutOfTurn):
            happened(last, more, now, TERMS)


@given(STORIES)
def test_everything_but_an_end_has_a_deadline(story: list[tuple[Happening, int]]) -> None:
    steps, _ = told(story)
    for _, consent in steps:
        assert (consent.until is None) == (consent.state in FINAL)


@given(STORIES, st.integers(1, 500))
def test_every_deadline_has_its_effect_by_itself(
    story: list[tuple[Happening, int]], days: int
) -> None:
    steps, now = told(story)
    last = at_present(steps[-1][1] if steps else NEW, now)
    later = at_present(last, now + timedelta(days=days))
    assert later.until is None or later.until > now + timedelta(days=days)
    if later != last:
        assert later.state is (State.ENDED if last.state is State.GRANTED else State.LAPSED)


@given(st.timedeltas(AT_ONCE, TERMS.second_after - timedelta(seconds=1)))
def test_the_second_confirmation_cannot_follow_at_once(wait: timedelta) -> None:
    once = after((Mailed(), AT_ONCE), (Confirmed(), AT_ONCE))
    assert not second_is_due(once, NOW + wait, TERMS)
    with pytest.raises(ConsentOutOfTurn):
        happened(once, Confirmed(), NOW + wait, TERMS)


def test_two_confirmations_a_day_apart_grant() -> None:
    consent = after((Mailed(), AT_ONCE), (Confirmed(), AT_ONCE), (Confirmed(), TERMS.second_after))
    assert (consent.state, consent.method) == (State.GRANTED, Method.EMAIL_PLUS)


def test_a_check_can_be_failed_a_few_times_only() -> None:
    wrong = [(Checked(Method.KNOWLEDGE, passed=False), AT_ONCE)] * TERMS.attempts
    assert after((Mailed(), AT_ONCE), *wrong[1:]).state is State.SENT
    assert after((Mailed(), AT_ONCE), *wrong).state is State.REFUSED


def test_the_failures_of_one_check_count_for_the_other() -> None:
    story = [
        (Checked(Method.KNOWLEDGE, passed=False), AT_ONCE),
        (Checked(Method.CARD, passed=False), AT_ONCE),
    ]
    consent = after((Mailed(), AT_ONCE), *story, (Checked(Method.KNOWLEDGE, passed=False), AT_ONCE))
    assert consent.state is State.REFUSED


def test_a_form_that_staff_rejects_is_refused() -> None:
    story = [(FormSent(), AT_ONCE), (FormJudged(accepted=False), AT_ONCE)]
    assert after((Mailed(), AT_ONCE), *story).state is State.REFUSED


def test_a_consent_is_renewed_only_before_its_end() -> None:
    near = NOW + TERMS.lasts - TERMS.renew_from
    assert not is_renewable(GRANTED, NOW, TERMS)
    assert happened(GRANTED, Renewed(), near, TERMS).until == near + TERMS.lasts
    with pytest.raises(ConsentOutOfTurn):
        happened(GRANTED, Renewed(), NOW + TERMS.lasts, TERMS)


def test_a_consent_that_was_taken_back_proves_nothing() -> None:
    assert not is_proven(happened(GRANTED, Revoked(), NOW, TERMS), NOW)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_parent_can_say_no_at_any_time_before(state: State) -> None:
    waiting = Consent(ConsentId("a"), state, None, NOW, NOW + TERMS.answer_within)
    assert happened(waiting, Declined(), NOW, TERMS).state is State.REFUSED
