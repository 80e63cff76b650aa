"""What lies behind a conversation that is read: who reads it, and when, over and over."""

from __future__ import annotations

from datetime import datetime
from html import escape
from urllib.parse import quote

from privity.console.staff.rendering import moment


def watermark(name: str, at: datetime) -> str:
    """Return an image (SVG, as a `data:` address) that repeats a name and a time."""
    said = escape(f"{name} · {moment(at)}")
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><defs>'
        '<pattern id="p" width="340" height="90" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(-24)"><text y="40" font-family="sans-serif" font-size="15" '
        f'fill="#888">{said}</text></pattern></defs>'
        '<rect width="900" height="900" fill="url(#p)"/></svg>'
    )
    return "data:image/svg+xml," + quote(drawn)
