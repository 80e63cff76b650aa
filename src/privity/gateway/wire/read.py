"""Read a body once, at the edge: all its text as leaves, and the way to put it back.

Promise: what leaves `rebuild` differs from what arrived only in the strings that were changed; if
none was, it is the very bytes that arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from privity.gateway.wire.anthropic_fields import MESSAGES
from privity.gateway.wire.control import is_model
from privity.gateway.wire.document import Document, Spot, parse_body, settle
from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.openai_fields import CHAT, EMBEDDINGS, RESPONSES
from privity.gateway.wire.rules import Rules
from privity.gateway.wire.schema import Shape, Shapes
from privity.gateway.wire.turns import (
    Tree,
    conversation,
    is_persons,
    newest,
    opening,
    person,
    turns,
)
from privity.gateway.wire.walk import Walk
from privity.model.reveal import reveal_body
from privity.model.text import Leaf, Minimized, MinimizedBody, Raw, RawBody
from privity.model.words import Media

__all__ = ["Parsed", "Rules", "read"]

NO_BODY: Shapes = {"body": Shape({})}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body that was read.

    `leaves` are all its text, decoded, in document order. The leaves `[fresh_from, fresh_to)` are
    the newest turn: what comes after the last turn that the model made. `model` is empty when the
    body names none in the form of a model's name. `person` and `conversation` are what the body
    says; `opening` is the first text of the person, `said` what stands in the person's own
    turns of the newest, without what tools returned. `media` are the kinds that pass by rule.
    """

    leaves: tuple[Leaf, ...]
    fresh_from: int
    fresh_to: int
    stream: bool
    model: str
    person: Raw | None
    conversation: Raw | None
    opening: Raw
    said: tuple[Leaf, ...]
    media: frozenset[Media]
    body: RawBody
    spots: tuple[Spot, ...]
    documents: tuple[Document, ...]

    def rebuild(self, texts: Sequence[Minimized | None]) -> MinimizedBody:
        """Return the body with these texts in place of the leaves; None leaves one as it is.

        There must be one text for each leaf.
        """
        edits = {
            spot: text.text
            for spot, text in zip(self.spots, texts, strict=True)
            if text is not None
        }
        if not edits:
            return MinimizedBody(reveal_body(self.body))
        return MinimizedBody(settle(self.documents, edits))


def read(endpoint: Endpoint, body: RawBody, rules: Rules) -> Parsed:
    """Read a body of an endpoint.

    Raises BadBody, DuplicateKey, TooDeep, UnknownField, MediaRefused, Unscannable or
    ProviderStateRefused; what they say holds no text of the body.
    """
    data = reveal_body(body)
    tree = parse_body(data)
    walk = Walk(data, shapes_of(endpoint), rules)
    walk.walk(tree)
    fresh_from, fresh_to = fresh(tree, walk)
    return Parsed(
        leaves=tuple(walk.leaves),
        fresh_from=fresh_from,
        fresh_to=fresh_to,
        stream=tree.get("stream") is True,
        model=model_of(tree),
        person=raw_or_none(person(tree)),
        conversation=raw_or_none(conversation(tree)),
        opening=Raw(opening(turns(tree, walk.said_in))),
        said=said(tree, walk),
        media=frozenset(walk.media),
        body=body,
        spots=tuple(walk.spots),
        documents=tuple(walk.documents),
    )


def shapes_of(endpoint: Endpoint) -> Shapes:
    """Return the shapes of an endpoint's bodies; an endpoint without a body has no fields."""
    match endpoint:
        case Endpoint.CHAT:
            return CHAT
        case Endpoint.RESPONSES:
            return RESPONSES
        case Endpoint.EMBEDDINGS:
            return EMBEDDINGS
        case Endpoint.MESSAGES | Endpoint.COUNT_TOKENS:
            return MESSAGES
        case Endpoint.OPENAI_MODELS | Endpoint.ANTHROPIC_MODELS:
            return NO_BODY
        case _:
            assert_never(endpoint)


def fresh(tree: Tree, walk: Walk) -> tuple[int, int]:
    """Return the range of leaves of the newest turn; all leaves if there are no turns."""
    if not walk.turns:
        return 0, len(walk.leaves)
    return walk.turns[newest(turns(tree, walk.said_in))], walk.turns[-1]


def said(tree: Tree, walk: Walk) -> tuple[Leaf, ...]:
    """Return the leaves of the person's own newest turns; all leaves if there are no turns."""
    if not walk.turns:
        return tuple(walk.leaves)
    spoken = turns(tree, walk.said_in)
    first = newest(spoken)
    own = [n for n, turn in enumerate(spoken) if n >= first and is_persons(turn)]
    return tuple(leaf for n in own for leaf in walk.leaves[walk.turns[n] : walk.turns[n + 1]])


def model_of(tree: Tree) -> str:
    """Return the model's name if it is one: it is shown in the log, so it must not be text."""
    model = tree.get("model")
    return model if isinstance(model, str) and is_model(model) else ""


def raw_or_none(text: str | None) -> Raw | None:
    """Return text as raw text, if there is any."""
    return None if text is None else Raw(text)
