"""Everything that is counted, in Prometheus' text form.

Invariants: what is shown was declared in `measures`, under names and labels from there; counters
are added up over all processes, also those that died; what only the living have is of the living.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from privity.adapters.counters import SharedCounters
from privity.adapters.measures import SHARED, STORED, WORKERS, Kind, Labels, Measure

Levels = Mapping[tuple[str, Labels], float]
"""What was read when somebody asked: by the name and labels of a series."""


class Counts(Collector):
    """Reads the counters whenever someone asks."""

    def __init__(self, counters: SharedCounters, levels: Levels) -> None:
        self._counters = counters
        self._levels = levels

    def collect(self) -> Iterator[Metric]:
        """Yield every count."""
        sums = self._counters.board.sums()
        living, workers = self._counters.board.living()
        for measure in SHARED:
            if measure is WORKERS:
                yield _gauge(measure, {(): workers})
            elif measure.kind is Kind.GAUGE:
                yield _gauge(measure, self._single(measure, living))
            elif measure.kind is Kind.COUNTER:
                yield _counter(measure, self._single(measure, sums))
            else:
                yield self._histogram(measure, sums)
        for measure in STORED:
            found = {key[1]: level for key, level in self._levels.items() if key[0] == measure.name}
            if found:
                yield _gauge(measure, found)

    def _single(self, measure: Measure, among: list[float]) -> dict[Labels, float]:
        named = (tuple(map(str, labels)) for labels in measure.series())
        return {each: self._counters.numbers(measure, each, among)[0] for each in named}

    def _histogram(self, measure: Measure, among: list[float]) -> Metric:
        family = HistogramMetricFamily(measure.name, measure.help, labels=list(measure.labels))
        bounds = [*map(str, measure.bounds), "+Inf"]
        for labels in measure.series():
            named = tuple(map(str, labels))
            *counts, total = self._counters.numbers(measure, named, among)
            if any(counts) or not labels:
                buckets = list(zip(bounds, accumulate(counts), strict=True))
                family.add_metric(named, buckets, total)
        return family


def _counter(measure: Measure, found: Mapping[Labels, float]) -> Metric:
    """Return a counter; a series that never counted is left out where there are many."""
    family = CounterMetricFamily(measure.name, measure.help, labels=list(measure.labels))
    for labels, count in found.items():
        if count or len(found) < _FEW:
            family.add_metric(labels, count)
    return family


def _gauge(measure: Measure, found: Mapping[Labels, float]) -> Metric:
    family = GaugeMetricFamily(measure.name, measure.help, labels=list(measure.labels))
    for labels, level in found.items():
        family.add_metric(labels, level)
    return family


_FEW = 40


def exposition(counters: SharedCounters, levels: Levels | None = None) -> tuple[bytes, str]:
    """Return the counts as Prometheus reads them, and their content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Counts(counters, levels or {}))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4
