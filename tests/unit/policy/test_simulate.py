"""What would the policy say? The same as it says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from privity.model.words import Category, Purpose, Region
from privity.policy import decide as acts
from privity.policy.decide import Allowed, decide, treatments
from privity.policy.load import load
from privity.policy.simulate import Case, processors, simulate
from privity.policy.starter import starter
from tests.properties.policies import policies

STARTER = load(starter(controller="Okafor", contact="privacy@okafor.example"), "policy.toml")
cases = st.builds(
    Case,
    st.sampled_from(Purpose),
    st.one_of(st.none(), st.sampled_from(Category)),
    st.just(""),
    st.one_of(st.none(), st.sampled_from(Region)),
    st.one_of(st.none(), st.booleans()),
    st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(policies, cases)
def test_every_step_is_decided_as_it_is_enforced(policy, case: Case) -> None:
    found = simulate(policy, case)
    assert all(step.decision == decide(policy, step.act) for step in found.steps)
    if case.category is not None:
        assert found.treatment is treatments(policy, case.purpose)[case.category]


def test_every_act_there_is_can_be_asked_about() -> None:
    case = Case(Purpose.ASSIST, Category.EMAIL)
    asked = {type(step.act) for step in simulate(STARTER, case).steps}
    assert asked == set(acts.Act.__args__)


def test_a_name_that_the_policy_does_not_have_receives_nothing() -> None:
    found = simulate(STARTER, Case(Purpose.ASSIST, processor="elsewhere"))
    sent = [step for step in found.steps if isinstance(step.act, acts.Disclose)]
    assert [step.allowed for step in sent] == [False]
    named = simulate(STARTER, Case(Purpose.ASSIST, processor=processors(STARTER)[0]))
    assert any(isinstance(s.decision, Allowed) for s in named.steps)
