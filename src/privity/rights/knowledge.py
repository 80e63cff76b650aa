"""Questions that only a parent can answer: 16 CFR 312.5(b)(2)(vi), dynamic multiple choice.

The operator loads questions with choices for a child; some of them are drawn for each attempt. They
are sealed under the child's key and deleted with the request.

Invariants: questions that could be guessed are refused when they are loaded, not when they are
asked; every question must be answered right; which are drawn, and in which order the choices stand,
differs between attempts and is the same within one.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import orjson

from privity.errors import BadInput

DRAWN = 5
"""How many questions are asked at once."""
MOST_CHANCE = 1 / 1000
"""How likely it may be, at most, that guesses pass."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its choices, and which of them is right (from 0)."""

    text: str
    choices: tuple[str, ...]
    right: int


def load_questions(data: bytes) -> tuple[Question, ...]:
    """Read questions as JSON: `[{"text", "choices": [...], "right": "..."}]`. Raises BadInput.

    Refused where fewer than `DRAWN` are given or guesses could pass.
    """
    try:
        rows = orjson.loads(data)
        found = tuple(
            Question(str(row["text"]), _choices(row), row["choices"].index(row["right"]))
            for row in rows
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        message = "this is not a list of questions with text, choices and the right one"
        raise BadInput(message) from None  # the inner error may quote a question
    if len(found) < DRAWN or chance(sorted(found, key=lambda q: len(q.choices))) > MOST_CHANCE:
        message = f"at least {DRAWN} questions are needed, with enough choices to rule out guessing"
        raise BadInput(message)
    return found


def pack(questions: Sequence[Question]) -> bytes:
    """Return questions in the form that `load_questions` reads."""
    rows = [
        {"text": q.text, "choices": list(q.choices), "right": q.choices[q.right]} for q in questions
    ]
    return orjson.dumps(rows)


def chance(questions: Sequence[Question]) -> float:
    """Return how likely guesses pass, where the questions with the fewest choices are drawn."""
    return prod(1 / len(question.choices) for question in questions[:DRAWN])


def draw(questions: Sequence[Question], attempt: str) -> tuple[Question, ...]:
    """Return the questions of one attempt, with their choices in another order."""
    chosen = random.Random(hashlib.sha256(attempt.encode()).digest())  # noqa: S311 - an order
    drawn = chosen.sample(list(questions), DRAWN)
    return tuple(_shuffled(question, chosen) for question in drawn)


def passed(questions: Sequence[Question], answers: Sequence[str]) -> bool:
    """Say whether every question of an attempt was answered right."""
    right = [str(question.right) for question in questions]
    return len(right) == DRAWN and list(answers) == right


def _choices(row: dict[str, list[str]]) -> tuple[str, ...]:
    choices = tuple(str(choice) for choice in row["choices"])
    if len(choices) < 2 or len(set(choices)) != len(choices):  # noqa: PLR2004 - one is no choice
        raise ValueError
    return choices


def _shuffled(question: Question, chosen: random.Random) -> Question:
    order = list(question.choices)
    chosen.shuffle(order)
    return Question(question.text, tuple(order), order.index(question.choices[question.right]))
