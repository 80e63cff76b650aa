"""Policies, acts and small worlds for the laws. Few names, so that clauses often meet."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from hypothesis import strategies as st

from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Announce,
    Clause,
    Collect,
    Keep,
    Minors,
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
    Consent,
    Media,
    PracticeId,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownAge,
    UnknownFields,
)
from privity.policy.canonical import Title, compose
from privity.policy.decide import (
    Act,
    Disclose,
    Improve,
    Infer,
    Notify,
    Pass,
    Review,
    Store,
    Use,
)

PURPOSES = (Purpose.ASSIST, Purpose.TRAIN, Purpose.SALES)
WORDS = (None, True, False)
MINOR = (False, True)
CATEGORIES = (Category.NAME, Category.EMAIL, Category.HEALTH, Category.CUSTOM)
NAMES = ("amber", "birch")
REGIONS = (Region.LOCAL, Region.EU)
HOSTS = ("one.example", "two.example:8443")
TITLE = Title("1", "Example Ltd", "privacy@example.org")

purposes = st.sampled_from(PURPOSES)
recipients = st.builds(
    Recipient,
    st.sampled_from(NAMES),
    st.sampled_from(REGIONS),
    st.frozensets(st.sampled_from(HOSTS), min_size=1),
    st.frozensets(st.sampled_from(REGIONS)),
)

days = st.integers(0, 3).map(lambda count: timedelta(days=count))
consents = st.sampled_from(Consent)
asked = st.none() | consents

nevers: st.SearchStrategy[Clause] = st.one_of(
    st.builds(NeverUse, st.frozensets(purposes, min_size=1)),
    st.builds(NeverShare, st.frozensets(st.sampled_from(NAMES), min_size=1)),
    st.builds(NeverInfer, st.frozensets(st.sampled_from(CATEGORIES), min_size=1)),
)
ages = st.integers(1, 3).map(lambda days: timedelta(days=days))
clauses: st.SearchStrategy[Clause] = st.one_of(
    st.builds(
        Collect,
        purposes,
        st.frozensets(st.sampled_from(CATEGORIES), min_size=1),
        st.sampled_from(Treatment),
    ),
    st.builds(Keep, purposes, days, st.frozensets(days)),
    st.builds(Share, purposes, recipients, asked),
    st.builds(Train, purposes, consents),
    st.builds(Sample, purposes, consents),
    st.builds(Announce, consents, st.booleans()),
    st.builds(Minors, st.sampled_from((13, 16, 18)), st.sampled_from(UnknownAge), st.booleans()),
    st.builds(Reside, purposes, st.sampled_from(REGIONS), st.frozensets(st.sampled_from(REGIONS))),
    st.builds(AcceptMedia, purposes, st.frozensets(st.sampled_from(Media))),
    st.builds(AcceptUnknown, purposes, st.sampled_from(UnknownFields)),
    st.builds(Rotate, ages, ages, ages),
    nevers,
)
others = st.frozensets(st.sampled_from(REGIONS))
placed = st.tuples(st.sampled_from(("answer", "learn")).map(PracticeId), clauses)


@st.composite
def useful(draw: st.DrawFn) -> Policy:
    """A policy that allows much: most random clauses alone allow nothing."""
    drawn = draw(st.lists(placed, max_size=8))
    answer = PracticeId("answer")
    aim = draw(purposes)
    drawn += [
        (answer, Collect(aim, frozenset(CATEGORIES), draw(st.sampled_from(Treatment)))),
        (answer, Keep(aim, timedelta(days=draw(st.integers(0, 3))))),
        (answer, Reside(aim, draw(st.sampled_from(REGIONS)), frozenset(draw(others)))),
        (answer, Share(aim, draw(recipients), draw(asked))),
    ]
    return compose(TITLE, drawn)


policies = st.one_of(useful(), st.lists(placed, max_size=8).map(lambda ps: compose(TITLE, ps)))

AGES = tuple(timedelta(days=days) for days in range(-1, 5))
ACTS: tuple[Act, ...] = (
    *(Use(*of) for of in product(PURPOSES, MINOR)),
    *(Disclose(*to) for to in product(PURPOSES, (*NAMES, "chalk"), (None, *REGIONS), WORDS, MINOR)),
    *(Store(*what) for what in product(PURPOSES, REGIONS, AGES, MINOR)),
    *(Improve(*of) for of in product(PURPOSES, WORDS, MINOR)),
    *(Review(*of) for of in product(PURPOSES, WORDS, MINOR)),
    *(Notify(word) for word in WORDS),
    *(Pass(*pair) for pair in product(PURPOSES, Media)),
    *(Infer(category) for category in CATEGORIES),
)
