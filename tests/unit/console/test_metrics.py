"""Counts: what went in comes out, in both forms."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from privity.adapters.counters import MemoryCounters
from privity.adapters.metrics import exposition
from privity.minimize.measure import Weight
from privity.model.words import Category, Treatment


def counted() -> MemoryCounters:
    metrics = MemoryCounters()
    metrics.minimized({(Category.EMAIL, Treatment.PSEUDONYMIZE): 2})
    metrics.minimized({(Category.EMAIL, Treatment.PSEUDONYMIZE): 1})
    metrics.weighed(Weight(100, 5))
    metrics.weighed(Weight(20, 0))
    metrics.refused("media_refused")
    metrics.ended("ok")
    metrics.ended("ok")
    metrics.added(0.0005)
    metrics.added(99)
    return metrics


def test_counts_add_up() -> None:
    seen = counted().seen()
    assert seen.found == {(Category.EMAIL, Treatment.PSEUDONYMIZE): 3}
    assert seen.weight == Weight(120, 5)
    assert seen.refused == {"media_refused": 1}
    assert seen.ended == {"ok": 2}


def test_prometheus_reads_the_same_counts() -> None:
    text = exposition(counted())[0].decode()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["privity_findings_total", "contact.email", "pseudonymize"] == 3
    assert found["privity_personal_characters_total", "came"] == 120
    assert found["privity_personal_characters_total", "left"] == 5
    assert found["privity_exchanges_refused_total", "media_refused"] == 1
    assert found["privity_exchanges_ended_total", "ok"] == 2
    assert found["privity_held_seconds_bucket", "0.0005"] == 1
    assert found["privity_held_seconds_bucket", "+Inf"] == 2
    assert found["privity_held_seconds_count",] == 2


def test_nothing_came_has_no_share() -> None:
    assert Weight().minimized is None
    assert Weight(20, 1).minimized == 0.95
