"""Is a text a post, as people write them in public: short, with handles or topics?"""

from __future__ import annotations

import re

LONGEST = 320  # characters
CALLED = re.compile(r"(?:^|\s)(?:@ ?\w|#[^\W\d_])")
PROGRAM = re.compile(r"[{};=]|\w\(")


def is_post(text: str) -> bool:
    """Return whether somebody or something is called by a sign, in a text that is no program."""
    return len(text) <= LONGEST and CALLED.search(text) is not None and not PROGRAM.search(text)
