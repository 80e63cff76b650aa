"""How a setting is declared: default, meaning and bounds, once, beside its field."""

from __future__ import annotations

from dataclasses import field
from typing import Any, TypeAlias

Value: TypeAlias = "str | int | bool"


def setting(
    default: Value,
    doc: str,
    *,
    least: int = 0,
    most: int = 2**40,
    one_of: tuple[str, ...] = (),
) -> Any:
    """Declare a setting; the type checker sees the field's own annotation."""
    about = {"doc": doc, "least": least, "most": most, "one_of": one_of}
    return field(default=default, metadata=about)
