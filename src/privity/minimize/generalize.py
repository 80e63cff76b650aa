"""Say less: a statement that is true of the value and coarser than it.

Invariants: defined for every category; never more precise than what was written; where a value
does not read as what its category says, only the category is named.

The steps follow the Safe Harbor method of HIPAA (45 CFR 164.514(b)(2)) where it has one: dates
become years, ages of 90 and more become one group.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping

from privity.model.words import Category

PHRASES: Mapping[Category, str] = {
    Category.NAME: "a person",
    Category.USERNAME: "a user name",
    Category.ACCOUNT: "an account",
    Category.NATIONAL_ID: "an identity number",
    Category.TAX_ID: "a tax number",
    Category.PASSPORT: "a passport number",
    Category.DRIVING_LICENCE: "a driving licence number",
    Category.DATE_OF_BIRTH: "a date of birth",
    Category.AGE: "an age",
    Category.GENDER: "a gender",
    Category.VEHICLE: "a vehicle",
    Category.EMAIL: "an e-mail address",
    Category.PHONE: "a phone number",
    Category.ADDRESS: "an address",
    Category.PLACE: "a place",
    Category.COORDINATES: "coordinates",
    Category.IP_ADDRESS: "an IP address",
    Category.MAC_ADDRESS: "a hardware address",
    Category.URL: "a web address",
    Category.DEVICE: "a device",
    Category.CARD: "a payment card",
    Category.BANK_ACCOUNT: "a bank account",
    Category.CRYPTO_WALLET: "a crypto wallet",
    Category.MEDICAL_RECORD: "a medical record",
    Category.INSURANCE: "an insurance number",
    Category.HEALTH: "a health matter",
    Category.RELIGION: "a belief",
    Category.POLITICS: "a political opinion",
    Category.ORIGIN: "an origin",
    Category.ORIENTATION: "an orientation",
    Category.UNION: "a union membership",
    Category.PASSWORD: "a password",
    Category.API_KEY: "an access key",
    Category.PRIVATE_KEY: "a private key",
    Category.ORGANIZATION: "an organization",
    Category.JOB_TITLE: "a job",
    Category.EMPLOYEE_ID: "an employee number",
    Category.DATE: "a date",
    Category.CUSTOM: "a term",
}

YEAR = re.compile(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])")
NUMBER = re.compile(r"(?<![0-9.])[0-9]{1,3}(?![0-9.])")
DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,30})?")
PAIR = re.compile(rf"({DECIMAL.pattern})(?:\s{{0,4}}[,;]\s{{0,4}}|\s{{1,4}})({DECIMAL.pattern})")
OLDEST = 90
IPV4 = 4


def generalize(category: Category, text: str) -> str:
    """Return a coarser statement in place of a value."""
    step = STEPS.get(category)
    said = step(text) if step else None
    return said or PHRASES[category]


def decade(text: str) -> str | None:
    """A date of birth becomes a decade: `1984-05-02` to `1980s`."""
    years = YEAR.findall(text)
    return f"{years[0][:3]}0s" if len(years) == 1 else None


def year(text: str) -> str | None:
    """A date becomes its year: `2 May 2024` to `2024`."""
    years: list[str] = YEAR.findall(text)
    return years[0] if len(years) == 1 else None


def band(text: str) -> str | None:
    """An age becomes a band of ten years: `34 years old` to `30-39`; from 90 on it is one group."""
    ages = NUMBER.findall(text)
    if len(ages) != 1:
        return None
    low = int(ages[0]) // 10 * 10
    return f"{low}-{low + 9}" if low < OLDEST else f"{OLDEST} or older"


def network(text: str) -> str | None:
    """An address becomes its network: /24 for IPv4, /48 for IPv6. A network keeps its own size."""
    try:
        interface = ipaddress.ip_interface(text.strip())
    except ValueError:  # not an address, or one with a zone or port
        return None
    longest = 24 if interface.version == IPV4 else 48
    length = min(longest, interface.network.prefixlen)
    return str(ipaddress.ip_network(f"{interface.ip}/{length}", strict=False))


def one_decimal(text: str) -> str | None:
    """Coordinates are cut to one decimal, about 11 km: `48.8584, 2.2945` to `48.8, 2.2`.

    A single number is a coordinate too: JSON often has latitude and longitude in two fields.
    """
    edge = text.strip()
    if DECIMAL.fullmatch(edge):
        return cut(edge)
    pair = PAIR.fullmatch(edge)
    return f"{cut(pair[1])}, {cut(pair[2])}" if pair else None


def cut(number: str) -> str:
    """Return a decimal number without what follows its first decimal."""
    whole, point, rest = number.partition(".")
    return whole + point + rest[:1]


STEPS: Mapping[Category, Callable[[str], str | None]] = {
    Category.DATE_OF_BIRTH: decade,
    Category.DATE: year,
    Category.AGE: band,
    Category.IP_ADDRESS: network,
    Category.COORDINATES: one_decimal,
}
