"""What would the rules say? The same as they say."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from privity.access.authorize import Authorizer
from privity.access.explaining import Question, abilities, asked, explain
from privity.access.staff import Action, Role
from privity.model.words import Purpose, Region

RULES = Authorizer.load()
QUESTION = Question(Action.READ_CONVERSATION, frozenset({Role.REVIEWER}), granted=True)
questions = st.builds(
    Question,
    st.sampled_from(Action),
    st.frozensets(st.sampled_from(Role), min_size=1),
    st.sampled_from(Purpose),
    st.sampled_from(Region),
    st.one_of(st.none(), st.sampled_from(Region)),
    granted=st.booleans(),
    own=st.booleans(),
    trained=st.booleans(),
    fresh=st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(questions)
def test_what_is_explained_is_what_is_decided(question: Question) -> None:
    found = explain(RULES, question)
    assert found.answer == RULES.decide(asked(question))
    effect = "permit" if found.answer.allowed else "forbid"
    assert all(rule.effect == effect for rule in found.decided)


def test_a_grant_opens_and_its_lack_names_the_rule_that_could() -> None:
    assert explain(RULES, QUESTION).answer.because == ("break-glass",)
    without = explain(RULES, replace(QUESTION, granted=False))
    assert [rule.id for rule in without.could] == ["break-glass"]


def test_the_table_of_roles_says_who_reads_and_who_never_does() -> None:
    can = abilities(RULES)
    readers = {role for role in Role if Action.READ_CONVERSATION in can[role]}
    assert readers == {Role.REVIEWER, Role.SECURITY, Role.PRIVACY_OFFICER}
    assert all(Action.CHANGE_OWN in can[role] for role in Role)
