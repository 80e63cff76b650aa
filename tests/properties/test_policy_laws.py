"""The laws of the declaration: one file, read the same way by everyone."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import assert_never

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import NotPermitted, PolicyWidened
from privity.model.finding import Tally
from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Announce,
    Collect,
    Keep,
    NeverInfer,
    NeverShare,
    NeverUse,
    Policy,
    Reside,
    Rotate,
    Sample,
    Share,
    Train,
)
from privity.model.words import (
    Category,
    KeyLevel,
    PracticeId,
    Purpose,
    Treatment,
    UnknownFields,
)
from privity.policy.canonical import compose
from privity.policy.decide import (
    Act,
    Allowed,
    Disclose,
    Improve,
    Infer,
    Notify,
    Pass,
    Refused,
    Review,
    Store,
    Use,
    accepted_media,
    decide,
    recipient,
    recipients,
    residence,
    retention,
    treatments,
    unknown_fields,
)
from privity.policy.diff import admit, changes, widens
from privity.policy.evidence import Held, evidence, results
from privity.policy.exposure import exposes_more, stricter_of
from privity.policy.notice import notice
from privity.policy.offers import rotation
from privity.policy.queries import ALLOWED, Holdings
from tests.properties.policies import (
    ACTS,
    CATEGORIES,
    HOSTS,
    PURPOSES,
    REGIONS,
    TITLE,
    nevers,
    policies,
)

NEVER = PracticeId("never")


def allowed(policy: Policy) -> set[Act]:
    return {act for act in ACTS if isinstance(decide(policy, act), Allowed)}


def with_clause(policy: Policy, clause: object) -> Policy:
    return compose(TITLE, (*policy.clauses, (NEVER, clause)))  # type: ignore[arg-type]


@given(policies)
def test_silence_refuses(policy: Policy) -> None:
    for act in allowed(policy):
        silent = [(p, clause) for p, clause in policy.clauses if not says(clause, act)]
        assert isinstance(decide(compose(TITLE, silent), act), Refused)


def test_a_policy_that_says_nothing_allows_nothing() -> None:
    empty = compose(TITLE, ())
    assert allowed(empty) == set()
    assert set(treatments(empty, Purpose.ASSIST).values()) == {Treatment.EXCLUDE}


@given(policies, nevers)
def test_adding_a_never_permits_nothing_new(policy: Policy, never: object) -> None:
    stricter = with_clause(policy, never)
    assert allowed(stricter) <= allowed(policy)
    for purpose in PURPOSES:
        before, after = treatments(policy, purpose), treatments(stricter, purpose)
        assert not any(exposes_more(after[c], before[c]) for c in Category)
        assert set(recipients(stricter, purpose)) <= set(recipients(policy, purpose))


@given(policies)
def test_what_is_done_is_said(policy: Policy) -> None:
    said = notice(policy)
    for act in allowed(policy):
        decision = decide(policy, act)
        assert isinstance(decision, Allowed)
        assert any(says(sentence.clause, act) for sentence in said)
        assert decision.because in {sentence.practice for sentence in said}


def says(clause: object, act: Act) -> bool:  # noqa: PLR0911 - one case for each act
    match act:
        case Use(purpose):
            return isinstance(clause, Collect) and clause.purpose == purpose
        case Disclose(purpose, name, region):
            if not isinstance(clause, Share):
                return False
            to = clause.recipient
            says_so = (clause.purpose, to.name) == (purpose, name)
            return says_so and (not to.serves or region in to.serves)
        case Store(purpose, _, age):
            return isinstance(clause, Keep) and clause.purpose == purpose and age <= clause.period
        case Improve(purpose):
            return isinstance(clause, Train) and clause.purpose == purpose
        case Review(purpose):
            return isinstance(clause, Sample) and clause.purpose == purpose
        case Notify():
            return isinstance(clause, Announce)
        case Pass(purpose, media):
            of_purpose = isinstance(clause, AcceptMedia) and clause.purpose == purpose
            return of_purpose and media in clause.media
        case Infer():
            return False
        case _:
            assert_never(act)


@given(policies)
def test_what_is_promised_is_kept(policy: Policy) -> None:
    for sentence in notice(policy):
        match sentence.clause:
            case Collect(purpose, categories, treatment):
                used = treatments(policy, purpose)
                assert not any(exposes_more(used[c], treatment) for c in categories)
            case Keep(purpose, period):
                kept = retention(policy, purpose)
                assert kept is None or kept <= period
            case Reside(purpose, region, others):
                kept = retention(policy, purpose)
                assert kept is None or residence(policy, purpose) in {region, *others}
                stored = {
                    act.region
                    for act in allowed(policy)
                    if isinstance(act, Store) and act.purpose is purpose
                }
                assert stored <= {region, *others}
            case Share(purpose, to) if to.serves:
                reached = {
                    act.region
                    for act in allowed(policy)
                    if act == Disclose(purpose, to.name, getattr(act, "region", None))
                }
                assert reached <= to.serves
            case Rotate(root, partition, person):
                kept_until = rotation(policy)
                assert kept_until[KeyLevel.ROOT] <= root
                assert kept_until[KeyLevel.PARTITION] <= partition
                assert kept_until[KeyLevel.PERSON] <= person
            case AcceptMedia(purpose, media):
                assert accepted_media(policy, purpose) <= media
            case AcceptUnknown(purpose, rule):
                assert unknown_fields(policy, purpose) in {rule, UnknownFields.REFUSE}
            case _:
                pass  # what is shared is a permission; the nevers have a law of their own


@given(policies, st.sampled_from(PURPOSES))
def test_what_is_not_kept_has_no_place(policy: Policy, purpose: Purpose) -> None:
    if retention(policy, purpose) is None:
        with pytest.raises(NotPermitted):
            residence(policy, purpose)
    else:
        stored = {act.region for act in allowed(policy) if isinstance(act, Store)}
        assert residence(policy, purpose) in stored


@given(policies)
def test_what_never_happens_is_refused(policy: Policy) -> None:
    for sentence in notice(policy):
        match sentence.clause:
            case NeverUse(purposes):
                assert all(isinstance(decide(policy, Use(p)), Refused) for p in purposes)
            case NeverShare(names):
                assert not any(r.name in names for p in PURPOSES for r in recipients(policy, p))
            case NeverInfer(categories):
                assert all(isinstance(decide(policy, Infer(c)), Refused) for c in categories)
            case _:
                pass


@given(policies)
def test_each_clause_is_said_once_and_in_full(policy: Policy) -> None:
    said = notice(policy)
    assert sorted(map(repr, policy.clauses)) == sorted(
        repr((sentence.practice, sentence.clause)) for sentence in said
    )
    for sentence in said:
        if isinstance(sentence.clause, Collect | NeverInfer):
            assert all(category.words in sentence.text for category in sentence.clause.categories)
        if isinstance(sentence.clause, Share):
            to = sentence.clause.recipient
            assert all(part in sentence.text for part in (to.name, *to.hosts))
        if isinstance(sentence.clause, NeverShare):
            assert all(name in sentence.text for name in sentence.clause.recipients)


@given(policies)
def test_every_sentence_has_evidence(policy: Policy) -> None:
    shown = evidence(policy)
    assert [(proof.practice, proof.clause) for proof in shown[:-1]] == list(policy.clauses)
    assert all(proof.controls and proof.queries for proof in shown)


@dataclass(frozen=True)
class Written:
    event: str
    policy: str
    purpose: Purpose
    tally: Tally = field(default_factory=dict)
    facts: dict[str, str | int] = field(default_factory=dict)


def exchanges(policy: Policy) -> list[Written]:
    """What an honest gateway writes: only what decide() allowed, treated as said."""
    written = []
    for purpose in PURPOSES:
        treated = treatments(policy, purpose)
        for to, region in product(recipients(policy, purpose), (None, *REGIONS)):
            if isinstance(decide(policy, Disclose(purpose, to.name, region)), Refused):
                continue
            facts: dict[str, str | int] = {"processor": to.name, "region": to.region.value}
            if region is not None:
                facts["resident"] = region.value
            if (period := retention(policy, purpose)) is not None:
                facts["keep_seconds"] = round(period.total_seconds())
            facts["media"] = ",".join(accepted_media(policy, purpose))
            tally = {(category, treated[category]): 1 for category in CATEGORIES}
            written.append(Written(ALLOWED, policy.digest, purpose, tally, facts))
    return written


@given(policies)
def test_an_honest_log_breaks_no_promise(policy: Policy) -> None:
    found = results(policy, exchanges(policy), Holdings({}, 0))
    assert all(isinstance(result, Held) for _, result in found)


@given(policies, policies)
def test_what_does_not_widen_allows_nothing_new(old: Policy, new: Policy) -> None:
    if widens(old, new):
        return
    assert allowed(new) <= allowed(old)
    for purpose in PURPOSES:
        if isinstance(decide(new, Use(purpose)), Refused):
            continue
        was, now = treatments(old, purpose), treatments(new, purpose)
        assert not any(exposes_more(now[c], was[c]) for c in Category)
        if unknown_fields(new, purpose) is UnknownFields.TREAT:
            assert unknown_fields(old, purpose) is UnknownFields.TREAT
        for host in HOSTS:
            assert recipient(new, purpose, host) is None or recipient(old, purpose, host)


@given(policies, nevers)
def test_a_new_never_needs_no_review_and_taking_it_back_does(policy: Policy, never: object) -> None:
    stricter = with_clause(policy, never)
    assert not widens(policy, stricter)
    promised = any(change.text.startswith("Newly") for change in changes(policy, stricter))
    assert widens(stricter, policy) or not promised


@given(policies, policies)
def test_there_are_changes_exactly_when_the_digests_differ(old: Policy, new: Policy) -> None:
    assert bool(changes(old, new)) == (old.digest != new.digest)


@given(policies, policies)
def test_what_widens_loads_only_after_a_review_of_exactly_it(old: Policy, new: Policy) -> None:
    assert admit(old, new, frozenset({new.digest})) == new
    assert admit(None, new, frozenset()) == new
    if widens(old, new):
        with pytest.raises(PolicyWidened):
            admit(old, new, frozenset({old.digest}))
    else:
        assert admit(old, new, frozenset()) == new


@given(policies, st.randoms(use_true_random=False))
def test_the_order_of_clauses_means_nothing(policy: Policy, random: object) -> None:
    shuffled = list(policy.clauses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compose(TITLE, shuffled) == policy


@given(policies)
def test_leaving_a_clause_out_changes_the_digest(policy: Policy) -> None:
    digests = {
        compose(TITLE, policy.clauses[:place] + policy.clauses[place + 1 :]).digest
        for place in range(len(policy.clauses))
    }
    assert policy.digest not in digests


@given(st.sampled_from(Treatment), st.sampled_from(Treatment))
def test_the_stricter_of_two_hides_what_either_hides(one: Treatment, other: Treatment) -> None:
    stricter = stricter_of(one, other)
    assert not exposes_more(stricter, one)
    assert not exposes_more(stricter, other)
    assert stricter == stricter_of(other, one)


@given(policies, st.sampled_from(PURPOSES))
def test_every_category_has_a_treatment(policy: Policy, purpose: Purpose) -> None:
    assert set(treatments(policy, purpose)) == set(Category)
