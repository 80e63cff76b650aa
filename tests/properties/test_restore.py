"""The laws of putting words back, for any text and any cut."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from privity.gateway.restore import Known, Restorer, restored
from privity.gateway.restore.spelling import _SEPARATORS, CLOSERS, LONGEST
from tests.properties.answers import STRANGERS, VALUES, WORDS, cuts, documents, matches, texts

KNOWN = Known(WORDS)
law = settings(deadline=None)
BEGINNINGS = {""} | {
    (opener + kind + separator + code + closer)[:length].lower()
    for token in VALUES
    for kind, _, code in [token[1:-1].partition("_")]
    for opener in ["", *CLOSERS]
    for closer in CLOSERS.get(opener, ("",))
    for separator in _SEPARATORS
    for length in range(1, len(opener + kind + separator + code + closer) + 1)
}


def whole(text: str) -> str:
    restorer = Restorer(WORDS)
    return restorer.feed(text) + restorer.close()


@law
@given(texts.flatmap(lambda text: st.tuples(st.just(text), cuts(text))))
@example(("{\\", ["{", "\\"]))
def test_the_cut_changes_nothing(case) -> None:
    text, pieces = case
    restorer = Restorer(WORDS)
    assert "".join([restorer.feed(piece) for piece in pieces]) + restorer.close() == whole(text)


@law
@given(texts)
def test_looking_quickly_gives_the_same_as_looking_closely(text) -> None:
    assert restored(text, KNOWN) == whole(text)


@law
@given(texts.flatmap(cuts))
def test_with_no_words_everything_passes_at_once(pieces) -> None:
    restorer = Restorer({})
    assert [restorer.feed(piece) for piece in pieces] == pieces
    assert restorer.close() == ""


@law
@given(texts.map(lambda text: "A" + text))  # not JSON
def test_what_is_held_back_is_the_beginning_of_a_token_of_this_request(text) -> None:
    restorer = Restorer(WORDS)
    for character in text:
        restorer.feed(character)
        assert restorer._held.lower() in BEGINNINGS
        assert len(restorer._held) <= LONGEST


@law
@given(st.lists(st.sampled_from([*STRANGERS, " ", "Dear ", "'s"])).map("".join))
def test_tokens_of_other_requests_stay(text) -> None:
    assert whole(text) == text


@law
@given(st.lists(st.sampled_from(sorted(VALUES)), max_size=8))
def test_each_token_is_put_back_once_and_what_was_put_back_is_not_read_again(tokens) -> None:
    assert whole("Dear " + " ".join(tokens)) == "Dear " + " ".join(VALUES[t] for t in tokens)


@law
@given(documents(3).flatmap(lambda d: st.tuples(st.just(d[1]), cuts(d[0]))))
def test_json_inside_json_decodes_to_the_words_at_every_depth(case) -> None:
    expected, pieces = case
    restorer = Restorer(WORDS)
    text = "".join([restorer.feed(piece) for piece in pieces]) + restorer.close()
    matches(text, expected)
