"""Writing settings.toml, and listing every setting for the documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from privity.settings.declare import Value
from privity.settings.home import Settings
from privity.settings.read import REGIONS, hints
from privity.settings.tables import RegionStore


def describe() -> Iterator[tuple[str, str, Value, str]]:
    """Yield each setting: its table, name, default and what it means."""
    for table, kind in hints(Settings).items():
        if is_dataclass(kind):
            for each in fields(kind):
                default: Any = each.default
                yield table, each.name, default, each.metadata["doc"]
    for each in fields(RegionStore):
        default = each.default
        yield f"{REGIONS}.*", each.name, default, each.metadata["doc"]


def write(changed: Mapping[tuple[str, str], Value]) -> str:
    """Return a settings file that changes these settings and explains all others."""
    lines = ["# Where things are. What happens to people's data stands in policy.toml."]
    before = ""
    for table, name, default, doc in describe():
        if table != before:
            mark = "# " if table.endswith(".*") else ""  # `privity region add` writes such tables
            lines += ["", f"{mark}[{table}]"]
            before = table
        value = changed.get((table, name), default)
        mark = "" if (table, name) in changed else "# "
        lines += [f"# {doc}", f"{mark}{name} = {_toml(value)}"]
    return "\n".join(lines) + "\n"


def _toml(value: Value) -> str:
    return json.dumps(value)
