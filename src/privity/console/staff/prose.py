"""Markdown as a part of a page: the texts of courses.

Invariants: HTML that stands in a text is shown as text; pictures are left out, as a page loads
nothing from elsewhere; headings begin below the page's own.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

_HIGHEST = 2


def prose(text: str) -> Markup:
    """Return a text in CommonMark as HTML."""
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(int(token.tag[1:]), _HIGHEST)}"
    rendered = parser.renderer.render(tokens, parser.options, {})
    return Markup(rendered)  # noqa: S704 - rendered with HTML switched off
