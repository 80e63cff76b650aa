import pytest

from privity.gateway.restore import Known, Restorer, restored
from privity.model.text import Raw
from privity.model.token import ALPHABET, KINDS

TOM = "tom@example.org"
WORDS = {
    "[EMAIL_k7f3q9]": Raw(TOM),
    "[NAME_bcd234]": Raw("Tom & Co"),
    "[PASSWORD_h9j8k7]": Raw('a"b\\c\n'),
}
KNOWN = Known(WORDS)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[EMAIL_k7f3q9]", TOM),
        ("[email_K7F3Q9]", TOM),
        ("[EMAIL_k7f3q9]'s", TOM + "'s"),
        ("EMAIL_k7f3q9.", TOM + "."),
        ("(EMAIL_k7f3q9)", f"({TOM})"),
        ("{EMAIL_k7f3q9}", f"{{{TOM}}}"),
        ("«EMAIL_k7f3q9»", f"«{TOM}»"),
        ("Tom <EMAIL_k7f3q9>", f"Tom <{TOM}>"),
        ("<NAME_bcd234>", "Tom & Co"),
        ("&lt;NAME_bcd234&gt;", "Tom &amp; Co"),
        ("⟦EMAIL_k7f3q9⟧", TOM),
        ("【EMAIL_k7f3q9】", TOM),
        ("{{EMAIL_k7f3q9}}", TOM),
        ("[[EMAIL_k7f3q9]]", f"[{TOM}]"),
        ("[[EMAIL_k7f3q9]](mailto:EMAIL_k7f3q9)", f"[{TOM}](mailto:{TOM})"),
        ("[EMAIL_k7f3q9, NAME_bcd234]", f"[{TOM}, Tom & Co]"),
        (r"\[EMAIL\_k7f3q9\]", TOM),
        (r"C:\Users\[NAME_bcd234]\x", r"C:\Users\Tom & Co\x"),
        ("**[EMAIL_k7f3q9]**", f"**{TOM}**"),
        ("_EMAIL_k7f3q9_", f"_{TOM}_"),
        ("`EMAIL_k7f3q9`", f"`{TOM}`"),
        ("[EMAIL k7f3q9]", TOM),
        ("[EMAIL-k7f3q9]", TOM),
        ("report_[NAME_bcd234]_2.pdf", "report_Tom & Co_2.pdf"),
        ("https://x.org/?q=%5BNAME_bcd234%5D&z", "https://x.org/?q=Tom%20%26%20Co&z"),
        ("mailto:%5bEMAIL_k7f3q9%5d", "mailto:" + TOM),
        ("&#91;NAME&#95;bcd234&#93;", "Tom &amp; Co"),
        ("&lbrack;EMAIL_k7f3q9&rbrack;", TOM),
        (r"print('\u005bPASSWORD_h9j8k7\u005d')", "print('a\\\"b\\\\c\\n')"),
        ("写信给EMAIL_k7f3q9。", f"写信给{TOM}。"),
        ("[EMAIL_k7f3q9", "[" + TOM),
        ("<EMAIL_k7f3q9]", f"<{TOM}]"),
    ],
)
def test_a_mangled_token_is_understood(written, read) -> None:
    assert restored(written, KNOWN) == read


@pytest.mark.parametrize(
    "text",
    [
        "[EMAIL_bcd234]",  # another kind's code
        "[EMAIL_zzzzzz]",  # another request's
        "XEMAIL_k7f3q9",
        "EMAIL_k7f3q9abc",
        "EMAIL_k7f3q97",
        "EMAIL_k7f3q",
        "[EMAIL_k7f3",
        "EMAILk7f3q9",
        "EMAIL  k7f3q9",
        "[EMAIL#k7f3q9]",
        "k7f3q9",
        "[EMAIL_]k7f3q9",
    ],
)
def test_what_is_not_a_token_of_this_request_stays(text) -> None:
    assert restored(text, KNOWN) == text


def test_only_canonical_tokens_are_known() -> None:
    assert not Known({"EMAIL_k7f3q9": Raw(TOM), "[_k7f3q9]": Raw(TOM), "": Raw(TOM)})


def test_no_kind_can_be_read_inside_a_code() -> None:
    assert all(set(kind.lower()) - set(ALPHABET) for kind in KINDS)


@pytest.mark.parametrize(
    ("chunks", "sent"),
    [
        (["Dear [NA", "ME_bcd234", "]!"], ["Dear ", "", "Tom & Co!"]),
        (["my name", " is"], ["my ", "name is"]),
        (["NAME_bcd234", " x"], ["", "Tom & Co x"]),
        (["[EMAIL_zz", "zzzz]"], ["[EMAIL_zz", "zzzz]"]),
        (["50 %", " off"], ["50 ", "% off"]),
        (["a {", "b}"], ["a ", "{b}"]),
        (["NAME_bcd234\\", "x"], ["Tom & Co", "\\x"]),
        (["[NAME_bcd234\\", "]"], ["", "Tom & Co"]),
        (["{{NAME_bcd234}", "x"], ["", "{{Tom & Co}x"]),
        (["na\\", "_bcd234"], ["na", "\\_bcd234"]),
        (["name\\", "_bcd234."], ["", "Tom & Co."]),
        (["[NAME_bcd\\", "x"], ["[NAME_bcd", "\\x"]),
    ],
)
def test_only_what_may_still_become_a_token_is_held(chunks, sent) -> None:
    restorer = Restorer(WORDS)
    assert [restorer.feed(chunk) for chunk in chunks] == sent
    assert restorer.close() == ""


def test_the_end_of_the_text_makes_a_token_of_what_was_held() -> None:
    restorer = Restorer(WORDS)
    assert restorer.feed("to EMAIL_k7f3q9") == "to "
    assert restorer.close() == TOM
