"""What may stand in a letter, and what becomes of one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.adapters.mail.compose import Composer, Sender, read_words
from privity.errors import BadInput
from privity.model.text import Raw
from privity.model.words import Language
from privity.rights.letters import Fact, Letter, LetterId, LetterKind, is_address

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = LetterId("ab" * 16)
COMPOSER = Composer(Sender("privacy@example.org", "Example", "Example Ltd", "dpo@example.org"))
FACTS = {
    Fact.LINK: "https://example.org/privacy?pass=a&b=c",
    Fact.UNSUBSCRIBE: "https://example.org/privacy/controls",
    Fact.DATE: "2026-04-01",
    Fact.REFERENCE: "7f3a",
    Fact.ABOUT: "access",
    Fact.REASON: "identity",
}
ADDRESS = "ann@example.org"


def letter(kind: LetterKind, language: Language = Language.EN, to: str = ADDRESS, **changed: str):
    facts = {fact: changed.get(fact.value, FACTS[fact]) for fact in kind.facts}
    return Letter(kind, Raw(to), language, facts)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_has_words_in_every_language(kind: LetterKind, language: Language) -> None:
    message = COMPOSER.message(NAME, letter(kind, language), NOON)
    plain, html = (message.get_body((form,)) for form in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for part in (plain.get_content(), html.get_content()):
        assert "Example Ltd" in part
        assert "{{" not in part
        assert "2026" in part or Fact.DATE not in kind.facts
        assert "privacy?pass" in part or Fact.LINK not in kind.facts
        assert "7f3a" in part or Fact.REFERENCE not in kind.facts


@pytest.mark.parametrize("language", Language)
def test_every_language_has_the_same_words(language: Language) -> None:
    first, other = read_words(Language.EN), read_words(language)
    assert other.keys() == first.keys()
    for table in ("about", "reason", "letter"):
        assert other[table].keys() == first[table].keys()
    assert first["letter"].keys() == {kind.value for kind in LetterKind}
    assert len(other["months"]) == 12


def test_a_letter_says_that_it_was_sent_by_a_machine() -> None:
    message = COMPOSER.message(NAME, letter(LetterKind.REQUEST_RECEIVED), NOON)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None


def test_an_announcement_says_how_to_end_such_letters() -> None:
    message = COMPOSER.message(NAME, letter(LetterKind.NOTICE_CHANGED), NOON)
    assert message["List-Unsubscribe"] == f"<{FACTS[Fact.UNSUBSCRIBE]}>"
    body = message.get_body(("plain",))
    assert body is not None
    assert FACTS[Fact.UNSUBSCRIBE] in body.get_content()


def test_a_letter_that_is_tried_again_is_the_same_to_the_byte() -> None:
    first, second = (
        COMPOSER.message(NAME, letter(LetterKind.SIGN_IN), NOON).as_bytes() for _ in range(2)
    )
    assert first == second
    assert b"Message-ID: <" + NAME.encode() + b"@example.org>" in first


def test_a_letter_is_plain_ascii_on_the_wire() -> None:
    message = COMPOSER.message(NAME, letter(LetterKind.REQUEST_DONE, Language.DE), NOON)
    assert message.as_bytes().isascii()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "ann@example.org\r\nBcc: eve@example.org",
        "ann@example.org,eve@example.org",
        "Ann <ann@example.org>",
        "ann@example..org",
        "ann@-example.org",
        "änn@example.org",
        "ann @example.org",
        f"{'a' * 65}@example.org",
        f"ann@{'a.' * 130}org",
        "ann@example.org\n",
    ],
)
def test_what_is_no_single_address_gets_no_letter(to: str) -> None:
    with pytest.raises(BadInput) as caught:
        letter(LetterKind.TEST, to=to)
    assert not to or to.strip() not in str(caught.value)


@given(st.text(max_size=60))
def test_no_address_breaks_a_line(text: str) -> None:
    if is_address(Raw(text)):
        assert text.isascii()
        assert text.count("@") == 1
        assert not set(text) & set(' \r\n\t<>,;:\\"()[]')


@given(st.sampled_from(list(Fact)), st.text(max_size=40))
def test_no_fact_breaks_a_line(fact: Fact, text: str) -> None:
    kind = LetterKind.NOTICE_CHANGED if fact in LetterKind.NOTICE_CHANGED.facts else None
    kind = kind or LetterKind.REQUEST_EXTENDED
    facts = {each: FACTS[each] for each in kind.facts} | {fact: text}
    try:
        made = Letter(kind, Raw(ADDRESS), Language.EN, facts)
    except BadInput:
        return
    assert made.facts[fact].isascii()
    assert made.facts[fact].isprintable()
    assert " " not in made.facts[fact]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://example.org/",
        "https://",
        "https://a@b/",
        'https://example.org/"onclick=',
        "https://example.org/\nX: y",
        "//example.org",
        "https://[",
    ],
)
def test_a_link_leads_to_a_page_of_ours(link: str) -> None:
    with pytest.raises(BadInput):
        letter(LetterKind.SIGN_IN, link=link)


def test_a_letter_holds_what_its_kind_says_and_nothing_else() -> None:
    with pytest.raises(BadInput):
        Letter(LetterKind.SIGN_IN, Raw(ADDRESS), Language.EN, {})
    with pytest.raises(BadInput):
        Letter(LetterKind.TEST, Raw(ADDRESS), Language.EN, {Fact.REASON: "identity"})


def test_an_unknown_reason_is_said_in_general_words() -> None:
    message = COMPOSER.message(NAME, letter(LetterKind.REQUEST_REFUSED, reason="unheard_of"), NOON)
    body = message.get_body(("plain",))
    assert body is not None
    assert "unheard_of" not in body.get_content()


def test_html_is_escaped() -> None:
    sender = Sender("privacy@example.org", "Example", "<b>Evil & Co</b>", "dpo@example.org")
    message = Composer(sender).message(NAME, letter(LetterKind.TEST), NOON)
    body = message.get_body(("html",))
    assert body is not None
    assert "&lt;b&gt;Evil &amp; Co" in body.get_content()


def test_a_sender_with_a_line_break_makes_no_message() -> None:
    sender = Sender("privacy@example.org", "Example\r\nBcc: eve@example.org", "Example", "x@y")
    with pytest.raises(ValueError, match=r"CR or LF|header"):
        Composer(sender).message(NAME, letter(LetterKind.TEST), NOON).as_bytes()


def test_dates_are_said_as_people_say_them() -> None:
    day = NOON + timedelta(days=31)
    said = {
        Language.EN: "1 April 2026",
        Language.DE: "1. April 2026",
        Language.FR: "1 avril 2026",
        Language.ES: "1 de abril de 2026",
    }
    for language, words in said.items():
        made = letter(LetterKind.REQUEST_RECEIVED, language, date=f"{day:%F}")
        body = COMPOSER.message(NAME, made, NOON).get_body(("plain",))
        assert body is not None
        assert words in body.get_content().replace("\n", " ")
