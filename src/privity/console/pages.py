"""The pages as HTML: the status, and the notice.

Invariants: pages need nothing from elsewhere: one inline style sheet, no script, no font, no
image; every value is escaped; a value that is missing is an error, not an empty place. The policy
for the browser (`SECURITY`) allows that one style sheet, by its hash, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import assert_never

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from privity.console.view import Status
from privity.minimize.measure import Weight
from privity.model.policy import Policy
from privity.model.words import Language, Treatment
from privity.policy.controls import controls
from privity.policy.notice import aim, items, lead, period_words
from privity.policy.publish import asking, by_topic, closing, heading, standing, title

_STYLE = resources.files("privity.console").joinpath("templates/privity.css")
_RISKY_FIRST = tuple(reversed(Treatment))
"""Treatments, those that hide least at the front."""


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of personal data: how often it was found, and its share of the most frequent (0-100).

    `treated` has each treatment with its count.
    """

    words: str
    count: int
    share: int
    treated: tuple[tuple[Treatment, int], ...]


class Pages:
    """Renders pages; made once."""

    __slots__ = ("_environment", "_style")

    def __init__(self) -> None:
        self._style = _STYLE.read_text("utf-8")
        self._environment = Environment(
            loader=PackageLoader("privity.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            when=when,
            number=number,
            done=done,
            aim=aim,
            heading=heading,
            items=items,
            lead=lead,
            controls=controls,
        )

    def security(self) -> str:
        """Return the Content-Security-Policy for every page."""
        digest = hashlib.sha256(self._style.encode()).digest()
        style = f"'sha256-{base64.b64encode(digest).decode()}'"
        return (
            f"default-src 'none'; style-src {style}; img-src data:; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        )

    def notice(
        self, policy: Policy, language: Language = Language.EN, *, alone: bool = False
    ) -> str:
        """Return the notice. `alone`: as a file of its own, without links to other pages."""
        return self._render(
            "notice.html",
            {
                "alone": alone,
                "language": language,
                "title": title(policy, language),
                "topics": by_topic(policy, language),
                "closing": closing(language),
                "asking": asking(policy, language),
                "standing": standing(policy, language),
            },
        )

    def status(self, status: Status, policy: Policy) -> str:
        """Return the status page."""
        return self._render(
            "status.html",
            {
                "alone": False,
                "language": Language.EN,
                "title": "privity status",
                "status": status,
                "policy": policy,
                "up": period_words(_rough(status.at - status.since)),
                "percent": percent(status.seen.weight),
                "rows": rows(status),
                "refused": sorted(
                    status.seen.refused.items(), key=lambda item: (-item[1], item[0])
                ),
                "answered": sum(status.seen.ended.values()),
            },
        )

    def _render(self, template: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(template).render(
            **values,
            style=Markup(self._style),  # noqa: S704 - our own file
        )


def rows(status: Status) -> tuple[Row, ...]:
    """Return what was found, the most frequent kind first."""
    found = status.seen.found
    counts = {category: 0 for category, _ in found}
    for (category, _), count in found.items():
        counts[category] += count
    most = max(counts.values(), default=0)
    return tuple(
        Row(
            category.words,
            count,
            max(1, round(100 * count / most)) if most else 0,
            tuple((t, found[category, t]) for t in _RISKY_FIRST if found.get((category, t))),
        )
        for category, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def percent(weight: Weight) -> str:
    """Return the minimized share as a percentage, rounded down: 100 means all of it."""
    tenths = 1000 * (weight.came - weight.left) // max(weight.came, 1)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{tenths // 10}"


def done(treatment: Treatment) -> str:
    """Say what became of a finding."""
    match treatment:
        case Treatment.EXCLUDE:
            return "removed"
        case Treatment.PSEUDONYMIZE:
            return "pseudonymized"
        case Treatment.HASH:
            return "hashed"
        case Treatment.GENERALIZE:
            return "generalized"
        case Treatment.KEEP:
            return "kept as it was"
        case _:
            assert_never(treatment)


def number(count: int) -> str:
    """Return a number with thin spaces between groups of three."""
    return f"{count:,}".replace(",", "\u202f")


def when(moment: datetime) -> str:
    """Return a moment as a person reads it, in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _rough(length: timedelta) -> timedelta:
    """Return a length of time without what nobody asks: seconds, and minutes of days."""
    unit = timedelta(minutes=1) if length < timedelta(days=1) else timedelta(hours=1)
    return max(length // unit * unit, timedelta(minutes=1))
