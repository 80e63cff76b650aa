"""Canaries on their way out: a message that holds one stays here, and the log says so.

Invariants: the whole body that would leave is looked at, and what came, where treatment changed
anything; whoever sends a canary is told no more than that the message may not pass, so that they
do not learn what gave them away.
"""

from __future__ import annotations

from collections.abc import Sequence

from privity.audit.entry import Entry, Event
from privity.errors import NotPermitted
from privity.gateway.means import Means
from privity.gateway.stages import Permitted
from privity.minimize.seek import seek
from privity.minimize.treat import Treated
from privity.model.text import Leaf, MinimizedBody
from privity.oversight.honey import Marks


def canaries(
    leaves: Sequence[Leaf], treated: Treated, body: MinimizedBody, marks: Sequence[Marks]
) -> int:
    """Return how many canaries are in a message."""
    seen: set[str] = set()
    for each in marks:
        seen.update(each.canaries_in(body.data))
        if treated.tally:
            seen.update(seek(leaves, each.canaries_in))
    return len(seen)


async def stop(found: int, permitted: Permitted, means: Means) -> None:
    """Write that canaries were in a message, and refuse it, if there were any.

    Raises NotPermitted.
    """
    if not found:
        return
    received = permitted.who.received
    entry = Entry(
        Event.CANARY_SEEN,
        means.clock(),
        means.policy.digest,
        request=received.request,
        app=received.caller.app,
        purpose=received.caller.purpose,
        facts={"where": "egress", "count": found},
    )
    await means.journal.write(lambda tx: tx.log.append(entry))
    message = "the policy does not let this message pass"
    raise NotPermitted(message)
