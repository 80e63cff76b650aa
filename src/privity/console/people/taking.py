"""Download: everything that is kept, for people and for machines, with a signed manifest.

Invariants: made in memory, under a recent sign-in, and written in the log before it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Entry, Event
from privity.console.people import choosing, seeing
from privity.console.people.past import download
from privity.console.people.rendering import Around
from privity.console.people.seeing import Looking
from privity.console.people.site import Site, form, page
from privity.console.people.visitor import PersonRequest
from privity.rights import export, ledger, view
from privity.rights.choices import Choices
from privity.rights.controls import value_code
from privity.rights.export import Part
from privity.rights.history import History, Line
from privity.rights.view import Conversation

HOME = "/privacy/download"
FILE = "my-data.zip"


@dataclass(frozen=True, slots=True)
class Taken:
    """Everything that goes into an export."""

    conversations: tuple[Conversation, ...]
    history: History
    choices: Choices
    ledger: bytes


def routes(site: Site) -> list[Route]:
    """Return the page of downloads and its form."""

    async def offer(asked: PersonRequest) -> Response:
        shelf = await site.shelves.of(asked.who)
        values = {"vkey": shelf.signer.verifier.vkey, "file": FILE}
        return site.rendering.page("download.html", asked, HOME, values)

    async def take(asked: PersonRequest) -> Response:
        return download(await packed(site, asked), FILE, "application/zip")

    return [page(site, HOME, offer), form(site, HOME, take, fresh=True)]


async def packed(site: Site, asked: PersonRequest) -> bytes:
    """Return the archive of everything that is kept of a person, and write that it was made."""
    taken = await site.look(asked, _taken)
    shelf = await site.shelves.of(asked.who)
    parts = [
        Part("your-data.html", _readable(site, asked, taken)),
        export.exchange_lines([e for each in taken.conversations for e in each.exchanges]),
        export.note_lines([note for each in taken.conversations for note in each.notes]),
        export.json_lines("choices.jsonl", _decided(site, asked, taken.choices)),
        export.json_lines("history.jsonl", [_said(line) for line in taken.history.happened]),
    ]
    if taken.ledger:
        parts.append(Part("ledger.json", taken.ledger))
    entry = Entry(
        Event.DATA_EXPORTED,
        asked.now,
        site.policy.digest,
        app=asked.who.app,
        purpose=asked.who.purpose,
        subject=asked.who.subject,
        facts={"files": len(parts), "bytes": sum(len(part.data) for part in parts)},
    )
    await shelf.change(lambda tx: tx.log.append(entry))
    return export.pack(parts, asked.who.subject, asked.now, shelf.signer)


def _taken(looking: Looking) -> Taken:
    found = view.outlines(looking.kept())
    return Taken(
        tuple(looking.conversation(each) for each in found),
        seeing.past(looking),
        looking.seen.choices(),
        _proven(looking),
    )


def _proven(looking: Looking) -> bytes:
    """Return the proof of what they were shown and chose; empty where that is nothing."""
    seen = looking.seen
    note = seen.log.head().note
    signed = (open_checkpoint(looking.shelf.signer.verifier, note), note)
    entries = seen.ledger()
    return ledger.proof(seen.log, entries, signed) if entries else b""


def _readable(site: Site, asked: PersonRequest, taken: Taken) -> bytes:
    values = {
        "asked": asked,
        "taken": taken,
        "style": Markup(site.rendering.style.decode()),  # noqa: S704 - our own file
        "decisions": choosing.decisions(site.policy, asked.who, taken.choices, site.counting),
    }
    return site.rendering.text("export.html", Around(asked.language, HOME), values).encode()


def _decided(site: Site, asked: PersonRequest, choices: Choices) -> list[Mapping[str, object]]:
    return [
        {
            "setting": each.offer.setting.code,
            "value": value_code(each.value),
            "since": None if each.since is None else each.since.isoformat(),
        }
        for each in choosing.decisions(site.policy, asked.who, choices, site.counting)
    ]


def _said(line: Line) -> Mapping[str, object]:
    return {
        "entry": line.index,
        "event": line.event.value,
        "at": line.at.isoformat(),
        "facts": dict(line.facts),
    }
