"""What the network can say: a begin and an inside tag for each kind of personal data.

The names are those of `privity.model.words.Category`. A test of the runtime checks that they agree.
"""

from __future__ import annotations

LABELS = (
    "NAME",
    "USERNAME",
    "ACCOUNT",
    "NATIONAL_ID",
    "PASSPORT",
    "DRIVING_LICENCE",
    "DATE_OF_BIRTH",
    "AGE",
    "GENDER",
    "VEHICLE",
    "EMAIL",
    "PHONE",
    "ADDRESS",
    "PLACE",
    "COORDINATES",
    "IP_ADDRESS",
    "URL",
    "DEVICE",
    "CARD",
    "BANK_ACCOUNT",
    "MEDICAL_RECORD",
    "INSURANCE",
    "HEALTH",
    "RELIGION",
    "POLITICS",
    "ORIGIN",
    "ORIENTATION",
    "UNION",
    "PASSWORD",
    "API_KEY",
    "ORGANIZATION",
    "JOB_TITLE",
    "EMPLOYEE_ID",
    "DATE",
)
EVERY = frozenset(LABELS)
TAGS = ("O", *(f"{place}-{label}" for label in LABELS for place in "BI"))
TAG = {tag: number for number, tag in enumerate(TAGS)}
