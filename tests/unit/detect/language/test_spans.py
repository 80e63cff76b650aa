"""Probabilities become findings by rule, whatever the network says."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.detect.language.spans import Gates, Judgement
from privity.model.words import Category

CATEGORIES = (Category.NAME, Category.PLACE, Category.PASSWORD)
GATES = Gates(CATEGORIES, dict.fromkeys(CATEGORIES, 0.5), "language:test")
NONE, B_NAME, I_NAME, B_PLACE, I_PLACE, B_PASSWORD, I_PASSWORD = range(7)


def words(text: str) -> list[tuple[int, int]]:
    """Places of the words, each with the blank before it, as the tokenizer gives them."""
    places, start = [], 0
    for word in text.split(" "):
        places.append((max(0, start - 1), start + len(word)))
        start += len(word) + 1
    return places


def found(text: str, tags: list[int], sure: float = 0.9) -> list[tuple[str, Category]]:
    scores = np.full((len(tags), 7), (1 - sure) / 6, np.float32)
    scores[range(len(tags)), tags] = sure
    return [
        (text[f.start : f.end], f.category)
        for f in GATES.spans(text, Judgement(scores, words(text)))
    ]


def test_neighbours_of_one_kind_are_one_finding() -> None:
    assert found("ask Anna Kowalska now", [NONE, B_NAME, I_NAME, NONE]) == [
        ("Anna Kowalska", Category.NAME)
    ]


def test_a_begin_starts_another_finding() -> None:
    spans = found("Anna Berlin", [B_NAME, B_PLACE])
    assert spans == [("Anna", Category.NAME), ("Berlin", Category.PLACE)]


def test_a_run_has_the_kind_of_most_of_it() -> None:
    spans = found("Anna Maria Kowalska", [B_NAME, I_PLACE, I_NAME])
    assert spans == [("Anna Maria Kowalska", Category.NAME)]


def test_what_is_below_the_gate_is_not_found() -> None:
    scores = np.zeros((1, 7), np.float32)
    scores[0, [NONE, B_NAME]] = 0.6, 0.4
    assert GATES.spans("Anna", Judgement(scores, [(0, 4)])) == []


def test_doubt_between_kinds_does_not_hide_that_it_is_something() -> None:
    scores = np.zeros((1, 7), np.float32)
    scores[0, [NONE, B_NAME, B_PLACE]] = 0.4, 0.35, 0.25
    spans = GATES.spans("Paris", Judgement(scores, [(0, 5)]))
    assert [(f.category, round(f.confidence, 2)) for f in spans] == [(Category.NAME, 0.6)]


def test_half_a_word_becomes_the_whole_word() -> None:
    scores = np.full((2, 7), 0.01, np.float32)
    scores[0, B_NAME] = scores[1, NONE] = 0.94
    (finding,) = GATES.spans("Kowalska", Judgement(scores, [(0, 3), (3, 8)]))
    assert (finding.start, finding.end) == (0, 8)


def test_two_findings_in_one_word_become_one() -> None:
    scores = np.full((2, 7), 0.01, np.float32)
    scores[0, B_NAME], scores[1, B_PLACE] = 0.94, 0.8
    (finding,) = GATES.spans("Annaberg", Judgement(scores, [(0, 4), (4, 8)]))
    assert (finding.start, finding.end, finding.category) == (0, 8, Category.NAME)


@pytest.mark.parametrize(
    ("text", "tag", "kept"),
    [
        ("Anna,", B_NAME, "Anna"),
        ("'Anna'", B_NAME, "'Anna'"),
        ("Anna'", B_NAME, "Anna"),
        ("(Anna", B_NAME, "Anna"),
        ("K.", B_NAME, "K."),
        ("Berlin.", B_PLACE, "Berlin"),
        ("(s3cret!", B_PASSWORD, "(s3cret!"),
    ],
)
def test_marks_at_the_ends_go_where_they_belong(text: str, tag: int, kept: str) -> None:
    assert [part for part, _ in found(text, [tag])] == [kept]


@pytest.mark.parametrize("text", ["hi @anna", "hi @ anna"])
def test_the_sign_of_a_handle_goes_with_it(text: str) -> None:
    end = len(text)
    scores = np.full((1, 7), 0.01, np.float32)
    scores[0, B_NAME] = 0.94
    (finding,) = GATES.spans(text, Judgement(scores, [(end - 4, end)]))
    assert (finding.start, finding.end) == (3, end)


@pytest.mark.parametrize(("text", "start"), [("go #anna", 3), ("#anna", 0), ("a#anna", 2)])
def test_the_sign_of_a_topic_goes_with_it(text: str, start: int) -> None:
    end = len(text)
    scores = np.full((1, 7), 0.01, np.float32)
    scores[0, B_NAME] = 0.94
    (finding,) = GATES.spans(text, Judgement(scores, [(end - 4, end)]))
    assert (finding.start, finding.end) == (start, end)


@pytest.mark.parametrize(("text", "seen"), [("@bo anna", 1), ("# bo anna", 0), ("@bo anna()", 0)])
def test_in_a_post_less_is_needed(text: str, seen: int) -> None:
    gates = Gates((Category.NAME,), {Category.NAME: 0.5}, "test", {Category.NAME: 0.1})
    at = text.index("anna")
    scores = np.array([[0.8, 0.2, 0.0]], np.float32)
    assert len(gates.spans(text, Judgement(scores, [(at, at + 4)]))) == seen


def test_signs_alone_are_nothing() -> None:
    assert found("--", [B_NAME]) == []


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.integers(0, 2**32))
def test_findings_are_in_order_and_never_overlap(tags: list[int], seed: int) -> None:
    text = " ".join("Ab" for _ in tags)
    noise = np.random.default_rng(seed).dirichlet(np.ones(7), len(tags)).astype(np.float32)
    spans = GATES.spans(text, Judgement(noise, words(text)))
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[f.start : f.end].strip() for f in spans)


def one(text: str, part: str, category: Category) -> list[str]:
    """What is found when the network takes `part` for something of a kind."""
    start = text.index(part)
    gates = Gates((category,), {category: 0.5}, "language:test")
    scores = np.array([[0.1, 0.9, 0.0]], np.float32)
    judged = Judgement(scores, [(start, start + len(part))])
    return [text[f.start : f.end] for f in gates.spans(text, judged)]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("for arg in sys.argv: pass", "sys"),
        ("os.path.join(a)", "path"),
        ("call get_weather()", "weather"),
        ("std::vector<int>", "vector"),
        ("tim*z2re - z2im*tim", "z2im"),
        ("in tar.bz2", "tar."),
    ],
)
def test_a_part_of_a_name_in_code_is_no_name(text: str, part: str) -> None:
    assert one(text, part, Category.NAME) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("**Anna** said", "Anna"),
        ("Ask J.Smith.", "Smith"),
        ("by Anna. She left", "Anna"),
        ("(Anna)", "Anna"),
    ],
)
def test_a_stop_beside_a_name_is_no_code(text: str, part: str) -> None:
    assert one(text, part, Category.NAME) == [part]


def test_a_part_of_a_decimal_fraction_is_no_number_of_a_person() -> None:
    assert one("x = 0.8090169943749474", "8090169943749474", Category.PHONE) == []
    assert one("call 8090169943.", "8090169943", Category.PHONE) == ["8090169943"]
    assert (
        one("0.30901699437494742 + 0.95105651629515357j", "0.95105651629515357", Category.PHONE)
        == []
    )


def test_a_row_of_fractions_is_no_place_on_earth() -> None:
    row = "[0.540302, -0.841471, 0.540301]"
    assert one(row, "0.540301", Category.COORDINATES) == []
    assert one("at 52.5200, 13.4050", "13.4050", Category.COORDINATES) == ["13.4050"]
