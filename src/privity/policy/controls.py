"""Which clauses of which standards and laws a clause of the policy, or a standing duty, serves.

The ids are those of ISO/IEC 27001:2022 Annex A, NIST CSF 2.0, the GDPR, the COPPA rule (16 CFR
312) and the HIPAA rules (45 CFR 164). To serve a control is to be evidence for it, not to fulfil it
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Announce,
    Clause,
    Collect,
    Keep,
    Minors,
    NeverInfer,
    NeverShare,
    NeverUse,
    Reside,
    Rotate,
    Sample,
    Share,
    Train,
)


class Framework(StrEnum):
    """A standard or a law."""

    ISO_27001 = "ISO/IEC 27001:2022"
    CSF = "NIST CSF 2.0"
    GDPR = "GDPR"
    COPPA = "COPPA"
    HIPAA = "HIPAA"


@dataclass(frozen=True, slots=True, order=True)
class Control:
    """One requirement."""

    framework: Framework
    id: str


_MINIMIZED = (
    "A.5.34 A.8.11 A.8.12",
    "PR.DS-02 PR.DS-10",
    "5(1)(c) 25(1) 32(1)(a)",
    "312.7 312.8",
    "164.502(b) 164.514(b)",
)
_DELETED = (
    "A.5.33 A.8.10",
    "ID.AM-08 PR.DS-01",
    "5(1)(e) 13(2)(a)",
    "312.10",
    "164.310(d)(2)(i)",
)
_LOCATED = (
    "A.5.23 A.5.34",
    "GV.OC-03 ID.AM-07",
    "30(1)(e) 44",
    "312.8",
    "164.312(a)(1)",
)
_PROCESSORS = (
    "A.5.14 A.5.19 A.5.20",
    "GV.SC-07 ID.AM-03",
    "13(1)(e) 28(1) 30(1)(d)",
    "312.8",
    "164.502(e)(1) 164.504(e)",
)
_INSPECTED = (
    "A.8.12",
    "PR.DS-10 DE.CM-09",
    "5(1)(c) 25(2)",
    "312.7",
    "164.502(b)",
)
_PURPOSE = (
    "A.5.10 A.5.34",
    "GV.OC-03 GV.PO-01",
    "5(1)(b) 21(2)",
    "312.5(a)(1)",
    "164.508(a)(3)",
)
_NOT_SOLD = (
    "A.5.14 A.8.12",
    "GV.SC-07 ID.AM-03",
    "5(1)(b) 6(1)",
    "312.8",
    "164.502(a)(5)(ii)",
)
_NOT_PROFILED = (
    "A.5.34",
    "GV.OC-03",
    "9(1) 22(4)",
    "312.7",
    "164.502(a)(1)",
)


_DECIDED = (
    "A.5.34",
    "GV.OC-03",
    "6(1)(a) 7(3) 21(1) 25(2)",
    "312.5(a)(2)",
    "164.508(a)(1) 164.522(a)(1)",
)
_TOLD = (
    "A.5.34",
    "GV.OC-03",
    "12(1) 13(3)",
    "312.4(b)",
    "164.520(c)(1)",
)
_CHILDREN = (
    "A.5.34",
    "GV.OC-03",
    "6(1)(f) 8(1)",
    "312.3 312.5(a)(1) 312.10",
    "164.502(g)(3)",
)


_ROTATED = (
    "A.8.24",
    "PR.DS-01",
    "32(1)(a)",
    "312.8",
    "164.312(a)(2)(iv)",
)


ANSWERED = (
    "A.5.34",
    "GV.OC-03",
    "12(3) 15(1) 17(1)",
    "312.6(a)",
    "164.524(b)(2) 164.526(b)(2)",
)
"""What answering people's requests in time serves."""
REHEARSED = (
    "A.5.35 A.8.10",
    "ID.IM-02 ID.AM-08",
    "15(1) 17(1) 32(1)(d)",
    "312.6(a) 312.10",
    "164.308(a)(8) 164.524(a)(1)",
)
"""What trying access and erasure every night serves."""
TRAINED = (
    "A.6.3",
    "PR.AT-01 PR.AT-02",
    "32(4) 39(1)(b)",
    "312.8",
    "164.308(a)(5) 164.530(b)",
)
"""What training everybody who works here serves."""


def controls(clause: Clause) -> tuple[Control, ...]:
    """Name the controls that a clause serves."""
    return named(_served(clause))


def named(served: tuple[str, str, str, str, str]) -> tuple[Control, ...]:
    """Return the controls of ids in the order of `Framework`."""
    return tuple(
        Control(framework, identifier)
        for framework, identifiers in zip(Framework, served, strict=True)
        for identifier in identifiers.split()
    )


def _served(  # noqa: C901, PLR0912 - one case for each kind of clause
    clause: Clause,
) -> tuple[str, str, str, str, str]:
    """Return ids in the order of `Framework`."""
    match clause:
        case Collect():
            served = _MINIMIZED
        case Keep():
            served = _DELETED
        case Reside():
            served = _LOCATED
        case Share():
            served = _PROCESSORS
        case AcceptMedia() | AcceptUnknown():
            served = _INSPECTED
        case Train() | Sample():
            served = _DECIDED
        case Announce():
            served = _TOLD
        case Minors():
            served = _CHILDREN
        case Rotate():
            served = _ROTATED
        case NeverUse():
            served = _PURPOSE
        case NeverShare():
            served = _NOT_SOLD
        case NeverInfer():
            served = _NOT_PROFILED
        case _:
            assert_never(clause)
    return served
