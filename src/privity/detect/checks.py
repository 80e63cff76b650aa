"""Is this value what it looks like? Checksums and parsers, by well-kept libraries.

A check takes the value as it was written and answers whether it can be one. `proves` says that a
yes is worth more than the look of it. Modules of python-stdnum are named `stdnum:iban`, several
alternatives `stdnum:us.ssn|us.itin`; they are imported at their first use.

Invariant: a check reads a value whose length its pattern bounds, so it takes bounded time.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from urllib.parse import urlsplit

from privity.detect.credentials import password, password_in_prose, secret, username

STDNUM = "stdnum:"
NOT_COMPACT = re.compile(r"[^A-Z0-9]+")
NETWORKS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11,16}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d|2\d\d)\d{12,15}"
    r"|(?:50|5[6-9]|6[0-9])\d{10,17}"
)
DATE = re.compile(r"(?:19|20)\d\d[-./ ]\d\d[-./ ]\d\d(?: \d\d)?|\d\d[-./ ]\d\d[-./ ](?:19|20)\d\d")
DIGITS = frozenset("0123456789")
BASE_36 = str.maketrans({chr(ord("A") + n): str(10 + n) for n in range(26)})
LENGTHS = {
    int(length): frozenset(countries.split())
    for length, countries in (
        line.split(":")
        for line in (
            "15:NO",
            "16:BE",
            "18:DK FI FK FO GL NL SD",
            "19:MK SI",
            "20:AT BA EE KZ LT LU MN XK",
            "21:CH HR LI LV",
            "22:BG BH CR DE GB GE IE ME RS VA",
            "23:AE GI IL IQ OM SO TL",
            "24:AD CZ ES MD PK RO SA SE SK TN VG",
            "25:LY PT ST",
            "26:IS TR",
            "27:BI DJ FR GR IT MC MR SM",
            "28:AL AZ BY CY DO GT HN HU LB NI PL SV",
            "29:BR EG PS QA UA",
            "30:JO KW MU YE",
            "31:MT SC",
            "32:LC",
            "33:RU",
        )
    )
}
"""Characters of an IBAN, by country: the IBAN registry (ISO 13616-1)."""
DOCUMENTATION = ("0.", "127.", "255.", "224.", "239.")


@dataclass(frozen=True, slots=True)
class Check:
    """A function that accepts or refuses a value."""

    accepts: Callable[[str], bool]
    proves: bool


def check_named(name: str) -> Check | None:
    """Return the check of this name, None for no name. Raises KeyError for an unknown one."""
    if not name:
        return None
    if name.startswith(STDNUM):
        return Check(_stdnum(tuple(name.removeprefix(STDNUM).split("|"))), proves=True)
    return CHECKS[name]


def _stdnum(modules: tuple[str, ...]) -> Callable[[str], bool]:
    loaded: list[Callable[[str], bool]] = []

    def accepts(value: str) -> bool:
        if not loaded:
            loaded.extend(import_module(f"stdnum.{module}").is_valid for module in modules)
        return any(is_valid(value) for is_valid in loaded)

    return accepts


def digits(value: str) -> str:
    """Return the digits of a value."""
    return "".join(c for c in value if c in DIGITS)


def luhn(number: str) -> bool:
    """Return whether the last digit is the Luhn checksum of the others (ISO/IEC 7812-1)."""
    total = 0
    for place, character in enumerate(reversed(number)):
        digit = int(character) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def card(value: str) -> bool:
    """A payment card: a network's first digits and length, the Luhn checksum, not one digit."""
    number = digits(value)
    return bool(NETWORKS.fullmatch(number)) and len(set(number)) > 1 and luhn(number)


def mod_97(value: str) -> bool:
    """Return whether letters and digits have the ISO 7064 checksum of an IBAN."""
    plain = _compact(value)
    return int((plain[4:] + plain[:4]).translate(BASE_36)) % 97 == 1


def iban(value: str) -> bool:
    """An IBAN: the length of its country, and the checksum."""
    plain = _compact(value)
    return plain[:2] in LENGTHS.get(len(plain), ()) and mod_97(plain)


def _compact(value: str) -> str:
    """Return letters and digits, in capitals."""
    return NOT_COMPACT.sub("", value.upper())


def imei(value: str) -> bool:
    """An IMEI: 15 digits with the Luhn checksum."""
    number = digits(value)
    return (
        len(number) in {14, 15, 16, 17}
        and len(set(number)) > 2
        and (len(number) != 15 or luhn(number))
    )


def routing(value: str) -> bool:
    """A routing number of the American Bankers Association: weights 3, 7, 1."""
    weighted = sum(int(d) * w for d, w in zip(value, (3, 7, 1) * 3, strict=True))
    return weighted % 10 == 0 and value.strip("0") != ""


def ip_address(value: str) -> bool:
    """An address of a host: not unspecified, loopback, multicast, broadcast or a mask."""
    text = value.split("/", maxsplit=1)[0].split("%", maxsplit=1)[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified or address.is_multicast:
        return False
    return not text.startswith(DOCUMENTATION)


def mac(value: str) -> bool:
    """A hardware address: not broadcast, not all zeros, one kind of separator."""
    plain = value.lower()
    return len({c for c in plain if c in ":-."}) == 1 and len(set(plain) - set(":-.")) > 1


def vin(value: str) -> bool:
    """A vehicle identification number (ISO 3779): letters and digits, North America's checksum.

    Europe does not use the check digit, so a number with enough of both kinds passes too.
    """
    letters = sum(c.isalpha() for c in value)
    return 3 <= letters <= 13 and value[-4:].isdigit()


def phone(value: str) -> bool:
    """A number in international form whose length its country uses."""
    phonenumbers = import_module("phonenumbers")
    if value.count(".") == 1 and not any(c in value for c in " -/()"):
        return False  # a number with decimals
    number = digits(value.lower().split("x")[0].split("#")[0])
    plain = f"+{number if value.startswith('+') else number.removeprefix('00')}"
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(plain)))
    except phonenumbers.NumberParseException:
        return False


def phone_digits(value: str) -> bool:
    """A national number: 7 to 20 digits that are not all the same, and no date."""
    number = digits(value)
    return 7 <= len(number) <= 20 and len(set(number)) > 2 and not DATE.fullmatch(value)


def coordinates(value: str) -> bool:
    """Latitude and longitude in degrees, with at least three decimals each."""
    parts = value.replace(";", ",").split(",")
    try:
        latitude, longitude = (float(part.strip(" °NSEWnsew")) for part in parts)
    except ValueError:
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180


def age(value: str) -> bool:
    """Between 1 and 119 years."""
    number = digits(value)
    return bool(number) and 1 <= int(number) <= 119


def calendar_date(value: str) -> bool:
    """A day between 1890 and 2030, in any usual order of its parts."""
    parts = [int(p) for p in "".join(c if c in DIGITS else " " for c in value).split()]
    if len(parts) < 3:
        return True
    first, second, third = parts[:3]
    orders = ((first, second, third), (third, second, first), (third, first, second))
    return any(_is_day(_century(y), m, d) for y, m, d in orders)


def _century(year: int) -> int:
    return year if year > 99 else 1900 + year if year > 30 else 2000 + year


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return 1890 <= year <= 2030


def url(value: str) -> bool:
    """An address with a host."""
    try:
        return bool(urlsplit(value if "//" in value else f"//{value}").netloc)
    except ValueError:
        return False


def has_digit(value: str) -> bool:
    """At least one digit."""
    return any(c in DIGITS for c in value)


def identifier(value: str) -> bool:
    """At least three digits."""
    return len(digits(value)) >= 3


CHECKS = {
    "age": Check(age, proves=False),
    "card": Check(card, proves=True),
    "coordinates": Check(coordinates, proves=False),
    "date": Check(calendar_date, proves=False),
    "has_digit": Check(has_digit, proves=False),
    "iban": Check(iban, proves=True),
    "identifier": Check(identifier, proves=False),
    "imei": Check(imei, proves=True),
    "ip_address": Check(ip_address, proves=True),
    "mac": Check(mac, proves=True),
    "password": Check(password, proves=False),
    "password_in_prose": Check(password_in_prose, proves=False),
    "phone": Check(phone, proves=True),
    "phone_digits": Check(phone_digits, proves=False),
    "routing": Check(routing, proves=True),
    "secret": Check(secret, proves=False),
    "url": Check(url, proves=True),
    "username": Check(username, proves=False),
    "vin": Check(vin, proves=False),
}
