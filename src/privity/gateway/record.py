"""What is kept of an exchange: the newest turn and its answer, minimized.

Invariant: nothing that was not treated gets into it; what cannot be treated is an error, never an
empty answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from privity.errors import DetectorUnavailable, PrivityError
from privity.gateway.means import Means
from privity.gateway.stages import Exchange
from privity.minimize.transcript import minimized, transcript
from privity.minimize.treat import treat
from privity.model.finding import Finding, Tally
from privity.model.text import Leaf

Findings: TypeAlias = tuple[tuple[Finding, ...], ...]


async def record_of(exchange: Exchange, means: Means) -> tuple[bytes, Tally]:
    """Return the newest turn and the answer, minimized, and what was found in the answer.

    Raises DetectorUnavailable, Overloaded.
    """
    ready = exchange.ready
    permitted, parsed = ready.permitted, ready.permitted.who.parsed
    if permitted.keeping is None or parsed is None:
        return b"", {}
    if ready.treated is None or ready.work is None:
        return b"", {}
    new = slice(parsed.fresh_from, parsed.fresh_to)
    asked = minimized(parsed.leaves[new], ready.treated.texts[new])
    leaves = () if exchange.reply is None else exchange.reply.leaves()
    findings = await find(leaves, means)
    treatments = means.charters[ready.received.caller.purpose].treatments
    work = ready.work

    def treating() -> tuple[bytes, Tally]:
        treated = treat(leaves, findings, treatments, work.pseudonyms, work.hashes)
        return transcript(asked, minimized(leaves, treated.texts)), treated.tally

    return await means.apart(len(parsed.body) + exchange.bytes_out, treating)


async def find(leaves: Sequence[Leaf], means: Means) -> Findings:
    """Return what is found in each leaf. Raises DetectorUnavailable, Overloaded."""
    try:
        return await means.find(leaves)
    except PrivityError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing may leave
        message = f"the detector failed: {type(error).__name__}"
        # The inner error may quote what was scanned.
        raise DetectorUnavailable(message) from None
