"""Your data: what is kept now, by kind and until when, and each conversation as it is kept.

Invariants: nothing is shown but what is kept; a name in an address finds only what is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from privity.console.people import correcting, deleting, seeing
from privity.console.people.correcting import statement
from privity.console.people.seeing import ON_A_PAGE, Looking, Overview
from privity.console.people.site import Site, back_to, form, page
from privity.console.people.visitor import PersonRequest
from privity.model.token import ALPHABET, KINDS
from privity.model.words import ConversationRef
from privity.rights.view import Conversation, Outline

HOME = "/privacy/"
CONVERSATION = "/privacy/conversations/{ref}"
_TOKEN = re.compile(rf"\[({'|'.join(sorted(KINDS))})(?:[_#][{ALPHABET}]{{6,12}}| removed)\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `kind` is what was there, or empty for the text around it."""

    text: str
    kind: str = ""


def routes(site: Site) -> list[Route]:
    """Return the pages of what is kept."""
    site.rendering.add_filter("pieces", pieces)
    return [*_looks(site), *_changes(site)]


def _looks(site: Site) -> list[Route]:
    async def data(asked: PersonRequest) -> Response:
        number = _number(asked.query.get("page", ""))

        def look(looking: Looking) -> Overview:
            return seeing.overview(looking, number)

        found = await site.look(asked, look)
        last = max(0, (found.count - 1) // ON_A_PAGE)
        values = {"found": found, "page": number, "last": last, "done": _done(asked)}
        return site.rendering.page("data.html", asked, HOME, values)

    async def conversation(asked: PersonRequest) -> Response:
        found = await site.look(asked, lambda looking: seeing.conversation(looking, _ref(asked)))
        return _shown(site, asked, found)

    return [page(site, HOME, data), page(site, CONVERSATION, conversation)]


def _changes(site: Site) -> list[Route]:
    async def delete(asked: PersonRequest) -> Response:
        chosen = asked.form.all("exchange")
        if not chosen:
            return back_to(CONVERSATION.format(ref=_ref(asked)) + "?done=none")
        shelf = await site.shelves.of(asked.who)
        await deleting.delete_some(shelf, asked.who.subject, chosen, asked.now, site.policy.digest)
        return back_to("/privacy/delete?done=some")

    async def correct(asked: PersonRequest) -> Response:
        def look(looking: Looking) -> Outline:
            return seeing.outline(looking, _ref(asked))

        about = await site.look(asked, look)
        said = statement(asked.form.one("text"), asked.now)
        shelf = await site.shelves.of(asked.who)
        await correcting.add_note(shelf, about, said, site.policy.digest)
        return back_to(CONVERSATION.format(ref=about.ref) + "?done=note")

    return [
        form(site, CONVERSATION + "/delete", delete, fresh=True),
        form(site, CONVERSATION + "/correct", correct),
    ]


def pieces(text: str) -> Sequence[Piece]:
    """Return a minimized text cut at what stands in place of personal data."""
    found, at = [], 0
    for match in _TOKEN.finditer(text):
        found += [Piece(text[at : match.start()]), Piece(match[0], match[1])]
        at = match.end()
    found.append(Piece(text[at:]))
    return [piece for piece in found if piece.text]


def _shown(site: Site, asked: PersonRequest, found: Conversation) -> Response:
    here = CONVERSATION.format(ref=found.ref)
    values = {"found": found, "here": here, "done": _done(asked), "longest": correcting.LONGEST}
    return site.rendering.page("conversation.html", asked, here, values)


def _ref(asked: PersonRequest) -> ConversationRef:
    return ConversationRef(asked.path["ref"])


def _done(asked: PersonRequest) -> str:
    done = asked.query.get("done", "")
    return done if done in {"none", "note"} else ""


def _number(given: str) -> int:
    """Return the number of a page, counted from 0; the first one for anything else."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0  # noqa: PLR2004
