"""Nothing hides: whatever stands anywhere in a body that is accepted, is seen."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from privity.errors import CallerError
from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import Rules, read, shapes_of
from privity.gateway.wire.schema import Field, Fields, Role, Shapes
from privity.model.reveal import reveal
from privity.model.text import RawBody
from privity.model.words import Media, UnknownFields

Json: TypeAlias = Any
ENDPOINTS = [
    Endpoint.CHAT,
    Endpoint.RESPONSES,
    Endpoint.EMBEDDINGS,
    Endpoint.MESSAGES,
    Endpoint.COUNT_TOKENS,
]
RULES = Rules(frozenset(Media), UnknownFields.REFUSE, 40)
CANARIES = [
    "Zoë Ødegård",
    "zoe.odegard@example.org",
    "+47 912 34 567",
    "4111 1111 1111 1111",
    "4111111111111111",
    "536-90-4399",
    "GB82WEST12345698765432",
    "203.0.113.77",
    "2001:db8::77",
    "12.05.1984",
]
NUMBER_CANARY = 4111111111111111

Scalar: TypeAlias = Callable[[Random], Json]


def words(random: Random) -> str:
    return "".join(random.choices('ab 1é{["\\\n/', k=random.randrange(10)))


def free(random: Random, depth: int = 0) -> Json:
    """Any JSON."""
    match random.randrange(7 if depth < 3 else 5):
        case 0:
            return random.choice([None, True, False])
        case 1:
            return random.randrange(-99999, 99999)
        case 2 | 3 | 4:
            return words(random)
        case 5:
            return [free(random, depth + 1) for _ in range(random.randrange(3))]
        case _:
            return {words(random): free(random, depth + 1) for _ in range(random.randrange(3))}


def one_of(*values: Json) -> Scalar:
    return lambda random: random.choice(values)


SCALARS: dict[Role, Scalar] = {
    Role.TEXT: lambda random: random.choice([words(random), json.dumps(free(random))]),
    Role.WORD: one_of("user", "auto", "get_weather", "web_search_20250305"),
    Role.ID: one_of("call_abcdefghijklmnop1234", "toolu_01A09q90qw90lq917835lq9"),
    Role.MODEL: one_of("gpt-4o-2024-08-06", "claude-sonnet-4-20250514", "accounts/f/models/l"),
    Role.OPAQUE: one_of("EqoBCkYIBBgCKkA" * 5),
    Role.NUMBER: one_of(0, 12, 99999, 0.1 + 0.2),
    Role.SEED: lambda random: random.randrange(2**63),
    Role.FREE: free,
    Role.ACCOUNT: one_of("u-1", '{"account_uuid":"x","session_id":"y"}'),
    Role.HANDLE: one_of("Zoe_Odegard", "zoe"),
    Role.STATE: one_of(None),
    Role.SPLIT: one_of([]),
    Role.IMAGE: one_of("data:image/png;base64,iVBORw0KGgo="),
    Role.AUDIO: one_of("UklGRiQAAABXQVZF" * 4),
    Role.FILE: one_of("https://example.com/paper.pdf"),
}


def value_of(shapes: Shapes, field: Field, random: Random, depth: int) -> Json:
    if not field.inside or depth > 4 or random.random() < 0.3:
        return SCALARS[field.role](random)
    if random.random() < 0.3:
        return object_of(shapes, field.inside, random, depth + 1)
    return [
        object_of(shapes, field.inside, random, depth + 1) for _ in range(random.choice([1, 2]))
    ]


def object_of(shapes: Shapes, name: str, random: Random, depth: int = 0) -> dict[str, Json]:
    shape = shapes[name]
    kinds: list[tuple[str, Fields]] = [("", shape.fields), *shape.kinds.items()]
    kind, fields = random.choice(kinds)
    names = random.sample(sorted(fields), min(len(fields), random.randrange(1, 7)))
    made = {key: value_of(shapes, fields[key], random, depth) for key in names}
    return made | ({shape.told_by: kind} if kind else {})


class Sample:
    """A body made of known fields, and the choices made on it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.endpoint = self.random.choice(ENDPOINTS)
        self.tree = object_of(shapes_of(self.endpoint), "body", self.random)

    def texts(self, rules: Rules = RULES) -> list[str] | None:
        """The text of all leaves, or None when the body is refused."""
        body = RawBody(json.dumps(self.tree).encode())
        try:
            parsed = read(self.endpoint, body, rules)
        except CallerError:
            return None
        return [reveal(leaf.raw) for leaf in parsed.leaves]


samples = st.integers(0, 2**32).map(Sample)


Put: TypeAlias = Callable[[Json], None]


def positions(tree: Json, key: str = "") -> Iterator[tuple[str, Put, Json]]:
    """Every value in a tree, with a way to put another in its place."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, item in list(items):
        name = step if isinstance(step, str) else key
        yield name, lambda new, step=step: tree.__setitem__(step, new), item
        if isinstance(item, dict | list):
            yield from positions(item, name)


def objects(tree: Json) -> Iterator[dict[str, Json]]:
    if isinstance(tree, dict):
        yield tree
    for item in (tree.values() if isinstance(tree, dict) else tree) or ():
        if isinstance(item, dict | list):
            yield from objects(item)


quick = settings(max_examples=250, deadline=None)


@quick
@given(samples)
def test_a_body_made_of_known_fields_is_accepted(sample: Sample) -> None:
    assert sample.texts() is not None


@quick
@given(samples, st.sampled_from(CANARIES))
def test_a_string_planted_anywhere_is_a_leaf_or_the_body_is_refused(
    sample: Sample, canary: str
) -> None:
    _, put, _ = sample.random.choice(list(positions(sample.tree)))
    put(canary)
    texts = sample.texts()
    assert texts is None or canary in texts


@quick
@given(samples, st.sampled_from(CANARIES), st.integers(1, 3))
def test_json_in_a_string_hides_nothing_at_any_level(
    sample: Sample, canary: str, levels: int
) -> None:
    hidden: Json = {"who": [canary]}
    for _ in range(levels):
        hidden = json.dumps(hidden)
    _, put, _ = sample.random.choice(list(positions(sample.tree)))
    put(hidden)
    texts = sample.texts()
    assert texts is None or canary in texts


@quick
@given(samples, st.sampled_from(CANARIES))
def test_a_key_planted_anywhere_is_a_leaf_or_the_body_is_refused(
    sample: Sample, canary: str
) -> None:
    sample.random.choice(list(objects(sample.tree)))[canary] = free(sample.random)
    texts = sample.texts()
    assert texts is None or canary in texts


@quick
@given(samples)
def test_a_long_number_planted_anywhere_is_a_leaf_or_the_body_is_refused(sample: Sample) -> None:
    name, put, _ = sample.random.choice(list(positions(sample.tree)))
    put(NUMBER_CANARY)
    texts = sample.texts()
    assert texts is None or str(NUMBER_CANARY) in texts or name in {"seed", "expires_at"}


@quick
@given(samples)
def test_where_unknown_fields_are_treated_everything_in_them_is_a_leaf(sample: Sample) -> None:
    treat = Rules(frozenset(Media), UnknownFields.TREAT, 40)
    target = sample.random.choice(list(objects(sample.tree)))
    target["x_unheard_of"] = {"a": ["b", {"c d": "zoe@example.org"}]}
    texts = sample.texts(treat)
    assert texts is not None
    assert {"x_unheard_of", "a", "b", "c d", "zoe@example.org"} <= set(texts)
