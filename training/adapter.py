"""Our detectors in the form that the evaluator of personal-data detection calls.

    eval_pii.py --detector adapter:fast() --data FILE.jsonl ...

`patterns`, `small` and `large` are single stages; `fast` and `full` are what the product offers.

`PRIVITY_MODEL` names the model's folder; without it the one inside the package is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from privity.detect.engine import PatternDetector
from privity.detect.language.detector import LanguageDetector
from privity.detect.ports import Detector
from privity.detect.stages import Stages
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

Span = tuple[int, int, str, float]
KINDS = {
    Category.NAME: "PERSON",
    Category.USERNAME: "USERNAME",
    Category.ACCOUNT: "ID",
    Category.NATIONAL_ID: "NATIONAL_ID",
    Category.TAX_ID: "NATIONAL_ID",
    Category.PASSPORT: "PASSPORT",
    Category.DRIVING_LICENCE: "DRIVER_LICENSE",
    Category.DATE_OF_BIRTH: "DATE_TIME",
    Category.AGE: "AGE",
    Category.GENDER: "NRP",
    Category.VEHICLE: "ID",
    Category.EMAIL: "EMAIL",
    Category.PHONE: "PHONE",
    Category.ADDRESS: "LOCATION",
    Category.PLACE: "LOCATION",
    Category.COORDINATES: "LOCATION",
    Category.IP_ADDRESS: "IP",
    Category.MAC_ADDRESS: "IP",
    Category.URL: "URL",
    Category.DEVICE: "ID",
    Category.CARD: "CREDIT_CARD",
    Category.BANK_ACCOUNT: "BANK",
    Category.CRYPTO_WALLET: "BANK",
    Category.MEDICAL_RECORD: "ID",
    Category.INSURANCE: "ID",
    Category.HEALTH: "MEDICAL",
    Category.RELIGION: "NRP",
    Category.POLITICS: "NRP",
    Category.ORIGIN: "NRP",
    Category.ORIENTATION: "NRP",
    Category.UNION: "NRP",
    Category.PASSWORD: "SECRET",
    Category.API_KEY: "SECRET",
    Category.PRIVATE_KEY: "SECRET",
    Category.ORGANIZATION: "ORG",
    Category.JOB_TITLE: "OTHER",
    Category.EMPLOYEE_ID: "ID",
    Category.DATE: "DATE_TIME",
    Category.CUSTOM: "OTHER",
}


def spans(detector: Detector, text: str) -> list[Span]:
    """One text's findings, with the evaluator's names."""
    (found,) = detector.find([Leaf(Raw(text), Slot.TEXT, "")])
    return [(f.start, f.end, KINDS[f.category], f.confidence) for f in found]


def read_model(*, full: bool) -> LanguageDetector:
    """The model that `PRIVITY_MODEL` names, or the package's own."""
    folder = os.environ.get("PRIVITY_MODEL")
    return LanguageDetector.load(Path(folder) if folder else None, full=full)


def patterns() -> Callable[[str], list[Span]]:
    """The patterns alone."""
    detector = PatternDetector.load()
    return lambda text: spans(detector, text)


def small() -> Callable[[str], list[Span]]:
    """The small network alone."""
    detector = read_model(full=False)
    return lambda text: spans(detector, text)


def large() -> Callable[[str], list[Span]]:
    """Both networks, without patterns."""
    detector = read_model(full=True)
    return lambda text: spans(detector, text)


def fast() -> Callable[[str], list[Span]]:
    """Patterns and the small network, as the product joins them."""
    detector = Stages(PatternDetector.load(), read_model(full=False))
    return lambda text: spans(detector, text)


def full() -> Callable[[str], list[Span]]:
    """Patterns and both networks, as the product joins them."""
    detector = Stages(PatternDetector.load(), read_model(full=True))
    return lambda text: spans(detector, text)
