"""What people say in prose, in eight languages: ages, passwords, user names.

These trims decide by the value itself and by the few words between it and what announces it; they
look at a bounded neighbourhood only.
"""

from __future__ import annotations

import re

from privity.detect.credentials import NO_PASSWORDS, NO_USERNAMES
from privity.detect.spans import Span, Trim

WORDS = re.compile(r"[^\W\d_]+")
DURING = frozenset(
    (
        "for since over last past next within after before every about until another first in "
        "seit vor für nach über alle während binnen letzten nächsten innerhalb "
        "depuis pendant durant dans après avant tous dernières il y "
        "hace durante desde hasta cada últimos próximos tras dentro "
        "da per durante fa entro ogni ultimi prossimi dopo tra fra "
        "há por durante desde cada últimos próximos após "
        "sinds al voor na over elke afgelopen komende gedurende binnen "
        "od przez przed po co ostatnie ostatnich za"
    ).split()
)
"""Before a number of years: how long something lasts, not how old somebody is."""
COUNTED = re.compile(
    r"(?i)\s*(?:ago|later|earlier|experience|warranty|contract|lease|mortgage|loan|plan|in a row"
    r"|erfahrung|garantie|vertrag|später|vorher|lang|haft|laufzeit|d['’]expérience|de garantie"
    r"|de contrat|de plus|plus tard|de prison|de experiencia|de garantía|más tarde|después"
    r"|de contrato|de cárcel|di esperienza|di garanzia|fa\b|dopo|di carcere|de experiência"
    r"|de garantia|atrás|depois|de prisão|ervaring|geleden|temu|później|doświadczenia|gwarancji"
    r"|więzienia)"
)
UNIT = re.compile(
    r"(?i)[\s-]?(?:years?(?:[ -](?:old|young|of age))?|yrs?(?:[ -]old)?|y/?o\b"
    r"|jahren?(?: (?:alt|jung))?|j\.|jährig\w{0,2}|ans\b|años(?: de edad)?|anni\b"
    r"|anos(?: de idade)?|jaar(?: oud)?|jarige?|lat[a]?\b|letni\w{0,3})"
)
QUIET = re.compile(
    r"\s*(?:[.,;:!?)\n»\"]|$|(?:and|but|now|so|or|m|f|male|female|btw|und|aber|jetzt|geworden|wird"
    r"|et|mais|y|e|pero|ma|mas|en|maar|toen|i|ale|a|w|from|on|with|who|years?)\b)"
)
STRONG = re.compile(r"[^\W\d_]")
MARKS = frozenset("!#$%&*?^~+=@_-")
NO_SECRET = re.compile(
    r"(?i)(?:\$|sha-?\d|md5|pbkdf|utf-?\d|base\d|rfc|https?:|www\.|oauth|x509|v\d+(?:\.|$)|python"
    r"|-{1,2}[a-z]|[/~.]+\w|\d+[.:]\d+(?:[.:-]\S*)?$|\d+-[a-z]+$"
    r"|\d+(?:st|nd|rd|th|ms|s|kb|mb|gb|px|km|kg|am|pm|h|x|k)?[.,]?$|[\w.-]+@[\w-]+\."
    r"|.*(?:\(|\)|::|->|=>|/|\\|__|\$\{)"
    r"|.*\.(?:py|js|ts|json|txt|md|yml|yaml|toml|html|com|org|net|env)$)"
)
NO_HANDLES = ("user", "account", "login", "test", "number", "konto", "conta", "field", "param")
NICK = re.compile(r"(?i)(?:nick(?:name)?|gamertag|handle|pseudo|screen name)\s?[:?=]\s*[\"'“„«]?$")
SECRETS_OF = frozenset(
    (
        "hash hashes hashed hashing encrypt encrypted encryption salt salted field fields reset "
        "file manager policy policies length minimum maximum characters requirements generator "
        "function method parameter argument property column table class variable key type input "
        "prompt algorithm using via version option flag see error exception module"
    ).split()
)
"""Words between "password" and a value that make it something else than a password."""


def age_said(text: str, start: int, end: int) -> Span | None:
    """A number behind "I am", "she turned", "mit": at a pause, or with its unit."""
    unit = UNIT.match(text, end)
    if unit:
        return None if COUNTED.match(text, unit.end()) else (start, unit.end())
    return (start, end) if QUIET.match(text, end) and int(text[start:end]) > 1 else None


def age_counted(text: str, start: int, end: int) -> Span | None:
    """A number of years that is said of a person: not how long something lasts."""
    before = WORDS.findall(text[max(0, start - 20) : start].lower())
    if (before and before[-1] in DURING) or before[-2:] == ["y", "a"] or COUNTED.match(text, end):
        return None
    return start, end


def age_apart(text: str, start: int, end: int) -> Span | None:
    """Years between commas or brackets, or behind "at": not how long something lasts."""
    if COUNTED.match(text, end):
        return None
    apart = text[max(0, start - 2) : start].rstrip()[-1:] in {",", "("}
    return None if apart and text[end : end + 1] not in {",", ")", ";", "."} else (start, end)


def strong(value: str) -> bool:
    """Return whether a word of a sentence can hardly be anything but a password."""
    if not 5 <= len(value) <= 64 or NO_SECRET.match(value) or not STRONG.search(value):
        return False
    digits = any(map(str.isdigit, value))
    inner = value.strip("*_-=~+.!?")
    marks = any(c in MARKS for c in inner) or (value[-1] in "!#$%&?" and not inner.isalpha())
    if value.isupper() and not marks:
        return False
    plain = value.lower().strip("!?.")
    return (digits or (marks and not value.replace("-", "").replace("_", "").isalpha())) and (
        plain not in NO_PASSWORDS
    )


def password_near(text: str, start: int, end: int) -> Span | None:
    """A strong value a few words behind or before the word for a password."""
    while end > start and text[end - 1] in ".,;:":
        end -= 1
    between = WORDS.findall(text[max(0, start - 48) : start].lower())
    if not SECRETS_OF.isdisjoint(between[-6:]) or text[end : end + 1] in {"(", "[", "="}:
        return None
    return (start, end) if strong(text[start:end].strip("\"'`“”„«»")) else None


def code_said(text: str, start: int, end: int) -> Span | None:
    """Digits that a door, a card or a phone asks for: not a year."""
    value = text[start:end]
    return (
        None if value.isdigit() and len(value) == 4 and value[:2] in {"19", "20"} else (start, end)
    )


def username_near(text: str, start: int, end: int) -> Span | None:
    """Behind a word such as "user" or "account": letters with digits or marks, and no code."""
    value = text[start:end].rstrip(".-_")
    end = start + len(value)
    after = text[end : end + 1]
    if after in {"(", "[", "=", "/", "\\"} or NO_SECRET.match(value):
        return None
    lower = value.lower().lstrip("@")
    if lower in NO_USERNAMES or lower.startswith(NO_HANDLES):
        return None
    letters = sum(map(str.isalpha, value))
    marked = "_" in value[1:-1] and NICK.search(text, max(0, start - 16), start)
    odd = (any(map(str.isdigit, value)) or marked) and letters > 2 and not value.isupper()
    return (start, end) if odd or (value[0] == "@" and letters > 2) else None


SAID: dict[str, Trim] = {
    "age_apart": age_apart,
    "age_counted": age_counted,
    "age_said": age_said,
    "code_said": code_said,
    "password_near": password_near,
}
