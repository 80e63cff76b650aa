"""The Grafana dashboard and the page of metrics, made from what is declared as counted.

A panel names measures, not metrics, so that no query can ask for what is not there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from privity.adapters.measures import (
    CHARACTERS,
    COMMIT,
    DETECTION,
    ENDED,
    ENDING,
    ENDS,
    ENTRIES,
    EXCHANGE,
    FINDINGS,
    HELD,
    LETTERS,
    LINES,
    MEASURES,
    MEMORY,
    OVERDUE,
    READY,
    RECORDS,
    REFUSED,
    REQUESTS_OVERDUE,
    RUNNING,
    SCANNING,
    SHARED,
    WORKERS,
    WRITES,
    WRITING,
    Measure,
)

ONE = '{instance=~"$instance"}'
WIDTH, HEIGHT, ROW = 8, 8, 24
SOURCE = {"type": "prometheus", "uid": "${source}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot or a figure: its title, what it is for, its unit, and queries with their legends."""

    title: str
    why: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    kind: str = "timeseries"
    red_from: float | None = None


def rate(measure: Measure, by: str = "") -> str:
    """Return a query for how often something is counted in a second."""
    total = f"rate({measure.name}_total{ONE}[$__rate_interval])"
    return f"sum by ({by}) ({total})" if by else f"sum({total})"


def level(measure: Measure, by: str = "") -> str:
    """Return a query for how much there is."""
    return f"sum by ({by}) ({measure.name}{ONE})" if by else f"sum({measure.name}{ONE})"


def highest(measure: Measure) -> str:
    """Return a query for what every server of a database says alike."""
    return f"max({measure.name}{ONE})"


def quantile(share: float, measure: Measure, by: str = "") -> str:
    """Return a query for the time that this share stays below."""
    group = f"le, {by}" if by else "le"
    buckets = f"rate({measure.name}_bucket{ONE}[$__rate_interval])"
    return f"histogram_quantile({share}, sum by ({group}) ({buckets}))"


def _quantiles(measure: Measure) -> tuple[tuple[str, str], ...]:
    return tuple((quantile(q, measure), f"p{q * 100:.0f}") for q in (0.5, 0.95, 0.99))


_LEFT = f'sum({CHARACTERS.name}_total{{instance=~"$instance", where="left"}})'
_CAME = f'sum({CHARACTERS.name}_total{{instance=~"$instance", where="came"}})'
PANELS: tuple[Panel, ...] = (
    Panel(
        "Minimized",
        "Share of personal data found that did not leave as it came.",
        "percentunit",
        ((f"1 - {_LEFT} / {_CAME}", "minimized"),),
        "stat",
    ),
    Panel(
        "Records overdue",
        "Records that should be gone: 0, or something is wrong.",
        "short",
        ((highest(OVERDUE), "records"),),
        "stat",
        1,
    ),
    Panel(
        "Requests overdue",
        "Requests of people past the day of the law.",
        "short",
        ((highest(REQUESTS_OVERDUE), "requests"),),
        "stat",
        1,
    ),
    Panel(
        "Parts that work",
        "Database, keys and detector, as the readiness probe sees them.",
        "short",
        ((f"min by (part) ({READY.name}{ONE})", "{{part}}"),),
    ),
    Panel("Exchanges", "Ended, by their code.", "reqps", ((rate(ENDED, "code"), "{{code}}"),)),
    Panel("Refused", "By the code of the error.", "reqps", ((rate(REFUSED, "code"), "{{code}}"),)),
    Panel(
        "What privity adds", "How long requests are held before they leave.", "s", _quantiles(HELD)
    ),
    Panel("Whole exchanges", "Until the last byte of the answer.", "s", _quantiles(EXCHANGE)),
    Panel("Detection", "How long one scan takes, with waiting.", "s", _quantiles(DETECTION)),
    Panel(
        "Findings by kind",
        "Personal data found in requests.",
        "short",
        ((rate(FINDINGS, "category"), "{{category}}"),),
    ),
    Panel(
        "Treatment",
        "What becomes of it.",
        "short",
        ((rate(FINDINGS, "treatment"), "{{treatment}}"),),
    ),
    Panel(
        "Characters",
        "Personal data that came in, and that left unchanged.",
        "short",
        ((rate(CHARACTERS, "where"), "{{where}}"),),
    ),
    Panel(
        "Commits",
        "How long a transaction takes to be durable.",
        "s",
        (
            (quantile(0.99, COMMIT, "store"), "p99 {{store}}"),
            (quantile(0.5, COMMIT, "store"), "p50 {{store}}"),
        ),
    ),
    Panel(
        "Writes", "Committed together, by store.", "wps", ((rate(WRITES, "store"), "{{store}}"),)
    ),
    Panel(
        "Waiting",
        "What is under way and what waits.",
        "short",
        ((level(RUNNING), "exchanges"), (level(ENDING), "ends"), (level(WRITING), "writes")),
    ),
    Panel("Characters waiting", "To be scanned.", "short", ((level(SCANNING), "characters"),)),
    Panel(
        "Process log",
        "Lines by what they are about.",
        "short",
        ((rate(LINES, "line"), "{{line}}"),),
    ),
    Panel(
        "Workers and memory",
        "Processes that serve, and what they take.",
        "bytes",
        ((level(MEMORY), "memory"), (level(WORKERS), "workers")),
    ),
    Panel(
        "Kept",
        "Sealed records, and letters that wait.",
        "short",
        ((highest(RECORDS), "records"), (highest(LETTERS), "letters")),
    ),
    Panel(
        "Audit log",
        "Entries; a line that falls is an alarm.",
        "short",
        ((highest(ENTRIES), "entries"),),
    ),
    Panel(
        "Certificate",
        "Until the first of the chain ends.",
        "s",
        ((f"min({ENDS.name}{ONE}) - time()", "left"),),
        "stat",
    ),
)


def dashboard() -> str:
    """Return the dashboard as Grafana imports it."""
    made = {
        "title": "privity",
        "uid": "privity",
        "description": "What privity does with personal data: counts, codes and times, no content.",
        "tags": ["privity"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "utc",
        "annotations": {"list": []},
        "links": [],
        "templating": {"list": _variables()},
        "panels": _placed(PANELS),
    }
    return json.dumps(made, indent=2) + "\n"


def _variables() -> list[dict[str, object]]:
    source: dict[str, object] = {"name": "source", "type": "datasource", "query": "prometheus"}
    values = f"label_values({WORKERS.name}, instance)"
    instance: dict[str, object] = {
        "name": "instance",
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": values, "refId": "instance"},
        "definition": values,
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
        "refresh": 2,
    }
    return [source, instance]


def _placed(panels: Sequence[Panel]) -> list[dict[str, object]]:
    across = ROW // WIDTH
    return [
        _panel(number, panel, {"x": number % across * WIDTH, "y": number // across * HEIGHT})
        for number, panel in enumerate(panels)
    ]


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, object]:
    steps: list[dict[str, object]] = [{"color": "green", "value": None}]
    if panel.red_from is not None:
        steps.append({"color": "red", "value": panel.red_from})
    defaults = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.why,
        "datasource": SOURCE,
        "gridPos": {**place, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {},
        "targets": [
            {"refId": chr(ord("A") + at), "datasource": SOURCE, "expr": query, "legendFormat": name}
            for at, (query, name) in enumerate(panel.queries)
        ],
    }


def metrics_page() -> str:
    """Return the page of everything that is counted."""
    out = [
        "# Metrics",
        "",
        "`/metrics` has these in Prometheus' text form. What workers count is added up over all of",
        "one server, those that died included; what is under way is of the living. Labels have a",
        "closed list of values; none can hold anything that came with a request. A series of a",
        "long list appears once it has counted something.",
        "",
        "| metric | kind | labels | what |",
        "|---|---|---|---|",
    ]
    for measure in MEASURES:
        name = measure.samples()[0] if len(measure.samples()) == 1 else measure.name
        labels = ", ".join(f"`{label}`" for label in measure.labels)
        whose = "" if measure in SHARED else " Read when somebody asks."
        out.append(f"| `{name}` | {measure.kind} | {labels} | {measure.help}{whose} |")
    return "\n".join(out) + "\n"
