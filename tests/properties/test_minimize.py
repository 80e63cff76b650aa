"""Laws of minimization: nothing found is left, no two share a token, prefixes stay."""

import re
from collections.abc import Sequence

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import Rules, read
from privity.minimize.generalize import PHRASES, generalize
from privity.minimize.pseudonym import Pseudonyms
from privity.minimize.treat import Treated, treat
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf, Raw, RawBody, Slot
from privity.model.words import Category, Treatment, UnknownFields

KEY = b"k" * 32
RULES = Rules(frozenset(), UnknownFields.REFUSE, 20)
MAIL = re.compile(r"[a-c]{1,2}@[a-c]\.org")

mails = st.from_regex(MAIL, fullmatch=True)
texts = st.lists(st.text('xyz \n"\\é', max_size=6) | mails, max_size=6).map(" ".join)
turns = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": texts}),
    min_size=1,
    max_size=6,
)
treatments = st.fixed_dictionaries({c: st.sampled_from(Treatment) for c in Category})


def findings(leaf: Leaf) -> tuple[Finding, ...]:
    return tuple(
        Finding(m.start(), m.end(), Category.EMAIL, 1.0, "test")
        for m in MAIL.finditer(reveal(leaf.raw))
    )


def minimized(messages: Sequence[object], key: bytes = KEY) -> tuple[bytes, Treated]:
    body = orjson.dumps({"model": "m", "messages": messages})
    parsed = read(Endpoint.CHAT, RawBody(body), RULES)
    result = treat(
        parsed.leaves,
        [findings(leaf) for leaf in parsed.leaves],
        dict.fromkeys(Category, Treatment.PSEUDONYMIZE),
        Pseudonyms(key),
        key,
    )
    return parsed.rebuild(result.texts).data, result


@settings(deadline=None)
@given(turns, turns)
def test_the_prefix_of_one_turn_is_the_prefix_of_the_next(
    before: list[object], new: list[object]
) -> None:
    earlier, _ = minimized(before)
    later, _ = minimized([*before, *new])
    assert later.startswith(earlier.removesuffix(b"]}"))


@settings(deadline=None)
@given(turns)
def test_nothing_found_is_left_and_all_of_it_comes_back(messages: list[dict[str, str]]) -> None:
    data, result = minimized(messages)
    assert not MAIL.search(data.decode())
    body: object = orjson.loads(data)
    text = orjson.dumps(body).decode()
    for token, raw in result.words.items():
        text = text.replace(token, reveal(raw))
    assert orjson.loads(text) == {"model": "m", "messages": messages}


@given(
    st.lists(st.tuples(st.sampled_from(Category), st.text(min_size=1, max_size=8)), max_size=30),
    st.binary(max_size=40),
)
def test_no_two_values_share_a_token_and_no_value_has_two(
    values: list[tuple[Category, str]], key: bytes
) -> None:
    pseudonyms = Pseudonyms(key)
    tokens = [pseudonyms.token(category, Raw(text)) for category, text in values]
    assert len(set(tokens)) == len(set(values))
    assert len(set(zip(tokens, values, strict=True))) == len(set(values))


@given(texts, treatments)
def test_only_pseudonyms_have_a_way_back(text: str, choices: dict[Category, Treatment]) -> None:
    leaf = Leaf(Raw(text), Slot.TEXT, "content")
    result = treat([leaf], [findings(leaf)], choices, Pseudonyms(KEY), KEY)
    found = {m[0] for m in MAIL.finditer(text)}
    chosen = choices[Category.EMAIL]
    back = {reveal(raw) for raw in result.words.values()}
    assert back == (found if chosen is Treatment.PSEUDONYMIZE else set())
    assert sum(result.tally.values()) == len(findings(leaf))


@given(st.sampled_from(Category), st.text(max_size=30) | st.from_regex(r"[0-9.,;:/ -]{1,24}"))
def test_a_generalized_value_is_a_phrase_or_made_of_fewer_digits(
    category: Category, text: str
) -> None:
    said = generalize(category, text)
    assert said
    if said != PHRASES[category] and category is not Category.IP_ADDRESS:
        assert sum(c.isdigit() for c in said) <= max(4, sum(c.isdigit() for c in text))
