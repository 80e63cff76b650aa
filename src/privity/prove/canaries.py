"""Invented personal data, fresh for each run, so that finding it anywhere proves a leak.

Invariants: no value belongs to a person (names are drawn apart, numbers are random); every value
passes the checks that a careful detector makes (Luhn, ISO 7064 mod 97, number plans); no value is
drawn twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from privity.model.words import Category

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
ALPHANUMERIC = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
FIRST = ("Margaret", "Thomas", "Katharina", "Patricia", "Benjamin", "Isabella", "Dmitri", "Yolanda")
LAST = (
    "Okafor",
    "Hernandez",
    "Kowalski",
    "Lindqvist",
    "Nakamura",
    "Fitzgerald",
    "Ramirez",
    "Novak",
)


@dataclass(frozen=True, slots=True)
class Canary:
    """A planted value: what kind it is, where it is planted, and a sentence that holds it."""

    kind: str
    category: Category
    place: str
    value: str
    sentence: str


def draw(random: Random, places: Iterable[str]) -> Mapping[str, tuple[Canary, ...]]:
    """Return one canary of every kind for each place."""
    taken: set[str] = set()
    return MappingProxyType({place: _one_of_each(random, place, taken) for place in places})


def _one_of_each(random: Random, place: str, taken: set[str]) -> tuple[Canary, ...]:
    return tuple(
        Canary(kind, category, place, value, before + value + after)
        for kind, category, make, (before, after) in KINDS
        for value in [_fresh(random, make, taken)]
    )


def _fresh(random: Random, make: Callable[[Random], str], taken: set[str]) -> str:
    value = make(random)
    while value in taken:
        value = make(random)
    taken.add(value)
    return value


def _word(random: Random, syllables: int) -> str:
    return "".join(random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(syllables))


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _grouped(text: str) -> str:
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _email(random: Random) -> str:
    return f"{_word(random, 4)}.{_word(random, 4)}@example.org"


def _phone(random: Random) -> str:
    area = random.choice(("212", "312", "415", "617", "718"))
    return f"+1 {area}-{random.randint(220, 799)}-{_digits(random, 4)}"


def _name(random: Random) -> str:
    return f"{random.choice(FIRST)} {random.choice(LAST)}"


def _card(random: Random) -> str:
    """Return a card number that satisfies ISO/IEC 7812-1 (Luhn)."""
    body = "4" + _digits(random, 14)
    doubled = (int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(body))
    check = -sum(d - 9 if d > 9 else d for d in doubled) % 10  # noqa: PLR2004 - two digits
    return _grouped(f"{body}{check}")


def _iban(random: Random) -> str:
    """Return a German account number that satisfies ISO 13616 (mod 97)."""
    account = _digits(random, 18)
    check = 98 - int(account + "131400") % 97  # "DE00" as digits
    return _grouped(f"DE{check:02d}{account}")


def _social_security(random: Random) -> str:
    return f"{random.randint(501, 665)}-{random.randint(10, 98)}-{random.randint(1000, 9998)}"


def _api_key(random: Random) -> str:
    return "sk-proj-" + "".join(random.choice(ALPHANUMERIC) for _ in range(48))


def _token(random: Random) -> str:
    return "ghp_" + "".join(random.choice(ALPHANUMERIC) for _ in range(36))


def _password(random: Random) -> str:
    return f"{_word(random, 4).capitalize()}-{_digits(random, 3)}-{_word(random, 4)}"


def _ip_address(random: Random) -> str:
    numbers = (random.randint(80, 90), *(random.randint(100, 250) for _ in range(3)))
    return ".".join(map(str, numbers))


KINDS: tuple[tuple[str, Category, Callable[[Random], str], tuple[str, str]], ...] = (
    ("e-mail address", Category.EMAIL, _email, ("Please write to ", " about it.")),
    ("phone number", Category.PHONE, _phone, ("You can call ", " at any time.")),
    ("name", Category.NAME, _name, ("My name is ", ".")),
    ("card number", Category.CARD, _card, ("I paid with the card ", ".")),
    ("bank account", Category.BANK_ACCOUNT, _iban, ("Send it to my account ", ".")),
    ("social security number", Category.NATIONAL_ID, _social_security, ("My SSN is ", ".")),
    ("API key", Category.API_KEY, _api_key, ("export OPENAI_API_KEY=", "\n")),
    ("access token", Category.API_KEY, _token, ("The token is ", " for the repository.")),
    ("password", Category.PASSWORD, _password, ("My password is ", " by the way.")),
    ("IP address", Category.IP_ADDRESS, _ip_address, ("I connect from ", ".")),
)
