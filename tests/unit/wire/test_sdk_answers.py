"""What an SDK parsed from an answer can be sent back in the next turn, as clients do."""

import typing
from collections.abc import Iterator
from typing import Any

import pydantic
import pytest
from anthropic.types import ContentBlock
from anthropic.types.beta import BetaContentBlock
from openai.types.chat import ChatCompletionMessage
from openai.types.responses import ResponseOutputItem

from privity.gateway.wire.anthropic_fields import MESSAGES
from privity.gateway.wire.openai_fields import CHAT, RESPONSES
from privity.gateway.wire.schema import Role, Shapes

OWN = {Role.FREE, Role.STATE, Role.SPLIT}
ANSWERS = [
    (CHAT, "message", ChatCompletionMessage),
    (RESPONSES, "item", ResponseOutputItem),
    (MESSAGES, "block", ContentBlock),
    (MESSAGES, "block", BetaContentBlock),
]


def models(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    """The models in an annotation: unions, lists and aliases taken apart."""
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    elif typing.get_origin(annotation) is not typing.Literal:
        inner = getattr(annotation, "__value__", None)
        for argument in typing.get_args(annotation) if inner is None else [inner]:
            yield from models(argument)


def kinds(model: type[pydantic.BaseModel]) -> set[str]:
    field = model.model_fields.get("type")
    annotation = field.annotation if field else None
    return {k for k in typing.get_args(annotation) if isinstance(k, str)} or {""}


def missing(
    shapes: Shapes, name: str, model: type[pydantic.BaseModel], seen: set[tuple[str, Any]]
) -> set[str]:
    if (name, model) in seen:
        return set()
    seen.add((name, model))
    found: set[str] = set()
    for kind in kinds(model):
        fields = shapes[name].kinds.get(kind, shapes[name].fields)
        for key, info in model.model_fields.items():
            field = fields.get(info.alias or key)
            if field is None:
                found.add(f"{name}.{key} ({model.__name__})")
                continue
            for inner in models(info.annotation):
                if field.inside:
                    found |= missing(shapes, field.inside, inner, seen)
                elif field.role not in OWN:
                    found.add(f"{name}.{key} has no shape for {inner.__name__}")
    return found


@pytest.mark.parametrize(("shapes", "name", "answer"), ANSWERS)
def test_every_field_of_an_answer_is_known_when_it_comes_back(
    shapes: Shapes, name: str, answer: Any
) -> None:
    seen: set[tuple[str, Any]] = set()
    assert sorted(m for model in models(answer) for m in missing(shapes, name, model, seen)) == []
