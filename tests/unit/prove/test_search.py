import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.prove.canaries import KINDS, Canary, draw
from privity.prove.control import missed
from privity.prove.forms import Form, View, needles, write
from privity.prove.search import OVERLAP, WINDOW, Search, Source, files, open_files


def canaries(seed: int = 7) -> tuple[Canary, ...]:
    return draw(Random(seed), ["here"])["here"]


@settings(deadline=None, max_examples=30)
@given(st.integers(min_value=0))
def test_every_form_of_every_canary_is_found(seed: int) -> None:
    for canary in canaries(seed):
        search = Search([canary])
        for form in {needle.form for needle in needles(canary.value)}:
            for alignment in range(3):
                written = b"\x81\x00" + write(form, canary.value, alignment) + b"\xff"
                assert (canary, form) in search.find(written), (canary.value, form)


def test_every_canary_is_searched_in_nearly_every_form() -> None:
    for canary in canaries():
        forms = {needle.form for needle in needles(canary.value)}
        assert set(Form) - forms <= {Form.HALF}


SEARCH = Search(canaries())


@settings(deadline=None)
@given(st.binary(max_size=4000))
def test_nothing_is_found_where_nothing_was_planted(data: bytes) -> None:
    assert SEARCH.find(data) == set()


def test_no_needle_is_short_enough_to_be_found_by_chance() -> None:
    for canary in canaries():
        assert min(len(needle.data) for needle in needles(canary.value)) >= 8


def test_no_value_is_drawn_twice() -> None:
    drawn = draw(Random(1), ["a", "b", "c", "d"])
    values = [canary.value for place in drawn.values() for canary in place]
    assert len(values) == len(set(values)) == 4 * len(KINDS)


def test_a_value_across_two_windows_is_found(tmp_path: Path) -> None:
    canary = canaries()[0]
    path = tmp_path / "large"
    path.write_bytes(b"x" * (WINDOW - 5) + canary.value.encode() + b"y" * OVERLAP)
    searched = Search([canary]).group("files", [Source("files", "large", path)])
    assert {hit.form for hit in searched.hits} >= {Form.PLAIN}
    assert searched.size == path.stat().st_size


def test_a_hit_names_the_kind_and_never_the_value(tmp_path: Path) -> None:
    canary = canaries()[0]
    (tmp_path / "log").write_text(canary.value)
    hits = Search([canary]).group("files", files("files", tmp_path)).hits
    assert hits
    assert canary.value not in repr(hits)


def test_a_deleted_file_that_is_still_open_is_found(tmp_path: Path) -> None:
    canary = canaries()[0]
    path = tmp_path / "gone"
    with path.open("w+") as file:
        file.write(canary.value)
        file.flush()
        path.unlink()
        hits = Search([canary]).group("open", open_files("open", os.getpid())).hits
    assert hits


def test_the_control_says_what_a_search_would_miss(tmp_path: Path) -> None:
    planted = canaries()
    assert missed(Search(planted), planted, tmp_path) == ()
    assert missed(Search(planted[1:]), planted, tmp_path) != ()


@pytest.mark.parametrize("cut", range(1, 30))
def test_an_address_cut_anywhere_is_found(cut: int) -> None:
    canary = canaries()[0]
    cut = min(cut, len(canary.value) - 1)
    written = f'{{"d":"{canary.value[:cut]}"}}\n{{"d":"{canary.value[cut:]}"}}'.encode()
    assert Search([canary]).find(written)


def test_views_are_all_used() -> None:
    used = {needle.view for canary in canaries() for needle in needles(canary.value)}
    assert used == set(View)
