"""Names that appear in policy, enforcement, audit and notice alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, Self

SubjectRef = NewType("SubjectRef", str)
"""A keyed, one-way reference to a person (or, where none is named, to a conversation)."""
ConversationRef = NewType("ConversationRef", str)
"""A keyed, one-way reference to a conversation."""
PracticeId = NewType("PracticeId", str)
"""The name of a practice in the policy."""
RequestId = NewType("RequestId", str)
"""A random id of one exchange."""
AppId = NewType("AppId", str)
"""The name of an application that holds a key, or `local` on loopback."""


class Category(StrEnum):
    """A kind of personal data.

    `value` is the name in policies, findings, metrics and the log; `kind` the short upper-case
    word in a pseudonym; `words` what a notice says to people.
    """

    kind: str
    words: str

    def __new__(cls, value: str, kind: str, words: str) -> Self:
        """Make a member whose value is its name in policies."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.kind = kind
        member.words = words
        return member

    NAME = ("identity.name", "NAME", "names of people")
    USERNAME = ("identity.username", "USER", "user names and handles")
    ACCOUNT = ("identity.account", "ACCOUNT", "account and device ids sent by the application")
    NATIONAL_ID = ("identity.national_id", "ID", "national identity numbers")
    TAX_ID = ("identity.tax_id", "TAX", "tax numbers")
    PASSPORT = ("identity.passport", "PASSPORT", "passport numbers")
    DRIVING_LICENCE = ("identity.driving_licence", "LICENCE", "driving licence numbers")
    DATE_OF_BIRTH = ("identity.date_of_birth", "BIRTH", "dates of birth")
    AGE = ("identity.age", "AGE", "ages")
    GENDER = ("identity.gender", "GENDER", "gender")
    VEHICLE = ("identity.vehicle", "VEHICLE", "vehicle plates and chassis numbers")
    EMAIL = ("contact.email", "EMAIL", "e-mail addresses")
    PHONE = ("contact.phone", "PHONE", "phone numbers")
    ADDRESS = ("contact.address", "ADDRESS", "street addresses and postcodes")
    PLACE = ("location.place", "PLACE", "names of places")
    COORDINATES = ("location.coordinates", "COORDS", "coordinates")
    IP_ADDRESS = ("online.ip_address", "IP", "IP addresses")
    MAC_ADDRESS = ("online.mac_address", "MAC", "network hardware addresses")
    URL = ("online.url", "URL", "web addresses that point to a person")
    DEVICE = ("online.device", "DEVICE", "device numbers such as IMEI")
    CARD = ("financial.card", "CARD", "payment card numbers")
    BANK_ACCOUNT = ("financial.bank_account", "BANK", "bank account numbers")
    CRYPTO_WALLET = ("financial.crypto_wallet", "WALLET", "crypto wallet addresses")
    MEDICAL_RECORD = ("health.medical_record", "PATIENT", "medical record numbers")
    INSURANCE = ("health.insurance", "INSURANCE", "insurance numbers")
    HEALTH = ("special.health", "HEALTH", "health")
    RELIGION = ("special.religion", "BELIEF", "religion and belief")
    POLITICS = ("special.politics", "POLITICS", "political opinions")
    ORIGIN = ("special.origin", "ORIGIN", "nationality and ethnic origin")
    ORIENTATION = ("special.orientation", "ORIENTATION", "sex life and orientation")
    UNION = ("special.union", "UNION", "trade union membership")
    PASSWORD = ("secret.password", "PASSWORD", "passwords")
    API_KEY = ("secret.api_key", "APIKEY", "API keys and access tokens")
    PRIVATE_KEY = ("secret.private_key", "PRIVATEKEY", "private keys")
    ORGANIZATION = ("work.organization", "ORG", "organizations")
    JOB_TITLE = ("work.job_title", "JOB", "job titles")
    EMPLOYEE_ID = ("work.employee_id", "STAFF", "employee numbers")
    DATE = ("time.date", "DATE", "dates")
    CUSTOM = ("custom", "CUSTOM", "terms that the team has listed")


class Treatment(StrEnum):
    """What happens to a finding before text leaves."""

    EXCLUDE = "exclude"  # removed, a neutral marker stays
    PSEUDONYMIZE = "pseudonymize"  # a keyed token, restored in the answer
    HASH = "hash"  # a keyed one-way token, never restored
    GENERALIZE = "generalize"  # a coarser statement, never restored
    KEEP = "keep"  # passed as it is


class Purpose(StrEnum):
    """Why data is used."""

    ASSIST = "assist"
    IMPROVE = "improve"
    TRAIN = "train"
    REVIEW = "review"
    SECURITY = "security"
    SALES = "sales"
    ADVERTISING = "advertising"
    RIGHTS = "rights"


class Language(StrEnum):
    """A language that people are addressed in (ISO 639-1)."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"


class Media(StrEnum):
    """Content that cannot be scanned as text."""

    IMAGE = "image"
    AUDIO = "audio"
    FILE = "file"


class UnknownFields(StrEnum):
    """What happens to a field of a request that privity does not know."""

    REFUSE = "refuse"
    TREAT = "treat"  # every string in it is scanned as text, then it passes


class Consent(StrEnum):
    """Whose word lets something happen that nobody has to accept."""

    OPT_IN = "opt_in"  # for whoever agreed
    OPT_OUT = "opt_out"  # for whoever did not object


class UnknownAge(StrEnum):
    """How people are treated whose age nobody knows."""

    ADULT = "adult"
    MINOR = "minor"


class KeyLevel(StrEnum):
    """A level of the keys: each wraps those of the next, the last seals what is kept."""

    ROOT = "root"
    PARTITION = "partition"
    PERSON = "person"


class Region(StrEnum):
    """Where data may live and be processed."""

    LOCAL = "local"
    EU = "eu"
    UK = "uk"
    US = "us"
    CA = "ca"
    CH = "ch"
    APAC = "apac"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A vetted processor: a third party that may receive minimized data.

    `hosts` are the only host names (or `host:port`) a request to it may go to. `serves` are the
    regions whose people's text it may receive; where none is named, it serves people of all.
    """

    name: str
    region: Region
    hosts: frozenset[str]
    serves: frozenset[Region] = frozenset()
