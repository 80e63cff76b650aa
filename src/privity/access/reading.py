"""Break-glass, step by step: asked, decided by somebody else, read, ended.

Invariants: each step is one that the rules allow its actor, asked in the transaction that does it;
that a conversation is read stands in the log, with its reader, its approver and its ticket, before
anything of it is shown; a refusal is written, too; privacy officers hear of both by mail;
a conversation is judged by the region that it is in now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from privity.access.desk import About, Acting, Refusal, Store, Wish
from privity.access.grants import Request, approve, checked, end, granted, refuse
from privity.access.notices import Notice
from privity.access.staff import Action, GrantId, Kind, Thing
from privity.access.telling import tell_officers
from privity.audit.entry import Event
from privity.errors import BadInput
from privity.model.words import ConversationRef, Region, SubjectRef


def ask(acting: Acting, given: Request, reason: bytes) -> Request | Refusal:
    """Ask for access; `reason` is the reason, sealed. Raises BadInput."""
    by = acting.by
    request = checked(replace(given, reader=by.staff.id, session=by.session.digest))
    wish = Wish(Action.REQUEST_ACCESS, _conversation(request), request.purpose)
    if refusal := acting.refused(wish):
        return refusal
    acting.tx.grants.put(request, reason)
    acting.write(Event.ACCESS_ASKED, _said(request), _about(request))
    return request


def decide(acting: Acting, name: GrantId, *, agreed: bool) -> Request | Refusal:
    """Approve or refuse a request. Raises BadInput, AccessDenied."""
    request = _request(acting.tx, name)
    if refusal := acting.refused(Wish(Action.APPROVE_ACCESS, _grant(request), request.purpose)):
        return refusal
    by, now = acting.by, acting.at.now
    if agreed:
        decided = approve(request, by.staff.id, by.session.digest, now)
    else:
        decided = refuse(request, by.staff.id, now)
    acting.tx.grants.decide(decided)
    event = Event.ACCESS_APPROVED if agreed else Event.ACCESS_REFUSED
    if agreed:
        tell_officers(acting, Notice.APPROVED, name)
    acting.write(event, _said(decided), _about(decided))
    return decided


@dataclass(frozen=True, slots=True)
class Found:
    """Where a conversation is kept now and whose it is; nothing of what it says."""

    ref: ConversationRef
    subject: SubjectRef
    region: Region


def read(acting: Acting, name: GrantId, found: Found) -> Request | Refusal:
    """Write that a person's conversation is read now; what follows may be shown.

    `found`: the conversation of the request, as it is kept now. The caller shows nothing before
    this transaction is durable. Raises BadInput.
    """
    request = _request(acting.tx, name)
    grant = granted(request, acting.at.now)
    thing = Thing(Kind.CONVERSATION, found.ref, found.region)
    wish = Wish(Action.READ_CONVERSATION, thing, request.purpose, grant)
    if refusal := acting.refused(wish):
        return refusal
    said = {**_said(request), "approver": str(request.approver)}
    tell_officers(acting, Notice.READ, name)
    acting.write(Event.CONVERSATION_READ, said, About(found.subject, found.ref))
    return request


def stop(acting: Acting, name: GrantId) -> Request | Refusal:
    """End a grant before its time. Raises BadInput."""
    request = _request(acting.tx, name)
    if refusal := acting.refused(Wish(Action.END_ACCESS, _grant(request), request.purpose)):
        return refusal
    ended = end(request)
    acting.tx.grants.decide(ended)
    acting.write(Event.ACCESS_ENDED, _said(ended), _about(ended))
    return ended


def _request(tx: Store, name: GrantId) -> Request:
    found = tx.grants.get(name)
    if found is None:
        message = "there is no request for access of this id"
        raise BadInput(message)
    return found[0]


def _conversation(request: Request) -> Thing:
    return Thing(Kind.CONVERSATION, request.conversation, request.region)


def _grant(request: Request) -> Thing:
    return Thing(Kind.GRANT, request.id, request.region, asked_by=request.reader)


def _about(request: Request) -> About:
    return About(conversation=request.conversation)


def _said(request: Request) -> dict[str, str | int]:
    return {
        "grant": request.id,
        "purpose": request.purpose.value,
        "ticket": request.ticket,
        "minutes": round(request.lasts.total_seconds() / 60),
    }
