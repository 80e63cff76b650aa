"""Answers as models write them: prose, mangled tokens, strangers' tokens, JSON inside JSON."""

import json

from hypothesis import strategies as st

from privity.gateway.restore.spelling import _SEPARATORS, CLOSERS
from privity.model.text import Raw

VALUES = {
    "[EMAIL_k7f3q9]": "tom@example.org",
    "[NAME_bcd234]": 'Zoë "Z" O\\Hara\n😀',
    "[NAME_bcd235]": "[EMAIL_k7f3q9]",  # a value that looks like a token is not one
    "[IP_xxxxxx]": "192.0.2.7",
    "[PRIVATEKEY_zzzzz9]": "-----BEGIN",
}
WORDS = {token: Raw(value) for token, value in VALUES.items()}
PROSE = [
    *["", " ", "Dear ", "name", "NAME_", "[", "[[", "{", "{{", "]", ")", "\\", "%5", "%5B", "&#9"],
    *["EMAIL", "[EMAIL_", "[EMAIL_k7f3q", "IP ", "x", "7", ". ", "\n", "é", "😀", "写信给", "'s"],
    *[
        "<",
        ">",
        '"',
        '{"a": ',
        '["',
        "]}",
        ", ",
        "null",
        "tru",
        "-1.5e3",
        "\\u005b",
        "\\u00",
        "\\n",
    ],
    *["&lt", "**", "```", '{"thinking":"', '":"'],
]
STRANGERS = ["[EMAIL_bcd234]", "[NAME_k7f3q9]", "[IP_bbbbbb]", "[EMAIL#k7f3q9bd]", "XIP_xxxxxx"]


@st.composite
def spellings(draw) -> str:
    """One token as a model may write it."""
    kind, _, code = draw(st.sampled_from(sorted(VALUES)))[1:-1].partition("_")
    case = draw(st.sampled_from([str.lower, str.upper, str.title]))
    opener = draw(st.sampled_from(["", "", *CLOSERS]))
    closer = draw(st.sampled_from([*CLOSERS[opener], ""])) if opener else ""
    separator = draw(st.sampled_from(_SEPARATORS))
    return opener + case(kind) + separator + draw(st.sampled_from([code, code.upper()])) + closer


fragments = st.one_of(
    st.sampled_from(PROSE),
    st.sampled_from(sorted(VALUES)),
    st.sampled_from(STRANGERS),
    spellings(),
    st.text(max_size=4),
)
texts = st.lists(fragments, max_size=12).map("".join)


@st.composite
def cuts(draw, text):
    """A text in pieces, each as small as a character."""
    at = sorted(draw(st.sets(st.integers(0, len(text)), max_size=20)))
    return [text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)]


plain_leaves = st.lists(
    st.sampled_from(["Dear ", "a\tb ", "é ", "😀 ", '" ', "\\ ", *sorted(VALUES), *STRANGERS[:4]]),
    min_size=1,
    max_size=4,
)


@st.composite
def documents(draw, depth: int):
    """A JSON text as a model writes it, and the tree its reader must get."""
    texts_in, texts_out = [], []
    for _ in range(draw(st.integers(1, 3))):
        if depth > 1 and draw(st.booleans()):
            inner, expected = draw(documents(depth - 1))
            texts_in.append(inner)
            texts_out.append(expected)
        else:
            pieces = draw(plain_leaves)
            texts_in.append("".join(pieces))
            texts_out.append("".join(VALUES.get(piece, piece) for piece in pieces))
    shape = draw(st.sampled_from(["object", "array", "mixed"]))
    written = json.dumps(
        _shaped(shape, texts_in),
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": ")])),
        indent=draw(st.sampled_from([None, 1])),
    )
    if draw(st.booleans()):  # each kind names one token at least: brackets as escapes
        written = written.replace("[NAME_", "\\u005bNAME_").replace("[EMAIL_", "\\u005BEMAIL_")
    return written, (shape, texts_out)


def _shaped(shape, values):
    if shape == "object":
        return {f"k{n}": value for n, value in enumerate(values)}
    if shape == "array":
        return values
    return {"a": [1, -2.5e-3, None, True, {}, []], "b": [{"c": value} for value in values]}


def matches(text, expected) -> None:
    """Check that a JSON text decodes to the tree expected, at every depth."""
    shape, texts_out = expected
    tree = json.loads(text)
    found = list(tree.values()) if shape == "object" else tree
    if shape == "mixed":
        assert tree["a"] == [1, -2.5e-3, None, True, {}, []]
        found = [item["c"] for item in tree["b"]]
    assert len(found) == len(texts_out)
    for got, wanted in zip(found, texts_out, strict=True):
        if isinstance(wanted, tuple):
            matches(got, wanted)
        else:
            assert got == wanted
