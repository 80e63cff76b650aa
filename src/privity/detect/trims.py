"""Which part of a match is the value. Trims look at a bounded neighbourhood only.

A trim takes the text and the place of a match, and returns the place of the value, or None when
the match is something else: a version number, a decorator, the address of a repository.
"""

from __future__ import annotations

import re

from privity.detect.ages import AGES
from privity.detect.checks import mod_97
from privity.detect.credentials import NO_PASSWORDS, password, password_in_prose
from privity.detect.said import SAID
from privity.detect.spans import Span, Trim
from privity.detect.streets import STREETS

CLOSING = ".,;:!?)]}>'\"*"
FILES = frozenset(
    ("png jpg jpeg gif svg js ts py html css json webp pdf md txt xml yaml yml").split()
)
VERSION = re.compile(
    r"(?i)(?:version|ver|release|v|build|driver|firmware|kernel|section|sec|chapter|"
    r"clause|oid|paragraph|article|§)[\s:=]*$"
)
NO_PROFILES = frozenset(
    (
        "features about search login explore topics settings marketplace company orgs sponsors "
        "hashtag status watch share intent home i in p jobs help docs privacy terms events groups "
        "pages trending notifications messages signup join apps pricing blog security contact "
        "support hub enterprise collections stories reel reels tv discover sharer"
    ).split()
)
WORDS = re.compile(r"[^\W_]+")
SENTENCE = frozenset(
    (
        "and but if when then than because please thanks by from with without any some all only "
        "what which who how why where stored needed used longer shorter made of to you we i he she"
    ).split()
)
PASSPHRASE = 4  # words
LIKELY = re.compile(
    r"(?i)(?:\b(?:follow|tweet\w*|rt|dm|thanks|thank you|hey|hi|hello|cc|via|by|with|from|ask"
    r"|ping|insta\w*|twitter)\s+|@\w+\s+)$"
)


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
        shorter = max(text.rfind(mark, start, end) for mark in " -\n\t./·")
        if shorter <= start:
            return None
        end = shorter
    return None


def card(text: str, start: int, end: int) -> Span | None:
    """Groups of four, of an American Express card, of single digits, or none."""
    groups = re.split("[ -]", text[start:end])
    lengths = {len(g) for g in groups[:-1]}
    uniform = (
        len(groups) == 1 or lengths in ({4}, {1}) or [*map(len, groups)] in ([4, 6, 5], [4, 6, 4])
    )
    return (start, end) if uniform else None


def ipv4(text: str, start: int, end: int) -> Span | None:
    """Not a version: `version 1.2.3.4`, `v1.2.3.4`, `==1.2.3.4`."""
    before = text[max(0, start - 12) : start]
    if (
        _network(text, end)
        or VERSION.search(before)
        or before.endswith(("==", ">=", "<=", "~=", "^", "~", ".", "-", "/v"))
    ):
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
    enough = len(groups) >= 3 or any(c.isdigit() for c in value)
    called = text[end : end + 1] in {"(", ":"} or text[max(0, start - 1) : start] in {":", "."}
    plain = enough and not called and not _network(text, end)
    return (start, end) if plain and len(groups) > 2 else None


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
    if name.startswith("__"):
        return None
    comment = indent.lstrip().startswith(("*", "#", "//", "--", "@", '"""'))
    plain = comment and name.isalpha() and not LIKELY.search(text[max(0, start - 24) : start])
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


def passphrase(text: str, start: int, end: int) -> Span | None:
    """Words that make no sentence, at least four; or whatever is quoted."""
    if text[start - 1] in "\"“‘'":
        return start, end
    kept = count = 0
    for word in WORDS.finditer(text, start, end):
        lower = word.group().lower()
        if lower in SENTENCE or (count and lower in NO_PASSWORDS):
            break
        kept, count = word.end(), count + 1
    return (start, kept) if count >= PASSPHRASE else None


TRIMS: dict[str, Trim] = {
    **AGES,
    **SAID,
    **STREETS,
    "card": card,
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
    "passphrase": passphrase,
    "profile_url": profile_url,
    "url": url,
    "username_stated": username_stated,
}
