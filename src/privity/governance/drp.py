"""The Data Rights Protocol 0.9: what agents of people send, judged; pure.

Source: Data Rights Protocol v0.9.4 (Consumer Reports), 2.01 to 2.06, 3.01 to 3.07. A message is
base64 of an Ed25519 signature (64 bytes) with the signed JSON behind it.

Invariants: a message counts only from an agent on the list, signed with its key, shown with its own
token, meant for us, between its times, and once; every refusal looks the same to whoever sent it.
An agent's word is proof for what only protects; for the rest the person confirms it by a letter.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from privity.audit.signing import Verifier
from privity.errors import AgentRefused, BadInput, LogCorrupt
from privity.governance.clocks import Regime
from privity.governance.requests import Reason, Request, RequestKind, State
from privity.model.text import Raw
from privity.model.words import AppId
from privity.rights.letters import is_address
from privity.vault.home_secrets import derive

VERSION = "0.9"
"""What `drp.version` must begin with."""
EXERCISES: Mapping[str, RequestKind] = {
    "access": RequestKind.ACCESS,
    "access:categories": RequestKind.ACCESS,
    "access:specific": RequestKind.ACCESS,
    "deletion": RequestKind.ERASURE,
    "sale:opt_out": RequestKind.OPT_OUT,
    "sale:opt-out": RequestKind.OPT_OUT,
}
"""What agents can ask (3.01). To allow a sale again is not among it: nothing is sold."""
LONGEST = timedelta(minutes=15)
"""For how long a message may be valid: 10 minutes are recommended."""
MOST_BYTES = 65_536
_SIGNATURE = 64
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent on the list. `app`: the application that names its people by their address."""

    id: str
    verifier: Verifier
    app: AppId


@dataclass(frozen=True, slots=True)
class Network:
    """Who we are in the protocol, and which agents we know. `secret` keys their tokens."""

    business: str
    agents: Mapping[str, Agent]
    secret: bytes

    def token(self, agent: Agent) -> str:
        """Return an agent's token: of 256 bits, and another one once its key is another."""
        key = agent.verifier.public.hex()
        made = derive(self.secret, "drp token", agent.id, key)
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def bearer(self, header: str) -> Agent:
        """Return the agent whose token a request shows. Raises AgentRefused."""
        kind, _, given = header.partition(" ")
        for agent in self.agents.values():
            same = hmac.compare_digest(self.token(agent).encode(), given.strip().encode())
            if same and kind.lower() == "bearer":
                return agent
        raise AgentRefused(_REFUSED)

    def named(self, agent: str) -> Agent:
        """Return an agent of the list. Raises AgentRefused."""
        found = self.agents.get(agent)
        if found is None:
            raise AgentRefused(_REFUSED)
        return found


@dataclass(frozen=True, slots=True)
class Message:
    """A message that counts. `digest` names it, so that it is taken once until it `ends`."""

    body: Mapping[str, Any]
    digest: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Exercise:
    """What an agent asks for a person. `named` is what it calls the request, or ""."""

    kind: RequestKind
    regime: Regime | None
    address: Raw
    named: str


def opened(network: Network, agent: Agent, sent: bytes, now: datetime) -> Message:
    """Return a message, judged in the order of 3.07. Raises AgentRefused.

    1. Base64. 2. The signature of the agent whose token was shown. 3. Its id. 4. Our id. 5. Not
    before its time. 6. Not after it.
    """
    signed = _signed(agent, sent)
    body = _object(signed)
    for claim, expected in (("agent-id", agent.id), ("business-id", network.business)):
        if not hmac.compare_digest(str(body.get(claim, "")).encode(), expected.encode()):
            raise AgentRefused(_REFUSED)
    begins, ends = (_time(body.get(claim)) for claim in ("issued-at", "expires-at"))
    if not begins <= now < ends or ends - begins > LONGEST:
        raise AgentRefused(_REFUSED)
    if not str(body.get("drp.version", "")).startswith(VERSION):
        raise AgentRefused(_REFUSED)
    return Message(body, sha256(signed).hexdigest(), ends)


def opened_reason(agent: Agent, sent: bytes) -> None:
    """Check a signed message that withdraws (2.04): it has no claims. Raises AgentRefused."""
    _object(_signed(agent, sent))


def exercise(message: Message) -> Exercise:
    """Return what a message asks. Raises BadInput for what we cannot do."""
    body = message.body
    kind = EXERCISES.get(str(body.get("exercise", "")))
    if kind is None:
        message_ = f"the rights that can be exercised are {', '.join(EXERCISES)}"
        raise BadInput(message_)
    regime = body.get("regime")
    if regime not in {None, "", Regime.CCPA.value, Regime.GDPR.value}:
        message_ = "the regime must be ccpa, or left out"
        raise BadInput(message_)
    address, named = Raw(str(body.get("email", ""))), str(body.get("agent-request-id", ""))
    if body.get("email_verified") is not True or not is_address(address):
        message_ = "the person is found by a verified email, which is missing"
        raise BadInput(message_)
    if named and not _NAME.fullmatch(named):
        message_ = "agent-request-id may have 64 letters, digits, dots, hyphens and underscores"
        raise BadInput(message_)
    return Exercise(kind, Regime(regime) if regime else None, address, named)


def status(request: Request, named: str, name: str) -> Mapping[str, str]:
    """Return how a request stands, in the words of 3.02 and 3.03. `name`: its id for the agent."""
    words, reason = _STATES[request.state], ""
    details = ""
    if request.state is State.REJECTED and request.reason is not None:
        reason = _DENIED.get(request.reason, "other")
    elif request.state is State.UNPROVEN:
        details = "The person was asked by mail to confirm the request."
    elif request.state is State.PAUSED:
        details = "Something that only the person can give is awaited."
    if request.extended:
        details = f"{details} The time to answer was extended, as the law allows.".strip()
    said = {
        "request_id": name,
        "received_at": request.received.isoformat(timespec="seconds"),
        "expected_by": request.due.isoformat(),
        "status": words,
        "reason": reason,
        "processing_details": details,
        "agent_request_id": named,
    }
    return {key: value for key, value in said.items() if value}


def _signed(agent: Agent, sent: bytes) -> bytes:
    if len(sent) > MOST_BYTES:
        raise AgentRefused(_REFUSED)
    try:
        decoded = base64.b64decode(sent, validate=True)
        agent.verifier.confirm(decoded[_SIGNATURE:], decoded[:_SIGNATURE])
    except (binascii.Error, ValueError, LogCorrupt):
        raise AgentRefused(_REFUSED) from None  # the inner error may quote the message
    return decoded[_SIGNATURE:]


def _object(signed: bytes) -> Mapping[str, Any]:
    try:
        body = orjson.loads(signed)
    except orjson.JSONDecodeError:
        body = None  # the error would quote the message
    if not isinstance(body, dict):
        raise AgentRefused(_REFUSED)
    return body


def _time(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise AgentRefused(_REFUSED) from None  # the inner error quotes the value
    if found.tzinfo is None:
        raise AgentRefused(_REFUSED)
    return found


_REFUSED = "the message does not count"
_STATES: Mapping[State, str] = {
    State.UNPROVEN: "in_progress",
    State.OPEN: "in_progress",
    State.PAUSED: "in_progress",
    State.DONE: "fulfilled",
    State.REJECTED: "denied",
    State.WITHDRAWN: "revoked",
    State.MERGED: "in_progress",
}
_DENIED: Mapping[Reason, str] = {
    Reason.NOT_PROVEN: "insuf_verification",
    Reason.NO_DATA: "no_match",
    Reason.NOT_COVERED: "claim_not_covered",
    Reason.EXCESSIVE: "too_many_requests",
}
