"""Questions that only a parent can answer."""

from collections.abc import Sequence

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import BadInput
from privity.rights.knowledge import (
    DRAWN,
    MOST_CHANCE,
    Question,
    chance,
    draw,
    load_questions,
    pack,
    passed,
)

MANY = tuple(
    Question(f"Question {n}?", tuple(f"choice {n}.{c}" for c in range(5)), n % 5) for n in range(8)
)


def answers(drawn: Sequence[Question]) -> list[str]:
    return [str(question.right) for question in drawn]


@given(st.text(max_size=20))
def test_the_right_answers_pass_in_whatever_order_they_stand(attempt: str) -> None:
    drawn = draw(MANY, attempt)
    assert passed(drawn, answers(drawn))
    by_text = {question.text: question.choices[question.right] for question in MANY}
    assert all(q.choices[q.right] == by_text[q.text] for q in drawn)


@given(st.text(max_size=20), st.integers(0, DRAWN - 1), st.integers(1, 4))
def test_one_wrong_answer_fails(attempt: str, place: int, off: int) -> None:
    drawn = draw(MANY, attempt)
    given_ = answers(drawn)
    given_[place] = str((int(given_[place]) + off) % 5)
    assert not passed(drawn, given_)


def test_no_questions_are_never_passed() -> None:
    assert not passed((), [])


def test_an_attempt_shows_the_same_again_and_another_one_differs() -> None:
    assert draw(MANY, "a.0") == draw(MANY, "a.0")
    assert draw(MANY, "a.0") != draw(MANY, "a.1")


def test_what_is_packed_is_read_again() -> None:
    assert load_questions(pack(MANY)) == MANY
    assert chance(MANY) <= MOST_CHANCE


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"text": "a", "choices": ["x", "y"], "right": "x"}] * DRAWN,
        [{"text": "a", "choices": ["x"] * 5, "right": "x"}] * DRAWN,
        [{"text": "a", "choices": list("vwxyz"), "right": "q"}] * DRAWN,
        [{"text": "a", "choices": 5, "right": "q"}] * DRAWN,
        {"text": "secret"},
    ],
)
def test_what_could_be_guessed_or_read_wrong_is_refused(rows: object) -> None:
    with pytest.raises(BadInput) as refused:
        load_questions(orjson.dumps(rows))
    assert "secret" not in str(refused.value)
