"""Counts: what went in comes out, in both forms, over all processes of a server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from privity.adapters.board import Board
from privity.adapters.counters import SharedCounters
from privity.adapters.measures import (
    ENDED,
    FINDINGS,
    MEASURES,
    RECORDS,
    REFUSED,
    RUNNING,
    SHARED,
    Kind,
    layout,
)
from privity.adapters.metrics import exposition
from privity.gateway.report import Line
from privity.minimize.measure import Seen, Weight
from privity.model.words import Category, Treatment

EMAIL = (Category.EMAIL, Treatment.PSEUDONYMIZE)
OTHER_PROCESS = """
import os, signal, sys
from functools import partial
from pathlib import Path
from privity.adapters.board import Board
from privity.adapters.counters import SharedCounters
from privity.adapters.measures import RUNNING
counters = SharedCounters(partial(Board, folder=Path(sys.argv[1])))
counters.ended("ok")
counters.watch(RUNNING, lambda: 4)
counters.show()
print("counted", flush=True)
signal.pause()
"""


def count(metrics: SharedCounters) -> SharedCounters:
    metrics.minimized({EMAIL: 2})
    metrics.minimized({EMAIL: 1})
    metrics.weighed(Weight(100, 5))
    metrics.weighed(Weight(20, 0))
    metrics.refused("media_refused")
    metrics.ended("ok")
    metrics.ended("ok")
    metrics.added(0.0005)
    metrics.added(99)
    metrics.lasted(0.3)
    return metrics


def samples(metrics: SharedCounters, levels=None) -> dict[tuple[str, ...], float]:
    text = exposition(metrics, levels)[0].decode()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_counts_add_up() -> None:
    seen = count(SharedCounters()).seen()
    assert seen == Seen({EMAIL: 3}, Weight(120, 5), {"media_refused": 1}, {"ok": 2})


def test_prometheus_reads_the_same_counts() -> None:
    found = samples(count(SharedCounters()))
    assert found["privity_findings_total", "contact.email", "pseudonymize"] == 3
    assert found["privity_personal_characters_total", "came"] == 120
    assert found["privity_personal_characters_total", "left"] == 5
    assert found["privity_exchanges_refused_total", "media_refused"] == 1
    assert found["privity_exchanges_ended_total", "ok"] == 2
    assert found["privity_held_seconds_bucket", "0.0005"] == 1
    assert found["privity_held_seconds_bucket", "+Inf"] == 2
    assert found["privity_held_seconds_count",] == 2
    assert found["privity_held_seconds_sum",] == 99.0005
    assert found["privity_exchange_seconds_bucket", "0.5"] == 1


def test_nothing_came_has_no_share() -> None:
    assert Weight().minimized is None
    assert Weight(20, 1).minimized == 0.95


def test_every_series_has_a_place_of_its_own() -> None:
    places, end = layout()
    widths = {measure.name: measure.width for measure in SHARED}
    taken = [at + step for (name, _), at in places.items() for step in range(widths[name])]
    assert sorted(taken) == list(range(end))


def test_a_label_that_is_not_on_the_list_is_counted_as_other() -> None:
    metrics = SharedCounters()
    metrics.refused("margaret.okafor@example.org")
    metrics.ended("not_kept.detector_unavailable")
    metrics.ended("something new")
    assert metrics.seen().refused == {"other": 1}
    assert metrics.seen().ended == {"not_kept.detector_unavailable": 1, "other": 1}


def test_only_what_is_declared_is_shown() -> None:
    metrics = count(SharedCounters())
    metrics.told(lambda *_: None)(Line.DEFECT, {})
    declared = {name for measure in MEASURES for name in measure.samples()}
    shown = {name for name, *_ in samples(metrics, {(RECORDS.name, ()): 7})}
    assert shown - {f"{n.removesuffix('_total')}_created" for n in declared} <= declared
    assert samples(metrics)["privity_lines_total", "defect"] == 1


@pytest.mark.parametrize("measure", [each for each in SHARED if each.kind is Kind.GAUGE])
def test_a_gauge_has_one_series_or_could_not_be_added_up(measure) -> None:
    assert list(measure.series()) == [()]


def shared(folder: Path) -> SharedCounters:
    return SharedCounters(partial(Board, folder=folder))


def test_several_processes_are_counted_together(tmp_path: Path) -> None:
    ours, theirs = shared(tmp_path), shared(tmp_path)
    count(ours)
    count(theirs)
    theirs.watch(RUNNING, lambda: 3)
    theirs.show()
    assert ours.seen() == theirs.seen()
    assert ours.seen().ended == {"ok": 4}
    found = samples(ours)
    assert (found["privity_exchanges_running",], found["privity_workers",]) == (3, 2)


def test_what_a_killed_process_counted_stays_and_what_it_had_is_gone(tmp_path: Path) -> None:
    ours = shared(tmp_path)
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "counted\n"
        alive = samples(ours)
        os.kill(other.pid, signal.SIGKILL)
    dead = samples(ours)
    running = [each["privity_exchanges_running",] for each in (alive, dead)]
    assert (running, dead["privity_exchanges_ended_total", "ok"]) == ([4, 0], 1)
    assert (alive["privity_workers",], dead["privity_workers",]) == (2, 1)


def test_who_takes_the_place_of_a_dead_process_goes_on_from_it(tmp_path: Path) -> None:
    first = shared(tmp_path)
    count(first)
    first.board.close()
    again = shared(tmp_path)
    again.ended("ok")
    assert again.seen().ended == {"ok": 3}
    assert len(list(tmp_path.iterdir())) == 1


def test_files_of_counts_are_for_their_owner_alone(tmp_path: Path) -> None:
    shared(tmp_path)
    assert [file.stat().st_mode & 0o777 for file in tmp_path.iterdir()] == [0o600]


def test_codes_of_every_error_are_on_the_lists() -> None:
    refused = {labels[0] for labels in REFUSED.series()}
    assert {"internal", "overloaded", "media_refused", "other"} <= refused
    assert {"ok", "client_left"} | refused <= {labels[0] for labels in ENDED.series()}
    assert len(list(FINDINGS.series())) == len(Category) * len(Treatment)
