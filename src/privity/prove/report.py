"""What the self-test found: kinds, places and counts; never a value.

Invariant: `clean` needs all of it: the control found everything, requests were answered and reached
the provider, nothing was found where nothing may be, and the log verified after every crash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from privity.prove.forms import Form
from privity.prove.search import Hit, Searched

PROVIDER = "what the provider received"


@dataclass(frozen=True, slots=True)
class Control:
    """The negative control: how much was planted on purpose, and what was not found."""

    canaries: int
    needles: int
    missed: tuple[tuple[str, Form], ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was sent: requests in all, answered, refused; whole answers of those expected."""

    sent: int
    answered: int
    refused: int
    restored: int
    expected: int
    ends: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one run. `kept` are the kinds that the policy lets pass as they are."""

    control: Control
    traffic: Traffic
    searched: tuple[Searched, ...]
    provider: Searched
    kept: tuple[str, ...]
    log_verified: bool

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Everything that was found where it may not be."""
        return tuple(hit for group in (*self.searched, self.provider) for hit in group.hits)

    @property
    def problems(self) -> tuple[str, ...]:
        """Every reason why this run proves nothing, or proves a leak."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        if self.control.missed:
            yield f"the search missed {len(self.control.missed)} values that were there"
        if not self.traffic.answered or not self.provider.sources:
            yield "no request was answered, so nothing was exercised"
        if self.hits:
            yield f"{len(self.hits)} planted values were found"
        if not self.log_verified:
            yield "the log does not verify after the crashes"

    def as_json(self) -> dict[str, object]:
        """Return the report for machines."""
        return {
            "clean": not self.problems,
            "problems": list(self.problems),
            "control": {
                "canaries": self.control.canaries,
                "needles": self.control.needles,
                "forms": [form.value for form in Form],
                "missed": [f"{kind}: {form.value}" for kind, form in self.control.missed],
            },
            "traffic": {
                "sent": self.traffic.sent,
                "answered": self.traffic.answered,
                "refused": self.traffic.refused,
                "restored": self.traffic.restored,
                "restorable": self.traffic.expected,
                "ends": dict(self.traffic.ends),
            },
            "searched": [_group_json(group) for group in (*self.searched, self.provider)],
            "kept_by_policy": list(self.kept),
            "log_verified": self.log_verified,
        }

    def shown(self) -> RenderableType:
        """Return the report for people."""
        parts: list[RenderableType] = [self._table(), Text(self._summary())]
        if self.hits:
            parts.append(self._found())
        verdict = "; ".join(self.problems) or "Nothing planted was found anywhere."
        parts.append(Text(verdict, style="bold red" if self.problems else "bold green"))
        return Group(*parts)

    def _table(self) -> Table:
        table = Table(title="Searched", title_justify="left")
        table.add_column("what")
        for name in ("items", "bytes", "found"):
            table.add_column(name, justify="right")
        for group in (*self.searched, self.provider):
            found = Text(str(len(group.hits)), style="red" if group.hits else "green")
            table.add_row(group.group, f"{group.sources:,}", f"{group.size:,}", found)
        return table

    def _summary(self) -> str:
        control, traffic = self.control, self.traffic
        forms = ", ".join(form.value for form in Form)
        kept = f" The policy lets pass: {', '.join(self.kept)}." if self.kept else ""
        return (
            f"Planted {control.canaries} values; looked for each as: {forms} "
            f"({control.needles:,} needles; the control found all that were hidden on purpose: "
            f"{'no' if control.missed else 'yes'}).\n"
            f"Sent {traffic.sent} requests: {traffic.answered} answered, {traffic.refused} refused "
            f"or failed as they should; ended the server {len(traffic.ends)} times while it "
            f"answered. The log verifies: {'yes' if self.log_verified else 'no'}.\n"
            f"People got their own words back in {traffic.restored} of {traffic.expected} answers."
            f"{kept}"
        )

    def _found(self) -> Table:
        table = Table(title="Found", title_justify="left")
        for name in ("where", "kind", "form", "planted in"):
            table.add_column(name)
        for hit in self.hits:
            where = f"{hit.group}: {hit.name}"
            table.add_row(where, hit.kind, hit.form.value, hit.planted)
        return table


def _group_json(group: Searched) -> dict[str, object]:
    found = [
        {"where": hit.name, "kind": hit.kind, "form": hit.form.value, "planted_in": hit.planted}
        for hit in group.hits
    ]
    return {"what": group.group, "items": group.sources, "bytes": group.size, "found": found}
