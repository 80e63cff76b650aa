"""Numbers, secrets and handles: invented, in the shapes that real ones have."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache

from faker import Faker

from compose.people import Person
from compose.places import pattern

_SHAPES = {
    "card": "4### #### #### ####|5### #### #### ####|4###############|5%##-####-####-####|37## ###### #####|"
    "3[[##########]]|6011 #### #### ####".replace("3[[##########]]", "36############"),
    "ssn": "###-##-####|#########|### ## ####|@@ ## ## ## @|@@######@|%## ## ## ## ### ##|########@|%##########|"
    "@######## |@@@@@@##@##@###@|##.##.##-###.##|###.###.###-##|## ### ### ###|%%%%%%-%%%%|## ######-@###|756.####.####.##",
    "passport": "@########|#########|@@#######|C%@@#####@|@@######|##@@#####|@@@######",
    "licence": "@#######|@###-####-####|@@@@@######@@#@@|########|@##########|@#### ##### #####|###########|@@-###-###",
    "plate": "@@@-####|@@## @@@|@-@@ ####|@@-###-@@|#### @@@|%@@@###|@@@ ###|@@ #####|@@ ###@@|%%-@@@-%|B-@@ ###|HH @@ ####",
    "vin": "WVW@@@##@#@######|1HGBH41JXMN######|VF1@@0@0#########|JTD@@###########|5YJ3@1@@#@@######",
    "mrn": "MRN-######|########|H######|MR####-###|P-#####|#######|NHC ######|PAT-##-####|000######",
    "insurance": "@#########|@@@ ##########|##########@|XEJ########|W#########|%%%-##-####-@|POL-########|@###-#####-##",
    "staff": "E#####|EMP-####|######|P-####|MA-#####|ID####|@@####|emp##### |00####",
    "account": "########|##########|CUST-#####|C-######|K######|##-######|ACC########|@@########|A######-#|#####-####",
    "case": "#####/##|INC######|CASE-####-###|%% O %##/##|II CSK ###/##|2:%%-cv-#####|TKT-#####|[##]#####|#####-##-@@|"
    "IV ZR ##/##|C-###/##|n° ##/#####|RG ##/#####|S ## AS ###/##|Az. ## O ###/##|UKHL ##|#### /20##|EA-####-##",
    "sort": "##-##-##|###### |0########|BLZ ### ### ##",
    "bank": "########|##########|############|### ### ###|#### ######|%#########",
    "iban": "DE## #### #### #### #### ##|FR## #### #### #### #### #### ###|ES## #### #### ## ##########|"
    "IT##@##########00000######|PL## #### #### #### #### #### ####|NL##@@@@##########|GB##@@@@##############|PT50####################|"
    "CH## #### #### #### #### #|AT####################|BE## #### #### ####|DE####################",
    "wallet": "0x&#&#&#&&##&#&##&#&#&##&&#&#&##&#&##&#&#|bc1q&#&&#&&&#&#&&#&&#&#&&#&#&&#&#&&#&&#&#&|1@#&@&#@@&#&@&#@&#@&&@#&@&#@&#&@&#",
    "imei": "35#############|86#############|35-######-######-#",
    "mac": "##:#@:@#:##:#C:@#|00-1B-##-#A-##-F#|&#:##:#&:##:&#:##",
    "coord": "4%.####, %.####|-3#.#####, 14#.#####|51.####° N, 0.####° W|%#.######,-%#.######|48°##'##\"N 2°##'##\"E",
    "pin": "####|######",
    "apikey": "sk-&@#&@#&#@&@#&&#@&#@&#&@#&#@&&#@|ghp_@&#@&#&@#&@&#@&#@&#&@&#@&#&@#&@#&@|AKIA@@@#@@#@@@#@@@#@|AIza@&#@&#&@#&@&#@&#@&#&@&#@&#&@#&@|"
    "xoxb-############-&@#&@#&@&#@|glpat-@&#&@#&@#&@&#@&#@|pk_live_@&#@&#@&#@&#@&#@&#@|&#&#&&##&#&#&&##&#&#&&##&#&#&&##|SG.@&#@&@#.@&#&@#&@#@&#",
    "orderish": "#####|###-#######-#######|#########",
}
_WORDS = (
    "summer winter dragon monkey sunshine football banana coffee pizza tiger shadow hunter purple orange silver rocket "
    "pepper ginger cookie flower butterfly princess superman welcome letmein secret qwerty admin master lucky happy "
    "charlie bailey rex luna bella max whiskers fluffy arsenal liverpool bayern juventus barca sommer hallo passwort "
    "soleil chocolat amour doudou estrella contraseña fuego ciao amore forza saudade benfica fiets kaas haslo kotek "
    "correct horse battery staple maple thunder pixel ninja vortex crystal falcon matrix zebra mango"
).split()
_HANDLE_WORDS = (
    "cool dark mad tiny lazy real the its mr ms pixel neo cyber night star moon rain code cat dog panda wolf fox bear "
    "gamer dev art music yoga cook travel geek nerd pro fan king queen boy girl xx sk8r noob snack potato banana ghost"
).split()
_DOMAINS = (
    "gmail.com yahoo.com hotmail.com outlook.com icloud.com gmx.de web.de orange.fr free.fr libero.it wp.pl onet.pl "
    "ziggo.nl sapo.pt uol.com.br proton.me example.com example.org mail.com t-online.de laposte.net telefonica.net"
).split()
_COMMON = (
    "123456 password1 qwerty123 abc123 111111 iloveyou P@ssw0rd Passw0rd! changeme 0000".split()
)
_SIGNS = ("!", "!!", "?", "#", "$", "_", ".", "*", "@")
PHONES = (
    "en_US en_GB en_AU en_CA en_IN de_DE de_AT fr_FR es_ES it_IT pt_PT pt_BR nl_NL pl_PL sv_SE tr_TR es_MX ro_RO cs_CZ"
).split()


@lru_cache
def _faker(locale: str) -> Faker:
    return Faker(locale)


class Numbers:
    """Draws identifiers, secrets and handles."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def shaped(self, kind: str) -> str:
        return pattern(self.chance, self.chance.choice(_SHAPES[kind].split("|"))).strip()

    def phone(self) -> str:
        if self.chance.random() < 0.35:
            form = "+## ### ### ####|+%# % ## ## ## ##|0%## ### ## ##|(###) ###-####|0### #######|555-####|+1 (###) ###-####|0%.##.##.##.##|07### ######|### ### ###"
            return pattern(self.chance, self.chance.choice(form.split("|")))
        faker = _faker(self.chance.choice(PHONES))
        faker.seed_instance(self.chance.getrandbits(40))
        return str(faker.phone_number())

    def password(self) -> str:
        """What people choose, and what machines choose."""
        pick, number = self.chance.choice, self.chance.randint
        word = pick(_WORDS)
        letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        makers: tuple[tuple[int, Callable[[], str]], ...] = (
            (20, lambda: word.capitalize() + str(number(1, 2030)) + pick(("", *_SIGNS))),
            (12, lambda: word + pick(_SIGNS) + str(number(1, 999))),
            (10, lambda: word.translate(str.maketrans("aeios", "@310$")) + str(number(1, 99))),
            (8, lambda: pick("-_.").join(pick(_WORDS) for _ in range(number(2, 4)))),
            (6, lambda: " ".join(pick(_WORDS) for _ in range(4))),
            (8, lambda: word + str(number(1, 99999))),
            (6, lambda: pick(_COMMON)),
            (5, lambda: word.upper() + pattern(self.chance, "##") + word[::-1]),
            (10, lambda: "".join(pick(letters) for _ in range(number(7, 20)))),
            (
                15,
                lambda: "".join(pick(letters + "!@#$%^&*()-_=+[]?") for _ in range(number(7, 20))),
            ),
        )
        (maker,) = self.chance.choices([m for _, m in makers], [share for share, _ in makers])
        return maker()

    def username(self, person: Person) -> str:
        first, last = _plain(person.first), _plain(person.last)
        number = str(
            self.chance.choice(
                (self.chance.randint(1, 99), self.chance.randint(1960, 2012), 7, 123)
            )
        )
        words = [self.chance.choice(_HANDLE_WORDS) for _ in range(2)]
        forms = (
            first[0] + last,
            first + "." + last,
            first + "_" + last,
            first + number,
            last + first[0] + number,
            first + last[0] + "_" + number,
            words[0] + first,
            words[0] + "_" + words[1] + number,
            words[0] + words[1] + number,
            "xX" + words[0].capitalize() + words[1].capitalize() + "Xx",
            words[0].capitalize() + words[1].capitalize(),
            first + "_" + words[1],
            first[:3] + last[:3] + number,
            "the_real_" + first,
            first + "-" + last[:2] + number,
        )
        return self.chance.choice(forms)

    def email(self, person: Person) -> str:
        first, last = _plain(person.first), _plain(person.last)
        local = self.chance.choice(
            (
                f"{first}.{last}",
                f"{first[0]}{last}",
                f"{first}{self.chance.randint(1, 99)}",
                f"{last}_{first}",
                self.username(person),
            )
        )
        domain = self.chance.choice(
            (
                *_DOMAINS,
                f"{last}.com",
                f"{_plain(self.chance.choice(_WORDS))}-{self.chance.choice(_WORDS)}.{self.chance.choice(('com', 'de', 'fr', 'eu', 'co.uk', 'pl', 'it', 'es', 'nl', 'io'))}",
            )
        )
        return f"{local}@{_ascii(domain)}"

    def spoken_email(self, person: Person) -> str:
        """As people write it to fool a filter, or say it to a microphone."""
        local, domain = self.email(person).split("@")
        at = self.chance.choice((" at ", " at ", " [at] ", "(at)", " AT ", " (at) ", " @ "))
        dot = self.chance.choice((" dot ", " dot ", " [dot] ", " . ", "(dot)"))
        return local.replace(".", dot) + at + domain.replace(".", dot)

    def spoken_phone(self) -> str:
        """Spelled in words, or with blanks between all digits."""
        digits = pattern(self.chance, "0%########")
        if self.chance.random() < 0.5:
            return self.chance.choice((" ", "-", ".", " . ")).join(digits)
        names = "zero one two three four five six seven eight nine".split()
        return " ".join(
            ("oh" if d == "0" and self.chance.random() < 0.5 else names[int(d)]) for d in digits
        )

    def url(self, person: Person) -> str:
        user = self.username(person)
        sites = (
            "instagram.com",
            "github.com",
            "linkedin.com/in",
            "facebook.com",
            "t.me",
            "tiktok.com",
            "www.behance.net",
            "soundcloud.com",
        )
        form = self.chance.choice(
            (
                "https://{site}/{user}",
                "https://www.{site}/{user}",
                "{site}/{user}",
                "www.{last}.com",
                "http://{last}.net/about",
            )
        )
        return form.format(site=self.chance.choice(sites), user=user, last=_plain(person.last))

    def ip(self) -> str:
        if self.chance.random() < 0.2:
            return ":".join(f"{self.chance.getrandbits(16):x}" for _ in range(8))
        return ".".join(str(self.chance.randint(1, 254)) for _ in range(4))


def _ascii(text: str) -> str:
    import unicodedata

    plain = unicodedata.normalize(
        "NFKD",
        text.replace("ł", "l")
        .replace("ø", "o")
        .replace("ß", "ss")
        .replace("đ", "d")
        .replace("ı", "i"),
    )
    return "".join(c for c in plain if ord(c) < 128)


def _plain(text: str) -> str:
    return "".join(c for c in _ascii(text).lower() if c.isalnum()) or "user"
