"""The counts in Prometheus' text form.

Invariant: labels are kinds, treatments and codes of the program; no label can hold anything that
came with a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from privity.adapters.counters import BUCKETS, MemoryCounters


class Counts(Collector):
    """Reads the counters whenever someone asks."""

    def __init__(self, counters: MemoryCounters) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """Yield every count."""
        seen = self._counters.seen()
        found = CounterMetricFamily(
            "privity_findings", "Personal data found in requests.", labels=["category", "treatment"]
        )
        for (category, treatment), count in sorted(seen.found.items()):
            found.add_metric([category.value, treatment.value], count)
        yield found
        characters = CounterMetricFamily(
            "privity_personal_characters", "Characters of personal data.", labels=["where"]
        )
        characters.add_metric(["came"], seen.weight.came)
        characters.add_metric(["left"], seen.weight.left)
        yield characters
        yield _by_code("privity_exchanges_refused", "Exchanges refused.", seen.refused.items())
        yield _by_code("privity_exchanges_ended", "Exchanges ended.", seen.ended.items())
        yield self._held()

    def _held(self) -> Metric:
        sums = accumulate(self._counters.held)
        bounds = [*map(str, BUCKETS), "+Inf"]
        return HistogramMetricFamily(
            "privity_held_seconds",
            "How long requests were held before they left.",
            buckets=list(zip(bounds, sums, strict=True)),
            sum_value=self._counters.held_seconds,
        )


def _by_code(name: str, text: str, counts: Iterable[tuple[str, int]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=["code"])
    for code, count in sorted(counts):
        family.add_metric([code], count)
    return family


def exposition(counters: MemoryCounters) -> tuple[bytes, str]:
    """Return the counts as Prometheus reads them, and their content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Counts(counters))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4
