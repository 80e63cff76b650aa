"""Is this number an age? Trims that look at the words around it."""

from __future__ import annotations

import re

from privity.detect.spans import Span, Trim

AGE_UNITS = ("year", "yr", "yo", "y/o", "y.o", "jahr", "ans", "año", "anni", "anos", "jaar")
STATING = (
    *("'m", "’m", "i am", "im", "aged", "age of", "age is", "age was", "age"),
    *("turned", "turning", "turns"),
)
UNIT = re.compile(r"(?i)[\s-]?(?:years?|yrs?|yo|y/o|y\.o\.)(?:[ -](?:old|young|of age))?")


def age_en(text: str, start: int, end: int) -> Span | None:
    """With a unit it is an age; without, only after `I'm`, `aged`, `turned` and at a pause."""
    close = min(len(text), end + 12)
    unit = text[end:close].lower().lstrip(" -")
    if unit.startswith(AGE_UNITS):
        return start, _unit_end(text, end, close)
    before = text[max(0, start - 12) : start].lower()
    stated = before.rstrip().removesuffix("only").removesuffix("just").removesuffix(":").rstrip()
    pause = text[end : end + 1]
    quiet = pause in {"", ".", ",", ";", "!", "?", ")", "\n"} or unit.startswith(
        ("and ", "now", "but ", "male", "female")
    )
    teen = int(text[start:end]) >= 5
    aged = stated.endswith(("aged", "age of"))
    return (start, end) if stated.endswith(STATING) and (quiet or aged) and teen else None


def _unit_end(text: str, end: int, close: int) -> int:
    match = UNIT.match(text, end, min(len(text), close + 8))
    return match.end() if match else end


def age_other(text: str, start: int, end: int) -> Span | None:
    """`ich bin 34`, `tengo 41 años`: with a unit, or after a verb that can only mean an age."""
    value = text[start:end]
    if not value.isdigit():
        return start, end
    before = text[max(0, start - 14) : start].lower().rstrip()
    if before.endswith(("alter:", "âge:", "edad:", "età:", "idade:", "wiek:", "im alter von")):
        return start, end
    sure = before.endswith(("ich bin", "er ist", "sie ist", "ik ben", "bin jetzt", "bin erst"))
    after = text[end : end + 5].lower()
    quiet = after[:1] in {"", ".", ",", "!", "?", "\n"} or after.startswith((" und", " en ", " i "))
    return (start, end) if sure and quiet and int(value) > 4 else None


def age_label(text: str, start: int, end: int) -> Span | None:
    """A form's field, not a header, a setting or a program."""
    before = text[max(0, start - 24) : start].lower()
    code = "-age" in before or "_age" in before or "cache" in before or " = " in before
    return None if code or text[end : end + 1] in {".", "*", "(", "["} else (start, end)


AGES: dict[str, Trim] = {"age_en": age_en, "age_label": age_label, "age_other": age_other}
