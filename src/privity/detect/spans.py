"""Places in a text, and the functions that narrow them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""`[start, end)`, in characters."""
Trim: TypeAlias = Callable[[str, int, int], Span | None]
"""Takes a text and the place of a match; returns the place of the value, None if it is none."""
