"""What a person sees, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from privity.console.people.choosing import Decision
from privity.console.people.seeing import Overview
from privity.governance.requests import Request
from privity.rights.choices import Choices
from privity.rights.controls import value_code
from privity.rights.history import History, Line
from privity.rights.view import Conversation


def moment(at: datetime) -> str:
    """Return a time (RFC 3339, in UTC)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def overview(found: Overview) -> dict[str, object]:
    """Return what is kept, and a page of conversations."""
    return {
        "kinds": [
            {
                "kind": each.kind,
                "purpose": each.purpose.value,
                "region": each.region.value,
                "count": each.count,
                "since": moment(each.since),
                "next_end": moment(each.next_end),
                "last_end": moment(each.last_end),
            }
            for each in found.kinds
        ],
        "conversations": [
            {
                "id": each.outline.ref,
                "title": each.title,
                "exchanges": len(each.outline.records),
                "begins": moment(each.outline.begins),
                "latest": moment(each.outline.latest),
                "until": moment(each.outline.until),
            }
            for each in found.conversations
        ],
        "count": found.count,
        "held": found.held,
    }


def conversation(found: Conversation) -> dict[str, object]:
    """Return a conversation as it is kept."""
    return {
        "id": found.ref,
        "exchanges": [
            {
                "id": each.id,
                "purpose": each.purpose.value,
                "region": each.region.value,
                "at": moment(each.at),
                "until": moment(each.until),
                "asked": list(each.asked),
                "answered": list(each.answered),
            }
            for each in found.exchanges
        ],
        "notes": [
            {"id": each.id, "at": moment(each.at), "until": moment(each.until), "text": each.text}
            for each in found.notes
        ],
    }


def history(found: History) -> dict[str, object]:
    """Return what the log says."""
    return {
        "looked": [line(each) for each in found.looked],
        "happened": [line(each) for each in found.happened],
        "messages": [
            {
                "request": each.request,
                "at": moment(each.at),
                "processor": each.processor,
                "region": each.region,
                "found": each.found,
                "kept": each.kept,
                "code": each.code,
            }
            for each in found.messages
        ],
        "whole": found.whole,
    }


def line(each: Line) -> dict[str, object]:
    """Return one entry of the log."""
    return {
        "entry": each.index,
        "event": each.event.value,
        "at": moment(each.at),
        "conversation": each.conversation,
        "facts": dict(each.facts),
    }


def choices(decisions: Sequence[Decision], made: Choices) -> dict[str, object]:
    """Return what can be decided, with what holds now."""
    return {
        "version": made.version,
        "choices": [
            {
                "setting": each.offer.setting.code,
                "values": [value_code(value) for value in each.offer.values],
                "value": value_code(each.value),
                "since": None if each.since is None else moment(each.since),
                "signalled": each.signalled,
            }
            for each in decisions
        ],
    }


def request(found: Request) -> dict[str, object]:
    """Return where a request stands."""
    return {
        "id": found.id,
        "kind": found.asked.kind.value,
        "state": found.state.value,
        "received": moment(found.received),
        "due": found.due.isoformat(),
    }
