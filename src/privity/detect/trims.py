"""Which part of a match is the value. Trims look at a bounded neighbourhood only.

A trim takes the text and the place of a match, and returns the place of the value, or None when
the match is something else: a version number, a decorator, the address of a repository.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from privity.detect.checks import mod_97, password, password_in_prose

Span = tuple[int, int]
Trim = Callable[[str, int, int], Span | None]

CLOSING = ".,;:!?)]}>'\"*"
FILES = frozenset(
    "png jpg jpeg gif svg js ts py html css json webp pdf md txt xml yaml yml".split()
)
VERSION = re.compile(r"(?i)(?:version|ver|release|v|build|driver|firmware|kernel)[\s:=]*$")
NO_PROFILES = frozenset(
    "features about search login explore topics settings marketplace company orgs sponsors hashtag"
    " status watch share intent home i in p jobs help docs privacy terms events groups pages"
    " trending notifications messages signup join apps pricing blog security contact support hub"
    " enterprise collections stories reel reels tv discover sharer".split()
)
LIKELY = re.compile(
    r"(?i)(?:\b(?:follow|tweet\w*|rt|dm|thanks|thank you|hey|hi|hello|cc|via|by|with|from|ask|ping|insta\w*|twitter)\s+|@\w+\s+)$"
)
AGE_UNITS = ("year", "yr", "yo", "y/o", "y.o", "jahr", "ans", "año", "anni", "anos", "jaar")
AGE_UNITS_ALL = (*AGE_UNITS, "lat", "rok", "alt", "oud", "old")
MAX_AGE = 120


def email(text: str, start: int, end: int) -> Span | None:
    """Leave out quotes and dots in front, and names of files."""
    while text[start] in ".'`*_|{}/=&?!" and start < end:
        start += 1
    cut = max(text.rfind(c, start, end) for c in "=&?|/{}`'")
    at = text.find("@", start, end)
    if start < cut < at and text[cut] in "=&?|/{}`":
        start = cut + 1
    if at <= start or text[end - 4 : end].rpartition(".")[2].lower() in FILES:
        return None
    if end < len(text) and (text[end] == ":" and text[end : end + 2].strip(":").isalpha()):
        return None
    return start, end


def bank(text: str, start: int, end: int) -> Span | None:
    """An IBAN may run into the word behind it."""
    while end > start:
        if mod_97(text[start:end]):
            return start, end
        shorter = max(text.rfind(" ", start, end), text.rfind("-", start, end))
        if shorter <= start:
            return None
        end = shorter
    return None


def card(text: str, start: int, end: int) -> Span | None:
    """Groups of four, of an American Express card, of single digits, or none."""
    groups = re.split("[ -]", text[start:end])
    lengths = {len(g) for g in groups[:-1]}
    uniform = len(groups) == 1 or lengths in ({4}, {1}) or [*map(len, groups)] in ([4, 6, 5], [4, 6, 4])
    return (start, end) if uniform else None


def ipv4(text: str, start: int, end: int) -> Span | None:
    """Not a version: `version 1.2.3.4`, `v1.2.3.4`, `==1.2.3.4`."""
    before = text[max(0, start - 12) : start]
    if _network(text, end) or VERSION.search(before) or before.endswith(("==", ">=", "<=", "~=", "^", "~", ".", "-", "/v")):
        return None
    if text[end : end + 1] in {".", "-"} and text[end + 1 : end + 2].isalnum():
        return None
    return start, end


def _network(text: str, end: int) -> bool:
    """Return whether a prefix length follows: a network is no one's address."""
    return text[end : end + 1] == "/" and text[end + 1 : end + 2].isdigit()


def ipv6(text: str, start: int, end: int) -> Span | None:
    """Not a name in a program: `std::ace`, `dead::beef()`."""
    value = text[start:end]
    groups = [g for g in value.split(":") if g]
    enough = len(groups) >= 3 or any(c.isdigit() for c in value)  # noqa: PLR2004
    called = text[end : end + 1] in {"(", ":"} or text[max(0, start - 1) : start] in {":", "."}
    plain = enough and not called and not _network(text, end)
    return (start, end) if plain and len(groups) > 2 else None  # noqa: PLR2004


def url(text: str, start: int, end: int) -> Span | None:
    """Leave out the marks of the sentence."""
    while end > start and text[end - 1] in CLOSING:
        if text[end - 1] == ")" and text.count("(", start, end) >= text.count(")", start, end):
            break
        end -= 1
    return start, end


def profile_url(text: str, start: int, end: int) -> Span | None:
    """The page of one person, not a page of the service and not a repository."""
    span = url(text, start, end)
    if span is None or text[start - 1 : start].isalnum():
        return None
    name = text[start : span[1]].rstrip("/").rpartition("/")[2].lower()
    longer = text[span[1] : span[1] + 1].isalnum() and text[span[1] - 1] == "/"
    file = name.rpartition(".")[2] in FILES
    return None if name in NO_PROFILES or longer or file else span


def mention(text: str, start: int, end: int) -> Span | None:
    """A handle in a sentence, not a decorator, an import, an address or an annotation."""
    before = text[max(0, start - 1) : start]
    after = text[end : end + 1]
    if before.isalnum() or (before and before in "_./\\'\"`@:={[<"):
        return None
    if (
        after
        and after in "(/@_=.{\\"
        and text[end : end + 2] != ". "
        and text[end : end + 2] != "."
    ):
        return None
    line = text.rfind("\n", max(0, start - 40), start) + 1 if start else 0
    indent = text[line:start]
    decorator = not indent.strip() and (indent or text[end : end + 1] in {"\n", "\r", "("})
    name = text[start + 1 : end]
    plain = name.isalpha() and name.islower() and not LIKELY.search(text[max(0, start - 24) : start])
    return None if decorator or plain else (start, end)


def username_stated(text: str, start: int, end: int) -> Span | None:
    """After a blank only (`username shadow_fox92`), the value must not look like a word."""
    value = text[start:end].rstrip(".-+#")
    end = start + len(value)
    gap = text[max(0, start - 3) : start].rstrip("\"'`“‘")
    stated = gap.rstrip()[-1:] in {":", "=", "#"}
    word = value.isalpha() and value.islower()
    spaced = text[max(0, start - 2) : start] == "= " or text[end : end + 2].strip().isalpha()
    if word and (spaced or text[end : end + 1] in {",", ";"}):
        return None
    code = value.startswith(("self", "os.", "args.", "request.", "handle"))
    if text[end : end + 1] in {"(", "["} or code:
        return None
    if not stated and not any(c.isdigit() or c in "_@" for c in value):
        return None
    return start, end


def handle(text: str, start: int, end: int) -> Span | None:
    """After the name of a network: not a plain word, not code."""
    value = text[start:end]
    if text[end : end + 1] in {"(", "["}:
        return None
    odd = any(c.isdigit() or c in "_.@#" for c in value)
    return (start, end) if odd and any(c.isalpha() for c in value) else None


def nino(text: str, start: int, end: int) -> Span | None:
    """A National Insurance number is written in capitals or without blanks."""
    value = text[start:end]
    allocated = value[:2].upper() not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}
    return (start, end) if allocated and (value.isupper() or " " not in value) else None


def identifier(text: str, start: int, end: int) -> Span | None:
    """Without blanks at the edges; words behind the number are not part of it."""
    value = text[start:end]
    while value and not any(c.isdigit() for c in value.rpartition(" ")[2]):
        if " " not in value:
            return None
        value = value.rpartition(" ")[0]
    lead = len(value) - len(value.lstrip(" -"))
    return start + lead, start + len(value)


def secret_password(text: str, start: int, end: int) -> Span | None:
    """The value of an assignment: not a call, an attribute or a type."""
    quoted = text[start - 1 : start] in {'"', "'", "`", "“"}
    value = text[start:end]
    if quoted:
        return start, end
    value = value.rstrip(".")
    code = value.startswith(
        ("self", "os.", "get", "settings", "config", "args", "req", "this", "ctx")
    )
    if text[end : end + 1] in {"(", "[", "{"} or (code and "." in value):
        return None
    return start, start + len(value)


def password_prose(text: str, start: int, end: int) -> Span | None:
    """In prose a plain word is a password only when it is quoted, or stated with a colon."""
    value = text[start:end].rstrip(".,;)")
    if not value or not password(value):
        return None
    quoted = text[start - 1 : start] in {'"', "'", "`", "“", "«", "‘", "„"}
    stated = text[max(0, start - 3) : start].rstrip("\"'`“ ").endswith((":", "="))
    short = value.isdigit()
    if quoted or stated or short or password_in_prose(value):
        return start, start + len(value)
    return None


def password_shape(text: str, start: int, end: int) -> Span | None:
    """A value that cannot be a word of the sentence."""
    value = text[start:end].rstrip(".,;)")
    return (start, start + len(value)) if value and password_in_prose(value) else None


def age_en(text: str, start: int, end: int) -> Span | None:
    """With a unit it is an age; without, only after `I'm`, `aged`, `turned` and at a pause."""
    close = min(len(text), end + 12)
    unit = text[end:close].lower().lstrip(" -")
    if unit.startswith(AGE_UNITS):
        return start, _unit_end(text, end, close)
    before = text[max(0, start - 12) : start].lower()
    opens = (
        "'m",
        "’m",
        "i am",
        "im",
        "aged",
        "age of",
        "age is",
        "age was",
        "turned",
        "turning",
        "turns",
        "age",
    )
    stated = before.rstrip().removesuffix("only").removesuffix("just").removesuffix(":").rstrip()
    pause = text[end : end + 1]
    quiet = pause in {"", ".", ",", ";", "!", "?", ")", "\n"} or unit.startswith(
        ("and ", "now", "but ", "male", "female")
    )
    teen = int(text[start:end]) >= 5  # noqa: PLR2004 (a younger child does not say so)
    aged = stated.endswith(("aged", "age of"))
    return (start, end) if stated.endswith(opens) and (quiet or aged) and teen else None


def _unit_end(text: str, end: int, close: int) -> int:
    match = re.compile(
        r"(?i)[\s-]?(?:years?|yrs?|yo|y/o|y\.o\.)(?:[ -](?:old|young|of age))?"
    ).match(text, end, min(len(text), close + 8))
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
    return (start, end) if sure and quiet and int(value) > 4 else None  # noqa: PLR2004


def age_label(text: str, start: int, end: int) -> Span | None:
    """A form's field, not a header, a setting or a program."""
    before = text[max(0, start - 24) : start].lower()
    code = "-age" in before or "_age" in before or "cache" in before or " = " in before
    return None if code or text[end : end + 1] in {".", "*", "(", "["} else (start, end)


def uk_postcode(text: str, start: int, end: int) -> Span | None:
    """With its blank, or with the word for it nearby."""
    near = text[max(0, start - 60) : start].lower()
    spaced = " " in text[start:end]
    return (start, end) if spaced or "post" in near or "address" in near else None


def coordinates(text: str, start: int, end: int) -> Span | None:
    """A pair, not a row of numbers: decimals of four or more digits, or with their direction."""
    around = text[max(0, start - 2) : start].strip() + text[end : end + 2].strip()
    if "," in around or ";" in around:
        return None
    value = text[start:end]
    parts = [p.strip(" °NSEWO+-") for p in re.split("[,;]", value)]
    deep = min(len(p.rpartition(".")[2]) for p in parts) >= 4 and max(map(len, (p.partition(".")[0] for p in parts))) > 1  # noqa: PLR2004
    return (start, end) if deep or "°" in value else None


def street_en(text: str, start: int, end: int) -> Span | None:
    """At least one capitalized word or ordinal between the number and the kind of street."""
    words = text[start:end].split()
    between = words[1:-1] if len(words) > 2 else words[1:]  # noqa: PLR2004
    named = any(w[:1].isupper() or w[:1].isdigit() for w in between) or text[start:end].isupper()
    plain = {"in", "a", "of", "the", "to", "and", "for", "this", "that", "is", "with", "per"}
    lower = len(between) <= 2 and not plain & {w.lower() for w in words[1:]}  # noqa: PLR2004
    full = words[-1].lower().rstrip(".") in {"street", "avenue", "road", "boulevard", "lane"}
    return (start, end) if named and not plain & {w for w in between} or (lower and full) else None


def street_de(text: str, start: int, end: int) -> Span | None:
    """A compound such as `Musterstraße 12`: capitalized, or with a kind that is nothing else."""
    value = text[start:end].lower()
    sure = (
        "straße",
        "strasse",
        "straat",
        "laan",
        "gracht",
        "gasse",
        "allee",
        "gatan",
        "damm",
        "vägen",
    )
    return (start, end) if text[start].isupper() or any(s in value for s in sure) else None


def street_roman(text: str, start: int, end: int) -> Span | None:
    """The kind of street, a capitalized name, and a number before or after."""
    value = text[start:end].rstrip(" ,")
    words = [w for w in re.split(r"[\s,]+", value) if w]
    named = [w for w in words if w[:1].isupper() and w[:1].isalpha()]
    number = any(w[:1].isdigit() or w[-1:].isdigit() for w in words)
    kind = next((i for i, w in enumerate(words) if not w[:1].isdigit()), 0)
    real = [w for w in named if w is not words[kind]]
    return (start, start + len(value)) if real and number else None


TRIMS: dict[str, Trim] = {
    "age_en": age_en,
    "age_label": age_label,
    "age_other": age_other,
    "card": card,
    "coordinates": coordinates,
    "email": email,
    "handle": handle,
    "iban": bank,
    "identifier": identifier,
    "ipv4": ipv4,
    "ipv6": ipv6,
    "mention": mention,
    "nino": nino,
    "password": secret_password,
    "password_prose": password_prose,
    "password_shape": password_shape,
    "profile_url": profile_url,
    "street_de": street_de,
    "street_en": street_en,
    "street_roman": street_roman,
    "uk_postcode": uk_postcode,
    "url": url,
    "username_stated": username_stated,
}
