"""What a message is at each step of its path. The type is the proof that the step was taken.

Invariant: each of these is made in one place only, by the step of `gateway/path.py` it is named for
(a test looks for other places).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from privity.gateway.headers import Headers
from privity.gateway.identify import Caller, Speaker
from privity.gateway.ports import Outbound
from privity.gateway.replies.reply import Reply
from privity.gateway.residence import NOWHERE, Lodged
from privity.gateway.state import State
from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import Parsed
from privity.minimize.pseudonym import Pseudonyms
from privity.minimize.treat import Treated
from privity.model.finding import Tally
from privity.model.text import RawBody
from privity.model.words import PracticeId, Recipient, Region, RequestId
from privity.rights.effective import Effective


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived, whole and within the limits. `body` is None where the method has none."""

    request: RequestId
    at: datetime
    caller: Caller
    endpoint: Endpoint
    path: str
    query: str
    headers: Headers
    body: RawBody | None


@dataclass(frozen=True, slots=True)
class Identified:
    """Every string of the body in its place, references to whose they are, and their region."""

    received: Received
    parsed: Parsed | None
    lodged: Lodged = NOWHERE

    @property
    def speaker(self) -> Speaker | None:
        """Who speaks, where a body says something."""
        return self.lodged.speaker


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where and for how long minimized text is kept, and what else may be done with it."""

    region: Region
    period: timedelta
    train: bool = False
    review: bool = False


@dataclass(frozen=True, slots=True)
class Permitted:
    """A message the policy lets through: by which practices, to whom; `keeping`: if at all.

    `state` is what was known of the person when this was decided, `held` what it comes to.
    """

    who: Identified
    because: tuple[PracticeId, ...]
    recipient: Recipient
    keeping: Keeping | None
    state: State
    held: Effective


@dataclass(frozen=True, slots=True)
class Work:
    """How values of this exchange are replaced: pseudonyms, and the key of one-way tokens."""

    pseudonyms: Pseudonyms
    hashes: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """What may leave, and what is needed for the way back. None where there is no body."""

    permitted: Permitted
    outbound: Outbound
    treated: Treated | None
    work: Work | None
    tally: Tally

    @property
    def received(self) -> Received:
        """What it was made of."""
        return self.permitted.who.received


@dataclass(slots=True)
class Exchange:
    """One exchange under way; at its end it holds what the log will say about it.

    `code` is the one of the client leaving until another end is known.
    """

    ready: Ready
    allowed: bool = True
    code: str = "client_left"
    status: int = 0
    bytes_out: int = 0
    reply: Reply | None = field(default=None)
