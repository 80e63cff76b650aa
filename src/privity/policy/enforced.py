"""Where each kind of clause is enforced: the module that would have to be broken to break it.

Invariant: every module named here exists (a test looks); a new kind of clause breaks the type check
until its place is said.
"""

from __future__ import annotations

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

_PATH = "privity.gateway.path"
_DECIDE = "privity.policy.decide"
_ROTATE = "privity.vault.rotate"


def enforced_by(clause: Clause) -> tuple[str, ...]:
    """Return the modules that see to it that a clause holds, the one that acts first."""
    match clause:
        case Collect():
            places = ("privity.minimize.treat",)
        case Keep():
            places = ("privity.vault.retain",)
        case Reside():
            places = ("privity.gateway.residence",)
        case AcceptMedia() | AcceptUnknown():
            places = ("privity.gateway.wire.walk",)
        case Train() | Sample() | Minors():
            places = ("privity.gateway.attend",)
        case Rotate():
            return (f"{_ROTATE}", f"{_ROTATE}_people", "privity.adapters.rotating")
        case Announce():
            places = ("privity.rights.effective",)
        case Share() | NeverUse() | NeverShare():
            places = (_PATH,)
        case NeverInfer():
            return (_DECIDE,)
        case _:
            assert_never(clause)
    return (*places, _DECIDE)
