"""What is put into JSON is escaped for each string it stands in."""

import json

import pytest

from privity.gateway.restore import Known, Restorer, restored
from privity.gateway.restore.layer import MAX_LEVELS
from privity.model.text import Raw

WORDS = {"[NAME_bcd234]": Raw('Z"\\\n'), "[AGE_bcd234]": Raw("42")}
KNOWN = Known(WORDS)


def nested(levels: int) -> str:
    text = "[NAME_bcd234]"
    for _ in range(levels):
        text = json.dumps({"a": text})
    return text


@pytest.mark.parametrize("levels", range(1, MAX_LEVELS + 1))
def test_a_value_can_be_read_at_every_depth(levels) -> None:
    tree = restored(nested(levels), KNOWN)
    for _ in range(levels):
        tree = json.loads(tree)["a"]
    assert tree == 'Z"\\\n'


def test_deeper_than_the_limit_the_outer_levels_are_still_valid() -> None:
    tree = restored(nested(MAX_LEVELS + 1), KNOWN)
    for _ in range(MAX_LEVELS):
        tree = json.loads(tree)["a"]
    assert isinstance(tree, str)


def test_a_token_in_a_key_is_restored() -> None:
    assert json.loads(restored('{"[NAME_bcd234]":1}', KNOWN)) == {'Z"\\\n': 1}


def test_escapes_of_other_characters_stay_as_they_were_written() -> None:
    text = r'{"a":"\u00e9\/\ud83d\ude00\n[AGE_bcd234] \q \uZZ"}'
    assert restored(text, KNOWN) == text.replace("[AGE_bcd234]", "42")


def test_a_token_after_an_escaped_line_end_is_bounded_by_the_line_end() -> None:
    assert restored(r'{"a":"x\nAGE_bcd234"}', KNOWN) == r'{"a":"x\n42"}'


def test_brackets_written_as_escapes_are_brackets() -> None:
    text = r'{"a":"\u005bAGE_bcd234\u005D"}'
    assert restored(text, KNOWN) == '{"a":"42"}'


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('[NAME_bcd234] said "[NAME_bcd234]"', 'Z"\\\n said "Z"\\\n"'),
        ('{"a":1}\nNAME_bcd234', '{"a":1}\nZ"\\\n'),
        ('{"a":1} {"b":"NAME_bcd234"}', '{"a":1} {"b":"Z\\"\\\\\\n"}'),
        ("[1, [AGE_bcd234]]", "[1, 42]"),
        ("{'a': 'NAME_bcd234'}", "{'a': 'Z\"\\\n'}"),
        ("[tool.AGE_bcd234]", "[tool.42]"),
        ("[-AGE_bcd234]", "[-42]"),
        ("{1: [AGE_bcd234]}", "{1: 42}"),
    ],
)
def test_text_that_only_begins_like_json_is_text(text, read) -> None:
    assert restored(text, KNOWN) == read


@pytest.mark.parametrize("tail", ["[NAME_bcd234]", "// NAME_bcd234", "nul [NAME_bcd234]", "} ] "])
def test_in_broken_json_a_value_can_end_no_string(tail) -> None:
    out = restored('{"a": "x", "b": ' + tail + ', "c": "[NAME_bcd234]"}', KNOWN)
    assert out.endswith(r', "c": "Z\"\\\n"}')
    assert "\n" not in out


@pytest.mark.parametrize(
    "text",
    ['{"a" "', '{"a":,', '["a":', '{"a":1}}', "[1}", '{,"', '["a",]', '{"a":[],}', '[1 2 "', "[}"],
)
def test_what_cannot_be_json_stays_as_it_was(text) -> None:
    assert Restorer(WORDS).feed(text + " é") == text + " é"


@pytest.mark.parametrize("cut", range(40))
def test_a_signed_field_is_known_by_its_key_in_any_cut(cut) -> None:
    text = r'{"th\u0069nking":"[AGE_bcd234] AGE_bcd234","x":"AGE_bcd234","thinking":1}'
    restorer = Restorer(WORDS)
    out = restorer.feed(text[:cut]) + restorer.feed(text[cut:]) + restorer.close()
    assert out == r'{"th\u0069nking":"42 AGE_bcd234","x":"42","thinking":1}'


@pytest.mark.parametrize("number", ["-1.5e+30", "0.000", "1" * 2000, "01", "1.e", "--1", "1e5.2"])
def test_a_number_is_the_same_in_any_cut(number) -> None:
    text = f'[{number} , "NAME_bcd234"]'
    restorer = Restorer(WORDS)
    assert "".join([restorer.feed(c) for c in text]) + restorer.close() == restored(text, KNOWN)


def test_a_document_that_is_cut_off_is_restored_up_to_the_cut() -> None:
    restorer = Restorer(WORDS)
    assert restorer.feed('{"a":"NAME_bcd234') == '{"a":"'
    assert restorer.close() == r"Z\"\\\n"


def test_an_escape_that_is_cut_off_leaves_as_it_is() -> None:
    restorer = Restorer(WORDS)
    assert restorer.feed('{"a":"x\\u00') == '{"a":"x'
    assert restorer.close() == "\\u00"
