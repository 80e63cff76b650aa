"""What a set-up is checked for: one declaration, for `privity doctor` and the console's checklist.

Invariants: every part is looked at by exactly one check (`adapters/checking`), and a check says one
of three things: it is well; it serves here but is not enough where people depend on it; it is
wrong. Whatever is not well comes with what to do. Nothing said holds a secret or a person's text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from privity.model.words import Region

OK = "ok"


class Grade(StrEnum):
    """How a part was found."""

    WELL = "well"
    ADVICE = "advice"  # enough on one's own machine, not for production
    WRONG = "wrong"


class Part(StrEnum):
    """One thing that is looked at. `sentence`: it in words; `promises`: which of ours need it."""

    sentence: str
    promises: tuple[str, ...]

    def __new__(cls, value: str, sentence: str, promises: str) -> Part:  # noqa: PYI034 - as in StrEnum
        """Make a member with its sentence and the ids of promises, separated by spaces."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        member.promises = tuple(promises.split())
        return member

    SETTINGS = "settings", "Settings load", "S2"
    FILES = "files", "Files of the home are for their owner alone", "S2"
    POLICY = "policy", "The policy is the one that was adopted", "U1"
    KEYS = "keys", "The root key opens this home", "S2 S3"
    CUSTODY = "custody", "The root key is kept apart from the data", "S3"
    KEY_AGES = "key_ages", "No key is older than promised", "S3"
    DATABASE = "database", "The database can be written, and nothing is overdue", "M2 R1"
    DURABILITY = "durability", "What is written survives a crash", "A1"
    DATABASE_TLS = "database_tls", "The way to the database is encrypted", "S1"
    LOG = "log", "The log is whole under a signed checkpoint", "A1"
    CLOCK = "clock", "The clock is right", "A1 R1"
    WITNESSES = "witnesses", "Others watch that the log only grows", "A1"
    DETECTOR = "detector", "Personal data is found", "M1 M6"
    CREDENTIALS = "credentials", "Keys of providers are held here", "S6"
    OPENAI = "openai", "The OpenAI-shaped provider is vetted and answers", "S6 U2"
    ANTHROPIC = "anthropic", "The Anthropic-shaped provider is vetted and answers", "S6 U2"
    AGREEMENTS = "agreements", "Every processor is bound by an agreement", "U9"
    TLS = "tls", "Clients connect by TLS 1.3 with AES-256", "S1"
    CERTIFICATE = "certificate", "The certificate is valid, and for a while", "S1"
    HANDSHAKE = "handshake", "A real handshake is as strong as promised", "S1"
    WATCHING = "watching", "Rules watch the log, and somebody hears of it", "S6"
    STAFF = "staff", "Two administrators, and a second factor for everybody", "S4"
    TRAINING = "training", "Everybody of the staff is trained in time", "U7"
    MAIL = "mail", "Letters to people can be sent", "R1"
    BACKUP = "backup", "There is a recent backup", "R1"
    RESTORE = "restore", "A backup was put back lately, to try", "R1"
    REHEARSAL = "rehearsal", "Access and erasure were tried last night", "R1"
    REGIONS = "regions", "Each region has a store of its own", "S5"
    WORKERS = "workers", "One process can fail without the service failing", "A1"
    DISK = "disk", "There is space on the disk", "A1"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says: `code` is `ok`, that of an error, or one of its own."""

    grade: Grade
    code: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a part; `region` where it is about the store of a further one."""

    about: Part
    region: Region | None
    verdict: Verdict

    @property
    def part(self) -> str:
        """The part's name, with the region's."""
        return self.about.value if self.region is None else f"{self.about.value}.{self.region}"

    @property
    def grade(self) -> Grade:
        """How it was found."""
        return self.verdict.grade

    @property
    def code(self) -> str:
        """`ok`, or what is to be seen to."""
        return self.verdict.code

    def named(self) -> dict[str, object]:
        """Return everything that is said, by name."""
        return {
            "part": self.part,
            "sentence": self.about.sentence,
            "grade": self.grade.value,
            "code": self.code,
            "detail": self.verdict.detail,
            "remedy": self.verdict.remedy,
            "promises": list(self.about.promises),
        }


def well(detail: str) -> Verdict:
    """Say that a part is as it should be."""
    return Verdict(Grade.WELL, OK, detail, "")


def advice(code: str, detail: str, remedy: str) -> Verdict:
    """Say what has to be done before people depend on it."""
    return Verdict(Grade.ADVICE, code, detail, remedy)


def wrong(code: str, detail: str, remedy: str) -> Verdict:
    """Say what has to be done now."""
    return Verdict(Grade.WRONG, code, detail, remedy)
