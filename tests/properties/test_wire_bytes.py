"""Only what changes changes: bodies are put back byte for byte."""

import json
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.errors import CallerError, DuplicateKey
from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import Parsed, Rules, read, shapes_of
from privity.model.reveal import reveal
from privity.model.text import Minimized, RawBody
from privity.model.words import UnknownFields

Json: TypeAlias = Any
RULES = Rules(frozenset(), UnknownFields.REFUSE, 60)
MARK = "⟦changed⟧"

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=12)
)
plain = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)
anything = st.recursive(
    plain | plain.map(json.dumps),
    lambda inner: st.lists(inner, max_size=2) | inner.map(json.dumps),
    max_leaves=4,
)
spellings = st.tuples(
    st.booleans(),
    st.sampled_from([None, 0, 2, "\t", " \r"]),
    st.sampled_from([(",", ":"), (" , ", " : "), (",\n", ":\t")]),
)


def body_of(value: Json, spelling: tuple[bool, Any, tuple[str, str]]) -> bytes:
    escaped, indent, separators = spelling
    tree = {"model": "m", "messages": [], "tools": [{"name": "t", "input_schema": value}]}
    return json.dumps(tree, ensure_ascii=escaped, indent=indent, separators=separators).encode()


def parse(body: bytes) -> Parsed:
    return read(Endpoint.MESSAGES, RawBody(body), RULES)


def changes(before: Json, after: Json) -> list[tuple[Json, Json]]:
    """Every place where two trees differ, also inside JSON in strings; keys count as places."""
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = zip(before.items(), after.items(), strict=True)
        return [c for (k, v), (k2, v2) in pairs for c in changes(k, k2) + changes(v, v2)]
    if isinstance(before, list) and isinstance(after, list):
        return [c for b, a in zip(before, after, strict=True) for c in changes(b, a)]
    if before == after and type(before) is type(after):
        return []
    if isinstance(before, str) and isinstance(after, str) and after != MARK:
        return changes(json.loads(before), json.loads(after))
    return [(before, after)]


quick = settings(deadline=None, max_examples=120)


@quick
@given(anything, spellings)
def test_a_body_in_which_nothing_changes_stays_the_same_bytes(value: Json, spelling: Any) -> None:
    body = body_of(value, spelling)
    parsed = parse(body)
    assert parsed.rebuild([None] * len(parsed.leaves)).data is body


@quick
@given(anything, spellings)
def test_the_pieces_of_a_body_are_the_body(value: Json, spelling: Any) -> None:
    body = body_of(value, spelling)
    assert parse(body).documents[0].joined({}) == body


@quick
@given(anything, spellings, st.data())
def test_a_changed_leaf_changes_itself_and_nothing_else(
    value: Json, spelling: Any, data: st.DataObject
) -> None:
    body = body_of({"": "a b", "rest": value}, spelling)
    parsed = parse(body)
    index = data.draw(st.integers(0, len(parsed.leaves) - 1))
    texts: list[Minimized | None] = [None] * len(parsed.leaves)
    texts[index] = Minimized(MARK)
    rebuilt = parsed.rebuild(texts).data
    ((before, after),) = changes(json.loads(body), json.loads(rebuilt))
    leaf = reveal(parsed.leaves[index].raw)
    assert after == MARK
    assert before == (leaf if isinstance(before, str) else type(before)(leaf))


@quick
@given(anything, spellings, st.data())
def test_around_a_changed_leaf_every_byte_stays(
    value: Json, spelling: Any, data: st.DataObject
) -> None:
    body = body_of({"rest": value}, spelling)
    parsed = parse(body)
    if not parsed.leaves:
        return
    index = data.draw(st.integers(0, len(parsed.leaves) - 1))
    texts: list[Minimized | None] = [None] * len(parsed.leaves)
    texts[index] = Minimized(MARK)
    rebuilt = parsed.rebuild(texts).data
    number, place = parsed.spots[index]
    while (parent := parsed.documents[number].parent) is not None:
        number, place = parent
    pieces = parsed.documents[0].pieces
    head, tail = b"".join(pieces[: 2 * place + 1]), b"".join(pieces[2 * place + 2 :])
    assert rebuilt.startswith(head)
    assert rebuilt.endswith(tail)


@quick
@given(plain, spellings, st.lists(st.sampled_from(["object", "array"]), max_size=20))
def test_a_key_named_twice_is_refused_at_any_depth(
    value: Json, spelling: Any, levels: list[str]
) -> None:
    inner: Json = {"twice": value, "once": 1}
    for level in levels:
        inner = {"in": inner} if level == "object" else [0, inner]
    body = body_of(inner, spelling).replace(b'"once"', b'"twice"')
    with pytest.raises(DuplicateKey):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"model":"m","model":"m","messages":[]}',
        b'{"model":"m","mo\\u0064el":"m","messages":[]}',
        b'{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}',
        b'{"model":"m","messages":[],"stream":true,"stream":false}',
    ],
)
def test_a_known_field_named_twice_is_refused_however_it_is_written(body: bytes) -> None:
    with pytest.raises(DuplicateKey):
        parse(body)


NAMES = sorted(
    {key for endpoint in Endpoint for shape in shapes_of(endpoint).values() for key in shape.fields}
)
wild = st.recursive(
    anything,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


@quick
@given(
    st.sampled_from(Endpoint),
    st.dictionaries(st.sampled_from(["messages", "input", "system", "tools", "metadata"]), wild),
    st.sampled_from(UnknownFields),
)
def test_any_json_is_read_or_refused_and_nothing_else_happens(
    endpoint: Endpoint, tree: Json, unknown: UnknownFields
) -> None:
    body = RawBody(json.dumps(tree).encode())
    try:
        parsed = read(endpoint, body, Rules(frozenset(), unknown, 20))
    except CallerError:
        return
    assert 0 <= parsed.fresh_from <= parsed.fresh_to <= len(parsed.leaves)
    assert parsed.rebuild([Minimized(MARK)] * len(parsed.leaves)).data


@quick
@given(st.sampled_from(Endpoint), st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_and_nothing_else_happens(
    endpoint: Endpoint, body: bytes
) -> None:
    with suppress(CallerError):
        read(endpoint, RawBody(body), RULES)
