"""What each treatment leaves of a value."""

import re

import pytest

from privity.errors import DetectorUnavailable
from privity.minimize.pseudonym import Pseudonyms, one_way
from privity.minimize.treat import Treated, treat
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category, Treatment

KEY = b"k" * 32
OTHER = b"o" * 32
TEXT = "Write to tom@example.org or ann@example.org, or to tom@example.org."


def leaf(text: str, slot: Slot = Slot.TEXT) -> Leaf:
    return Leaf(Raw(text), slot, "content")


def mails(text: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(m.start(), m.end(), Category.EMAIL, 1.0, "test")
        for m in re.finditer(r"[a-z]+@[a-z.]+[a-z]", text)
    )


def treated(treatment: Treatment, *texts: str, slot: Slot = Slot.TEXT) -> Treated:
    return treat(
        [leaf(text, slot) for text in texts],
        [mails(text) for text in texts],
        dict.fromkeys(Category, treatment),
        Pseudonyms(KEY),
        OTHER,
    )


def only(result: Treated) -> str:
    (text,) = result.texts
    assert text is not None
    return text.text


def test_pseudonyms_stand_in_place_and_lead_back() -> None:
    result = treated(Treatment.PSEUDONYMIZE, TEXT)
    shown = only(result)
    for token, raw in result.words.items():
        shown = shown.replace(token, reveal(raw))
    assert shown == TEXT
    assert len(result.words) == 2


def test_one_value_has_one_token_in_every_leaf() -> None:
    result = treated(Treatment.PSEUDONYMIZE, "tom@example.org", "by tom@example.org")
    first, second = (text.text for text in result.texts if text)
    assert second == f"by {first}"


def test_excluded_values_leave_a_marker_and_no_way_back() -> None:
    result = treated(Treatment.EXCLUDE, "to tom@example.org!")
    assert only(result) == "to [EMAIL removed]!"
    assert result.words == {}


def test_hashes_link_equal_values_and_have_no_way_back() -> None:
    result = treated(Treatment.HASH, TEXT)
    first, second, third = re.findall(r"\[EMAIL#[a-z2-9]{8}\]", only(result))
    assert first == third
    assert first != second
    assert result.words == {}


def test_a_hash_depends_on_its_key() -> None:
    raw = Raw("tom@example.org")
    assert one_way(KEY, Category.EMAIL, raw) != one_way(OTHER, Category.EMAIL, raw)


def test_generalized_values_say_less_and_have_no_way_back() -> None:
    result = treated(Treatment.GENERALIZE, "to tom@example.org!")
    assert only(result) == "to an e-mail address!"
    assert result.words == {}


def test_kept_values_change_nothing_but_are_counted() -> None:
    result = treated(Treatment.KEEP, TEXT)
    assert result.texts == (None,)
    assert result.tally == {(Category.EMAIL, Treatment.KEEP): 3}


def test_text_without_findings_is_not_touched() -> None:
    assert treated(Treatment.EXCLUDE, "nothing here").texts == (None,)


def test_findings_are_counted_by_kind_and_treatment() -> None:
    result = treated(Treatment.EXCLUDE, TEXT, "ann@example.org")
    assert result.tally == {(Category.EMAIL, Treatment.EXCLUDE): 4}


def test_an_account_is_treated_as_a_whole_even_if_nothing_was_found_in_it() -> None:
    result = treated(Treatment.PSEUDONYMIZE, "customer 7", slot=Slot.ACCOUNT)
    assert re.fullmatch(r"\[ACCOUNT_[a-z2-9]{6}\]", only(result))
    assert result.tally == {(Category.ACCOUNT, Treatment.PSEUDONYMIZE): 1}


def test_where_accounts_are_kept_what_is_found_in_them_is_still_treated() -> None:
    treatments = dict.fromkeys(Category, Treatment.EXCLUDE) | {Category.ACCOUNT: Treatment.KEEP}
    text = "id:tom@example.org"
    result = treat([leaf(text, Slot.ACCOUNT)], [mails(text)], treatments, Pseudonyms(KEY), OTHER)
    assert only(result) == "id:[EMAIL removed]"


def test_what_looks_like_a_token_passes_and_leads_nowhere() -> None:
    result = treated(Treatment.PSEUDONYMIZE, "[EMAIL_k7f3q9] and [EMAIL#k7f3q9bd] are not mine")
    assert result.texts == (None,)
    assert result.words == {}


def test_a_token_sent_back_means_the_same_value_still() -> None:
    token = only(treated(Treatment.PSEUDONYMIZE, "tom@example.org"))
    result = treated(Treatment.PSEUDONYMIZE, "tom@example.org", f"and {token}")
    assert result.texts[1] is None
    assert set(result.words) == {token}


def finding(start: int, end: int) -> Finding:
    return Finding(start, end, Category.NAME, 1.0, "test")


@pytest.mark.parametrize(
    "found",
    [
        (finding(0, 5), finding(3, 7)),
        (finding(4, 6), finding(0, 2)),
        (finding(0, 99),),
        (finding(-1, 2),),
        (finding(2, 2),),
        (finding(5, 3),),
    ],
)
def test_findings_that_cannot_be_applied_are_refused(found: tuple[Finding, ...]) -> None:
    treatments = dict.fromkeys(Category, Treatment.KEEP)
    with pytest.raises(DetectorUnavailable):
        treat([leaf("some text here")], [found], treatments, Pseudonyms(KEY), OTHER)


def test_an_answer_that_leaves_out_a_text_is_refused() -> None:
    treatments = dict.fromkeys(Category, Treatment.KEEP)
    with pytest.raises(DetectorUnavailable):
        treat([leaf("a"), leaf("b")], [()], treatments, Pseudonyms(KEY), OTHER)
