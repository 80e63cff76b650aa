"""Counts of one process, in Prometheus form.

Counting is an addition in a dictionary; the Prometheus form is made when it is asked for.

Invariants: labels come from closed lists (kinds, treatments, codes), so that no text of a person
can become one; the status page and Prometheus read the same counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric

from privity.minimize.measure import Seen, Weight
from privity.model.finding import Tally
from privity.model.words import Category, Treatment

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Upper bounds of the groups in which times are counted, in seconds."""


class Metrics:
    """The counts of a process: `minimize.measure.Counters`, and what reads them."""

    __slots__ = ("_came", "_ended", "_found", "_groups", "_left", "_refused", "_registry", "_sum")

    def __init__(self) -> None:
        self._found: Counter[tuple[Category, Treatment]] = Counter()
        self._refused: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._came = 0
        self._left = 0
        self._groups = [0] * (len(SECONDS) + 1)
        self._sum = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def minimized(self, tally: Tally) -> None:
        """Count what was found in a request, and how it was treated."""
        for kind, count in tally.items():
            self._found[kind] += count

    def weighed(self, weight: Weight) -> None:
        """Count characters of personal data that came in, and that left unchanged."""
        self._came += weight.came
        self._left += weight.left

    def refused(self, code: str) -> None:
        """Count an exchange that did not begin."""
        self._refused[code] += 1

    def ended(self, code: str) -> None:
        """Count an exchange that ended."""
        self._ended[code] += 1

    def added(self, seconds: float) -> None:
        """Note how long a request was held here before it left."""
        self._groups[bisect_left(SECONDS, seconds)] += 1
        self._sum += seconds

    def seen(self) -> Seen:
        """Return a copy of all counts."""
        weight = Weight(self._came, self._left)
        return Seen(dict(self._found), weight, dict(self._refused), dict(self._ended))

    def exposed(self) -> bytes:
        """Return all counts in Prometheus text form; see `CONTENT_TYPE`."""
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        """Yield all counts as Prometheus has them."""
        found = CounterMetricFamily(
            "privity_findings", "Personal data found in requests.", labels=("kind", "treatment")
        )
        for (category, treatment), count in sorted(self._found.copy().items()):
            found.add_metric((category.value, treatment.value), count)
        yield found
        characters = CounterMetricFamily(
            "privity_personal_characters",
            "Characters of personal data found: that came in, and that left unchanged.",
            labels=("way",),
        )
        characters.add_metric(("came",), self._came)
        characters.add_metric(("left",), self._left)
        yield characters
        yield _by_code("privity_refusals", "Exchanges that did not begin.", self._refused)
        yield _by_code("privity_exchanges", "Exchanges that ended.", self._ended)
        yield self._times()

    def _times(self) -> Metric:
        groups: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip((*map(str, SECONDS), "+Inf"), self._groups, strict=True):
            total += count
            groups.append((bound, float(total)))
        times = HistogramMetricFamily(
            "privity_added_seconds", "How long requests were held before they left."
        )
        times.add_metric((), buckets=groups, sum_value=self._sum)
        return times


def _by_code(name: str, help_text: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, help_text, labels=("code",))
    for code, count in sorted(counts.items()):
        family.add_metric((code,), count)
    return family
