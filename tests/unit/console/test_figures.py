"""Counts as figures: every point in its place, gaps where nothing can be said."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.console.series import Bucket
from privity.console.staff.figures import Range, figures, laid, minimized, quantile, whole
from privity.console.staff.overview import stats

NOW = datetime(2026, 1, 5, 9, 30, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HELD = {"held.0:1": 50.0, "held.1:2": 40.0, "held.2:5": 10.0}


def bucket(ago: timedelta, **counts: float) -> Bucket:
    return Bucket(NOW.replace(second=0) - ago, counts)


@pytest.mark.parametrize("asked", list(Range))
def test_a_range_has_every_point_up_to_now(asked: Range) -> None:
    points = laid(asked, [bucket(timedelta(), ended=1)], NOW)
    assert len(points) == asked.length // asked.step
    assert points[-1].start <= NOW < points[-1].start + asked.step
    assert {b.start - a.start for a, b in pairwise(points)} == {asked.step}


@given(st.lists(st.integers(0, 3000), max_size=30))
def test_nothing_is_lost_or_counted_twice_where_points_are_put_together(ago: list[int]) -> None:
    buckets = [bucket(minutes * MINUTE, ended=1.0) for minutes in ago]
    points = laid(Range.DAY, buckets, NOW)
    inside = [each for each in buckets if each.start >= points[0].start]
    assert whole(points).get("ended", 0) == len(inside)


def test_the_last_point_is_as_long_as_the_others() -> None:
    minutes = [bucket(k * MINUTE, ended=1.0) for k in range(24 * 60)]
    assert {each.counts["ended"] for each in laid(Range.DAY, minutes, NOW)} == {15.0}


def test_half_of_the_messages_are_faster_than_the_median() -> None:
    assert quantile(HELD, 0.5) == 1.0
    assert quantile(HELD, 0.7) == 1.5
    assert quantile({**HELD, "held.5000:inf": 1000.0}, 0.95) == 5000.0


def test_where_nothing_was_held_no_time_is_said() -> None:
    assert quantile({}, 0.5) is None
    assert minimized({}) is None


def test_what_was_minimized_is_a_share_of_what_came() -> None:
    assert minimized({"characters.came": 200.0, "characters.left": 1.0}) == 99.5


def test_codes_of_both_kinds_are_one_line_of_errors() -> None:
    counts = {"refused.overloaded": 2.0, "ended.overloaded": 1.0, "ended.ok": 9.0}
    points = laid(Range.HOUR, [Bucket(NOW.replace(second=0), counts)], NOW)
    errors = next(each for each in figures(points, str) if each.title == "Errors")
    assert [(line.label, line.values[-1]) for line in errors.lines] == [("overloaded", 3.0)]


def test_a_figure_without_anything_to_show_has_no_rows() -> None:
    assert all(each.rows() == () for each in figures(laid(Range.HOUR, [], NOW), str))


def test_a_figure_says_the_same_to_the_script_and_in_its_table() -> None:
    counts = {"ended.ok": 3.0, "refused.too_large": 1.0}
    points = laid(Range.HOUR, [Bucket(NOW.replace(second=0), counts)], NOW)
    requests = figures(points, str)[0]
    data = json.loads(requests.data())
    ((at, row),) = requests.rows()
    assert data["at"][-1] == at.timestamp()
    assert [line["values"][-1] for line in data["lines"]] == list(row)


def test_what_is_overdue_stands_out() -> None:
    late = {label: tone for label, _, _, tone in stats({"=records_overdue": 2.0})}
    assert late["Overdue"] == "bad"
    assert {label: tone for label, _, _, tone in stats({})}["Overdue"] == ""
