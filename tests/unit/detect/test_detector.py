"""What the first stage promises as a whole."""

import pytest

from privity.detect.engine import PatternDetector
from privity.errors import DetectorUnavailable
from privity.model.finding import Finding
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = PatternDetector.load()


def leaf(text: str, hint: str = "content", slot: Slot = Slot.TEXT) -> Leaf:
    return Leaf(Raw(text), slot, hint)


def kinds(text: str, hint: str = "content") -> list[tuple[Category, str]]:
    (findings,) = DETECTOR.find([leaf(text, hint)])
    return [(f.category, text[f.start : f.end]) for f in findings]


def test_an_account_field_is_a_finding_by_position() -> None:
    text = "anna@example.com"
    (findings,) = DETECTOR.find([leaf(text, "user", Slot.ACCOUNT)])
    assert findings == (Finding(0, len(text), Category.ACCOUNT, 1.0, "position"),)


def test_an_empty_account_field_is_no_finding() -> None:
    assert DETECTOR.find([leaf("", "user", Slot.ACCOUNT)]) == ((),)


def test_no_leaves_have_no_findings() -> None:
    assert DETECTOR.find([]) == ()


@pytest.mark.parametrize(
    ("hint", "value", "category"),
    [
        ("ssn", "536904399", Category.NATIONAL_ID),
        ("customerSsn", "536904399", Category.NATIONAL_ID),
        ("phone", "4155550132", Category.PHONE),
        ("password", "hunter2", Category.PASSWORD),
        ("first_name", "Xiomara", Category.NAME),
        ("name", "Anna Kowalska", Category.NAME),
        ("zip_code", "94103", Category.ADDRESS),
        ("dateOfBirth", "12 March 1987", Category.DATE_OF_BIRTH),
        ("patient_id", "48213", Category.MEDICAL_RECORD),
        ("age", "34", Category.AGE),
        ("iban", "DE89370400440532013001", Category.BANK_ACCOUNT),
        ("username", "shadowfox", Category.USERNAME),
        ("city", "Kraków", Category.PLACE),
        ("lat", "37.7749", Category.COORDINATES),
        ("homeLongitude", "-122.4194", Category.COORDINATES),
        ("mac", "001A2B3C4D5E", Category.MAC_ADDRESS),
    ],
)
def test_the_name_of_a_field_is_context(hint: str, value: str, category: Category) -> None:
    assert kinds(value, hint) == [(category, value)]


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        ("name", "get_weather"),
        ("name", "Read"),
        ("id", "12345678"),
        ("password", "null"),
        ("lat", "1.0"),
        ("long", "true"),
        ("mac", "sha256"),
        ("max_age", "60"),
    ],
)
def test_the_name_of_a_field_is_not_enough_for_every_value(hint: str, value: str) -> None:
    assert kinds(value, hint) == []


@pytest.mark.parametrize(
    ("text", "category", "value"),
    [
        ("card 4111\u200b1111\u200b1111\u200b1111 ok", Category.CARD, None),
        ("card ４１１１ １１１１ １１１１ １１１１ ok", Category.CARD, None),
        ("card 4111\u00a01111\u00a01111\u00a01111 ok", Category.CARD, None),
        ("mail an\u00adna@exam\u200dple.org now", Category.EMAIL, "an\u00adna@exam\u200dple.org"),
        ("mail anna＠example.org now", Category.EMAIL, "anna＠example.org"),
        ("ssn 536\u2011\u200b90\u20114399", Category.NATIONAL_ID, "536\u2011\u200b90\u20114399"),
        ("call +1 ٤١٥ ٥٥٥ ٠١٣٢ ok", Category.PHONE, "+1 ٤١٥ ٥٥٥ ٠١٣٢"),
    ],
)
def test_spelling_does_not_hide_a_value(text: str, category: Category, value: str | None) -> None:
    value = value or text.removeprefix("card ").removesuffix(" ok")
    assert (category, value) in kinds(text)


def test_a_name_found_once_is_found_in_the_other_leaves() -> None:
    texts = ["My name is Ngozi Okafor.", "Ask Okafor whether Ngozi's order came.", "ngozi okafor"]
    found = DETECTOR.find([leaf(text) for text in texts])
    words = [[t[f.start : f.end] for f in fs] for t, fs in zip(texts, found, strict=True)]
    assert words == [["Ngozi Okafor"], ["Okafor", "Ngozi"], ["ngozi okafor"]]


def test_a_name_does_not_make_common_words_names() -> None:
    texts = ["My name is Mark Rose.", "Will you mark the rose? Mark it today."]
    assert DETECTOR.find([leaf(text) for text in texts])[1] == ()


def test_a_password_found_once_is_found_in_the_other_leaves() -> None:
    texts = ["my password is Zebra!9x", "I typed Zebra!9x and nothing happened"]
    found = DETECTOR.find([leaf(text) for text in texts])[1]
    assert [(f.category, texts[1][f.start : f.end]) for f in found] == [
        (Category.PASSWORD, "Zebra!9x")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Store it in S3, run it on EC2 with Python 3.11.7 on 64 cores.",
        "It costs $1,299.00 instead of 1.499,00 EUR, 12.5 % off, order by 5 pm.",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8, 123e4567-e89b-12d3-a456-426614174000",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "2024-05-01T12:00:07.123Z INFO worker-3 took 1234567 us, offset 1714564807123",
        "Will May mark the rose in April? Paris Hilton hotels may grant a chance.",
        "def may(self, will: str) -> None: return Mark(will)",
        "driver version 10.0.0.1, requests==2.31.0.1, 127.0.0.1:8080, 0.0.0.0, 255.255.255.0",
        "<svg viewBox='0 0 24 24' xmlns='http://www.w3.org/2000/svg'>",
        "The population grew from 1,234,567 to 2,345,678 between 1990 and 2020.",
        "git clone git@github.com:python/cpython.git && pip install -U pip==24.0",
        "Read RFC 9162, ISO 27001:2022 and section 4.1.2.1 of the manual.",
    ],
)
def test_what_only_looks_like_personal_data_is_left_alone(text: str) -> None:
    found = [kind for kind in kinds(text) if kind[0] is not Category.PLACE]
    assert [value for _, value in found if value != "Paris Hilton"] == []


def test_a_lone_surrogate_is_scanned_around() -> None:
    assert (Category.EMAIL, "anna@example.org") in kinds("\ud800 anna@example.org \udfff")


def test_offsets_are_characters_behind_wide_text() -> None:
    text = "Ще 😀 Grüße: anna@example.org, 😀 +49 30 901820"
    assert [value for _, value in kinds(text)] == ["anna@example.org", "+49 30 901820"]


def test_a_failure_is_an_error_without_the_text() -> None:
    class Broken:
        slot = Slot.TEXT
        hint = ""

        @property
        def raw(self) -> Raw:
            raise ValueError("anna@example.org")

    with pytest.raises(DetectorUnavailable) as caught:
        DETECTOR.find([Broken()])  # type: ignore[list-item]
    assert "anna" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_two_loads_have_one_version() -> None:
    assert PatternDetector.load().version == DETECTOR.version


@pytest.mark.parametrize(
    ("text", "category", "value"),
    [
        ("卡号4539148803436467的卡", Category.CARD, "4539148803436467"),
        ("IBANはDE89370400440532013000です", Category.BANK_ACCOUNT, "DE89370400440532013000"),
        ("서버203.0.113.77에서", Category.IP_ADDRESS, "203.0.113.77"),
        ("身份证号11010519491231002X", Category.NATIONAL_ID, "11010519491231002X"),
        ("บัตร4539148803436467ครับ", Category.CARD, "4539148803436467"),
    ],
)
def test_scripts_without_spaces_do_not_hide_a_value(
    text: str, category: Category, value: str
) -> None:
    assert kinds(text, "") == [(category, value)]


@pytest.mark.parametrize(
    "text",
    [
        "<name>Anna Kowalska</name>",
        "Anna Kowalska<br>Warsaw office",
        'it said {\\"name\\":\\"Anna Kowalska\\"}',
        "Anna Kowalska: yes",
    ],
)
def test_markup_does_not_hide_a_name(text: str) -> None:
    assert (Category.NAME, "Anna Kowalska") in kinds(text)


@pytest.mark.parametrize("text", ["new HashMap<String, Grace>()", "Grace Hopper<T>", "Jordan(x)"])
def test_code_is_no_name(text: str) -> None:
    assert kinds(text) == []
