"""The one door from raw text to str and bytes. Who imports this module is checked."""

from __future__ import annotations

from privity.model.text import Raw, RawBody


def reveal(raw: Raw) -> str:
    """Return what the person wrote."""
    return raw._text  # noqa: SLF001


def reveal_body(raw: RawBody) -> bytes:
    """Return the bytes that arrived."""
    return raw._bytes  # noqa: SLF001
