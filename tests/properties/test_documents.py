"""Files are read in stretches and come out whole: nothing cut, lost, or changed besides."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import BadInput, TooLarge
from privity.minimize.documents.chunk import Chunk, Treating
from privity.minimize.documents.formats import Format, chunks
from privity.minimize.documents.plain import Sizes, windows
from privity.minimize.pseudonym import Pseudonyms
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf
from privity.model.words import Category, Treatment

SECRET = re.compile(r"id#[0-9]{1,9};")
SMALL = Sizes(window=24, margin=12, before=4, longest=200)
plain = st.text("ab #;\n", max_size=12)
planted = st.lists(st.one_of(plain, st.from_regex(SECRET, fullmatch=True)), max_size=20)


def find(leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
    return tuple(
        tuple(
            Finding(m.start(), m.end(), Category.NAME, 1.0, "planted")
            for m in SECRET.finditer(reveal(leaf.raw))
        )
        for leaf in leaves
    )


def nothing(leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
    return tuple(() for _ in leaves)


def treated(parts: Sequence[Chunk]) -> str:
    everything = dict.fromkeys(Category, Treatment.EXCLUDE)
    how = Treating(everything, Pseudonyms(b"k" * 32), b"h" * 32)
    return "".join(chunk.treated(how)[0] for chunk in parts)


def redacted(text: str, form: Format) -> str:
    return treated(list(chunks(io.StringIO(text, newline=""), form, find)))


@given(planted)
def test_a_text_in_windows_is_treated_as_it_would_be_whole(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = list(windows(io.StringIO(text, newline=""), find, SMALL))
    assert treated(parts) == SECRET.sub("[NAME removed]", text)


@given(planted)
def test_places_are_those_of_the_whole_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = windows(io.StringIO(text, newline=""), find, SMALL)
    places = [s.place for chunk in parts for s in chunk.sightings()]
    starts = [m.start() for m in SECRET.finditer(text)]
    assert [(p.line, p.column) for p in places] == [
        (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)) for at in starts
    ]


@given(st.text(max_size=300))
def test_a_text_without_findings_comes_out_as_it_was(text: str) -> None:
    parts = list(windows(io.StringIO(text, newline=""), nothing, SMALL))
    assert treated(parts) == text


def test_a_long_line_needs_no_more_than_a_window() -> None:
    longest = 0

    def watching(leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        nonlocal longest
        longest = max(longest, len(leaves[0].raw))
        return find(leaves)

    line = "word id#12; " * 5_000
    parts = windows(io.StringIO(line), watching, SMALL)
    assert treated(list(parts)) == line.replace("id#12;", "[NAME removed]")
    assert longest <= 2 * SMALL.window + SMALL.margin + SMALL.before


def test_a_value_that_cannot_be_held_is_refused() -> None:
    def endless(leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        return tuple((Finding(0, len(f.raw), Category.NAME, 1.0, "x"),) for f in leaves)

    with pytest.raises(TooLarge):
        list(windows(io.StringIO("a" * 1_000), endless, SMALL))


def test_a_finding_that_reaches_back_is_treated_from_what_is_not_written() -> None:
    def greedy(leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        text = reveal(leaves[0].raw)
        whole = Finding(0, len(text), Category.NAME, 1.0, "x")
        return ((whole,) if text.endswith("END") else (),)

    shown = treated(list(windows(io.StringIO("a" * 40 + "END"), greedy, SMALL)))
    assert "END" not in shown


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | planted.map("".join),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(planted.map("".join), inner, max_size=3)
    ),
    max_leaves=8,
)


def clean(value: object) -> object:
    match value:
        case str():
            return SECRET.sub("[NAME removed]", value)
        case list():
            return [clean(member) for member in value]
        case dict():
            return {str(clean(key)): clean(member) for key, member in value.items()}
        case _:
            return value


@given(st.lists(values, max_size=4), st.booleans())
def test_json_lines_change_in_values_and_keys_alone(held: list[object], ascii_only: bool) -> None:
    text = "".join(f"{json.dumps(value, ensure_ascii=ascii_only)}\n" for value in held)
    shown = redacted(text, Format.JSONL).splitlines()
    assert [json.loads(line) for line in shown] == [clean(value) for value in held]


@given(values)
def test_json_may_be_one_value_on_many_lines(value: object) -> None:
    text = json.dumps(value, indent=2)
    shown = redacted(text, Format.JSON)
    assert json.loads(shown) == clean(value)
    if SECRET.search(text) is None:
        assert shown == text


def test_a_number_that_is_treated_becomes_a_string() -> None:
    def digits(leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        texts = [reveal(leaf.raw) for leaf in leaves]
        return tuple(
            (Finding(0, len(t), Category.CARD, 1.0, "x"),) if t == "4111" else () for t in texts
        )

    parts = list(chunks(io.StringIO('{"n": 4111, "m": 5}\n'), Format.JSONL, digits))
    assert treated(parts) == '{"n": "[CARD removed]", "m": 5}\n'


cells = st.text('ab",;\n é', max_size=6) | st.from_regex(SECRET, fullmatch=True)


@given(
    st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=5),
    st.sampled_from(",;\t"),
)
def test_tables_change_in_cells_alone(rows: list[list[str]], separator: str) -> None:
    out = io.StringIO(newline="")
    heading = ["first", "second", "third"]
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows([heading, *rows])
    shown = redacted(out.getvalue(), Format.CSV)
    back = list(csv.reader(io.StringIO(shown, newline=""), delimiter=separator))
    assert back == [heading, *([str(clean(cell)) for cell in row] for row in rows)]
    if not any(SECRET.search(cell) for row in rows for cell in row):
        assert shown == out.getvalue()


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        ('{"a": 1}\n{"a": \n', Format.JSONL, "line 2 is not JSON"),
        ('{"a": id#1;}\n', Format.JSONL, "line 1 is not JSON"),
        ("[1, 2", Format.JSON, "not one JSON value"),
        ('a,b\n"x"y,z\n', Format.CSV, "the record at line 2"),
        ('a,b\n"x', Format.CSV, "the record at line 2"),
    ],
)
def test_what_cannot_be_read_is_refused_without_quoting_it(
    text: str, form: Format, said: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        redacted(text, form)
    assert said in refusal.value.detail
    assert "id#1" not in refusal.value.detail
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


@pytest.mark.parametrize("form", list(Format))
def test_text_that_is_not_utf8_is_refused_without_quoting_it(form: Format) -> None:
    source = io.TextIOWrapper(io.BytesIO(b"abc \xff def"), "utf-8", newline="")
    with pytest.raises(BadInput) as refusal:
        list(chunks(source, form, find))
    assert refusal.value.__context__ is None


def test_a_path_shows_no_key_in_which_something_was_found() -> None:
    text = '{"id#7;": {"note": ["x", "id#8;"]}}\n'
    parts = chunks(io.StringIO(text), Format.JSONL, find)
    paths = [s.place.path for chunk in parts for s in chunk.sightings()]
    assert paths == ["$.<key 0>", "$.<key 0>.note[1]"]
