r"""How many digits every match of a regex holds, at least.

A text with fewer digits cannot match, so it need not be read for it: most sentences of a chat hold
none, and most patterns of identifiers ask for six or more.

Law: the answer is never too high. What Python's own parser cannot read needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

DIGITS = range(ord("0"), ord("9") + 1)
CODE_POINT = re.compile(r"\\x\{([0-9A-Fa-f]+)\}")


def digits_needed(regex: str) -> int:
    """Return the least number of ASCII digits in any match of `regex`, in RE2's syntax."""
    try:
        tree = _parser.parse(CODE_POINT.sub(_spelled, regex))
    except (re.error, OverflowError, ValueError):
        return 0
    return _least(tree)


def _spelled(match: re.Match[str]) -> str:
    return f"\\U{int(match.group(1), 16):08x}"


def _least(tree: Iterable[tuple[Any, Any]]) -> int:
    """Return the least number of digits of a sequence of parsed parts."""
    count = 0
    for kind, part in tree:
        if kind is _constants.LITERAL:
            count += part in DIGITS
        elif kind is _constants.IN:
            count += all(map(_of_digits, part))
        elif kind in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            count += part[0] * _least(part[2])
        elif kind is _constants.SUBPATTERN:
            count += _least(part[3])
        elif kind is _constants.BRANCH:
            count += min(map(_least, part[1]))
    return count


def _of_digits(member: tuple[Any, Any]) -> bool:
    r"""Return whether a member of a character class stands for ASCII digits only.

    In RE2 `\d` is ASCII, whatever Python makes of it.
    """
    kind, part = member
    if kind is _constants.LITERAL:
        return part in DIGITS
    if kind is _constants.RANGE:
        return part[0] in DIGITS and part[1] in DIGITS
    return kind is _constants.CATEGORY and part is _constants.CATEGORY_DIGIT
