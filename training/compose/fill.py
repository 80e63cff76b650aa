"""Fill the slots of a template, and remember where each value went.

A template is text with slots in braces: `{name}`, `{city}`. A number names another one of the kind
(`{name2}`), and within one document the same slot always gives the same value. What a slot means
is in `Filler.KINDS`; a slot that marks nothing (a price, a product) stands there too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from compose import words
from compose.numbers import Numbers
from compose.people import Crowd, Person
from compose.places import Atlas

Mark = tuple[int, int, str]
_SLOT = re.compile(r"\{([a-z_]+)(\d?)\}")
UNKNOWN = "?"  # a mark that teaches nothing either way


class Filler:
    """The people, places and things of one document."""

    def __init__(self, chance: random.Random, lang: str, *, measure: bool = False) -> None:
        self.chance, self.lang = chance, lang
        self.crowd, self.atlas, self.numbers = (
            Crowd(chance, measure=measure),
            Atlas(chance, lang),
            Numbers(chance),
        )
        self.people: dict[str, Person] = {}
        self.said: dict[str, str] = {}

    def fill(self, template: str) -> tuple[str, list[Mark]]:
        """The text and its marks."""
        text, marks, at = "", [], 0
        for slot in _SLOT.finditer(template):
            text += template[at : slot.start()]
            label, value = self._value(slot[1], slot[2])
            if label:
                marks.append((len(text), len(text) + len(value), label))
            text += value
            at = slot.end()
        return text + template[at:], marks

    def person(self, number: str) -> Person:
        if number not in self.people:
            self.people[number] = self.crowd.draw(words.HOMES[self.lang])
        return self.people[number]

    def _value(self, kind: str, number: str) -> tuple[str, str]:
        label, draw = KINDS[kind]
        key = kind + number
        if key not in self.said:
            self.said[key] = draw(self, number)
        return label, self.said[key]

    def pick(self, options: str) -> str:
        return self.chance.choice(options.split("|"))

    def below(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def titled(self, number: str, *, full: bool) -> str:
        person = self.person(number)
        title = self.pick(words.TITLES[self.lang][0 if person.woman else 1])
        return f"{title} {person.full if full else person.last}"

    def initials(self, number: str) -> str:
        """A person as courts write one: only letters."""
        person = self.person(number)
        first, last = person.first[0], person.last[0].upper()
        form = self.chance.choice(
            (
                "{l}.",
                "{f}. {l}.",
                "{f}.{l}.",
                "{l}.",
                "{f}. {last}",
                "{l}…",
                "{first} {l}.",
                "{f}{l}",
            )
        )
        return form.format(f=first, l=last, last=person.last, first=person.first)

    def organization(self, _number: str) -> str:
        """A company that exists, or one named for people, trades, places or letters."""
        last = self.crowd.draw(words.HOMES[self.lang]).last
        other, third = self.crowd.draw().last, self.crowd.draw().last
        makers: tuple[tuple[int, Callable[[], str]], ...] = (
            (20, lambda: self.pick(words.COMPANIES)),
            (10, lambda: self.pick(words.BODIES)),
            (
                8,
                lambda: (
                    f"{last}, {other} and {third}" if self.lang == "en" else f"{last} & {other}"
                ),
            ),
            (3, lambda: f"{last}-{other}"),
            (3, lambda: f"{last} Group"),
            (18, lambda: f"{last} {self.pick(words.COMPANY_TAILS[self.lang])}"),
            (8, lambda: "".join(self.pick(part) for part in words.COINED)),
            (6, lambda: "".join(self.chance.choices("ABCDEFGHIKLMNOPRSTUVZ", k=self.below(2, 4)))),
            (24, lambda: self.institution(self.crowd.draw(words.HOMES[self.lang]))),
        )
        (maker,) = self.chance.choices([m for _, m in makers], [share for share, _ in makers])
        return maker()

    def institution(self, person: Person) -> str:
        form = self.pick(words.INSTITUTIONS[self.lang])
        return form.format(
            city=self.atlas.city(), first=person.first, last=person.last, full=person.full
        )

    def date(self, low: int, high: int) -> str:
        """A date as people of this language write it."""
        day, month, year = self.below(1, 28), self.below(1, 12), self.below(low, high)
        name = words.MONTHS[self.lang].split()[month - 1]
        usual = {
            "en": (
                "{n} {d}, {y}",
                "{d} {n} {y}",
                "{m}/{d}/{y}",
                "{n} {d}",
                "{d}th of {n}",
                "{n} {y}",
                "{s} {d}, {y}",
                "{mm}/{dd}/{y2}",
            ),
            "de": (
                "{d}. {n} {y}",
                "{dd}.{mm}.{y}",
                "{d}.{m}.{y2}",
                "{n} {y}",
                "{d}. {n}",
                "{d}.{m}.",
            ),
            "fr": ("{d} {n} {y}", "{dd}/{mm}/{y}", "{n} {y}", "{d} {n}", "1er {n} {y}"),
            "es": ("{d} de {n} de {y}", "{dd}/{mm}/{y}", "{d} de {n}", "{n} de {y}"),
            "it": ("{d} {n} {y}", "{dd}/{mm}/{y}", "{d} {n}", "{n} {y}"),
            "pt": ("{d} de {n} de {y}", "{dd}/{mm}/{y}", "{d} de {n}", "{n} de {y}"),
            "nl": ("{d} {n} {y}", "{dd}-{mm}-{y}", "{d} {n}", "{n} {y}"),
            "pl": ("{d} {n} {y} r.", "{dd}.{mm}.{y}", "{d} {n} {y}", "{d} {n}", "{dd}.{mm}.{y} r."),
        }[self.lang]
        form = self.chance.choice(
            (*usual, *usual, "{y}-{mm}-{dd}", "{y}/{mm}/{dd}", "{dd}-{mm}-{y}")
        )
        if self.chance.random() < 0.06:
            form += self.pick(" {h}:{t}|, {h}:{t}|T{h}:{t}:00Z| {h}:{t}:{t}")
        return form.format(
            h=f"{self.below(0, 23):02}",
            t=f"{self.below(0, 59):02}",
            d=day,
            m=month,
            y=year,
            n=name,
            dd=f"{day:02}",
            mm=f"{month:02}",
            y2=f"{year % 100:02}",
            s=name[:3],
        )

    def noun(self, table: dict[str, str]) -> str:
        return self.pick(table[self.lang])

    def case(self, number: str, ending: str) -> str:
        """A Polish name in the genitive, dative or instrumental."""
        from compose.polish import inflect

        person = self.person(number)
        return inflect(person.full, woman=person.woman, case=ending)


Draw = Callable[[Filler, str], str]


def _constant(options: str) -> Draw:
    return lambda f, _n: f.pick(options)


_PEOPLE: dict[str, tuple[str, Draw]] = {
    "name": ("NAME", lambda f, n: f.person(n).full),
    "first": ("NAME", lambda f, n: f.person(n).first),
    "last": ("NAME", lambda f, n: f.person(n).last),
    "lastfirst": ("NAME", lambda f, n: f"{f.person(n).last}, {f.person(n).first}"),
    "formal": ("NAME", lambda f, n: f.titled(n, full=False)),
    "titled": ("NAME", lambda f, n: f.titled(n, full=True)),
    "initials": ("NAME", lambda f, n: f.initials(n)),
    "short": ("NAME", lambda f, n: f"{f.person(n).first[0]}. {f.person(n).last}"),
    "gen": ("NAME", lambda f, n: f.case(n, "gen")),
    "dat": ("NAME", lambda f, n: f.case(n, "dat")),
    "inst": ("NAME", lambda f, n: f.case(n, "inst")),
    "user": ("USERNAME", lambda f, n: f.numbers.username(f.person(n))),
    "handle": ("USERNAME", lambda f, n: "@" + f.numbers.username(f.person(n))),
    "email": ("EMAIL", lambda f, n: f.numbers.email(f.person(n))),
    "emailw": ("EMAIL", lambda f, n: f.numbers.spoken_email(f.person(n))),
    "url": ("URL", lambda f, n: f.numbers.url(f.person(n))),
}
_THINGS: dict[str, tuple[str, Draw]] = {
    "city": ("PLACE", lambda f, _n: f.atlas.city()),
    "country": ("PLACE", lambda f, _n: f.atlas.country()),
    "region": ("PLACE", lambda f, _n: f.atlas.region()),
    "street": ("ADDRESS", lambda f, _n: f.atlas.street()),
    "address": ("ADDRESS", lambda f, _n: f.atlas.address()),
    "postcode": ("ADDRESS", lambda f, _n: f.atlas.postcode()),
    "org": ("ORGANIZATION", lambda f, n: f.organization(n)),
    "inst_": ("ORGANIZATION", lambda f, n: f.institution(f.person(n))),
    "firm": ("ORGANIZATION", _constant(words.COMPANIES)),
    "job": ("JOB_TITLE", lambda f, _n: f.noun(words.JOBS)),
    "date": ("DATE", lambda f, _n: f.date(1985, 2026)),
    "dob": ("DATE_OF_BIRTH", lambda f, _n: f.date(1935, 2015)),
    "year": ("DATE", lambda f, _n: str(f.below(1950, 2025))),
    "birthyear": ("DATE_OF_BIRTH", lambda f, _n: str(f.below(1935, 2012))),
    "age": ("AGE", lambda f, _n: str(f.below(3, 97))),
    "agew": (
        "AGE",
        _constant(
            "thirty-four|twenty two|sixteen|fifty|sixty-one|nineteen|forty-five|twelve|seventy|eight"
        ),
    ),
    "phone": ("PHONE", lambda f, _n: f.numbers.phone()),
    "phonew": ("PHONE", lambda f, _n: f.numbers.spoken_phone()),
    "ip": ("IP_ADDRESS", lambda f, _n: f.numbers.ip()),
    "password": ("PASSWORD", lambda f, _n: f.numbers.password()),
    "health": ("HEALTH", lambda f, _n: f.noun(words.HEALTH)),
    "drug": ("HEALTH", _constant(words.DRUGS)),
    "religion": ("RELIGION", lambda f, _n: f.noun(words.RELIGION)),
    "politics": ("POLITICS", lambda f, _n: f.noun(words.POLITICS)),
    "origin": ("ORIGIN", lambda f, _n: f.noun(words.ORIGIN)),
    "orientation": ("ORIENTATION", _constant(words.ORIENTATION)),
    "union": ("UNION", _constant(words.UNIONS)),
    "sex": ("GENDER", _constant("F|M|female|male|Female|Male|f|m|W|H")),
    "weekday": (UNKNOWN, _constant("Monday|Friday|Saturday|Tuesday")),
    "product": ("", _constant(words.PRODUCTS)),
    "price": (
        "",
        lambda f, _n: f.pick("€{a}|${a}|{a} EUR|£{a}|{a} zł|{a},{b:02} €|${a}.{b:02}").format(
            a=f.below(1, 4000), b=f.below(0, 99)
        ),
    ),
    "num": ("", lambda f, _n: str(f.below(2, 900))),
    "version": ("", lambda f, _n: f"{f.below(0, 20)}.{f.below(0, 30)}.{f.below(0, 20)}"),
    "time": ("", lambda f, _n: f"{f.below(0, 23)}:{f.below(0, 59):02}"),
    "order": (UNKNOWN, lambda f, _n: f.numbers.shaped("orderish")),
    "uuid": (
        "",
        lambda f, _n: "-".join(f"{f.chance.getrandbits(4 * k):0{k}x}" for k in (8, 4, 4, 4, 12)),
    ),
    "hash": ("", lambda f, _n: f"{f.chance.getrandbits(160):040x}"),
}
_SHAPED = {
    "card": "CARD",
    "ssn": "NATIONAL_ID",
    "passport": "PASSPORT",
    "licence": "DRIVING_LICENCE",
    "plate": "VEHICLE",
    "vin": "VEHICLE",
    "mrn": "MEDICAL_RECORD",
    "insurance": "INSURANCE",
    "staff": "EMPLOYEE_ID",
    "account": "ACCOUNT",
    "case": "ACCOUNT",
    "sort": "BANK_ACCOUNT",
    "bank": "BANK_ACCOUNT",
    "iban": "BANK_ACCOUNT",
    "wallet": "BANK_ACCOUNT",
    "imei": "DEVICE",
    "mac": "DEVICE",
    "coord": "COORDINATES",
    "pin": "PASSWORD",
    "apikey": "API_KEY",
}


def _shaped(kind: str) -> Draw:
    return lambda f, _n: f.numbers.shaped(kind)


KINDS: dict[str, tuple[str, Draw]] = {
    **_PEOPLE,
    **_THINGS,
    **{kind: (label, _shaped(kind)) for kind, label in _SHAPED.items()},
}
