"""The table of settings about traces."""

from __future__ import annotations

from dataclasses import dataclass

from privity.settings.declare import setting


@dataclass(frozen=True, slots=True)
class Traces:
    """Where traces of exchanges go: one span for each step, with codes and counts."""

    endpoint: str = setting(
        "",
        "OTLP/HTTP address of a collector, such as `https://otel.example.org/v1/traces`; empty: "
        "nothing is traced.",
    )
    credential: str = setting(
        "", "Where the collector's bearer token is: `env:NAME` or `file:PATH`."
    )
    percent: int = setting(
        100, "How many of a hundred exchanges are traced, where the client says nothing.", most=100
    )
