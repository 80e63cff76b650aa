"""Every field that the official SDKs can send has a place in the schema."""

import typing
from collections.abc import Iterator
from typing import Any

import pytest
import typing_extensions
from anthropic.types import message_count_tokens_params, message_create_params
from anthropic.types.beta import message_count_tokens_params as beta_count_params
from anthropic.types.beta import message_create_params as beta_create_params
from openai.types import embedding_create_params
from openai.types.chat import completion_create_params
from openai.types.responses import response_create_params

from privity.gateway.wire.anthropic_fields import MESSAGES
from privity.gateway.wire.openai_fields import CHAT, EMBEDDINGS, RESPONSES
from privity.gateway.wire.schema import Field, Role, Shape, Shapes

OWN = {Role.FREE, Role.STATE, Role.SPLIT}
"""Roles that take or refuse whatever stands in the field, so that it needs no shape."""

REQUESTS = [
    (CHAT, completion_create_params.CompletionCreateParamsNonStreaming),
    (CHAT, completion_create_params.CompletionCreateParamsStreaming),
    (RESPONSES, response_create_params.ResponseCreateParamsNonStreaming),
    (RESPONSES, response_create_params.ResponseCreateParamsStreaming),
    (EMBEDDINGS, embedding_create_params.EmbeddingCreateParams),
    (MESSAGES, message_create_params.MessageCreateParamsNonStreaming),
    (MESSAGES, message_create_params.MessageCreateParamsStreaming),
    (MESSAGES, message_count_tokens_params.MessageCountTokensParams),
    (MESSAGES, beta_create_params.MessageCreateParamsNonStreaming),
    (MESSAGES, beta_create_params.MessageCreateParamsStreaming),
    (MESSAGES, beta_count_params.MessageCountTokensParams),
]


def unwrapped(annotation: Any) -> Iterator[Any]:
    """The plain types of an annotation: unions, lists, aliases and qualifiers taken apart."""
    origin = typing.get_origin(annotation)
    if typing_extensions.is_typeddict(annotation):
        yield annotation
    elif isinstance(annotation, typing_extensions.TypeAliasType):
        yield from unwrapped(annotation.__value__)
    elif origin is dict or origin in {typing.Literal, None}:
        return
    else:
        for argument in typing.get_args(annotation):
            yield from unwrapped(argument)


def literals(annotation: Any) -> set[str]:
    if typing.get_origin(annotation) is typing.Literal:
        return {a for a in typing.get_args(annotation) if isinstance(a, str)}
    return {name for argument in typing.get_args(annotation) for name in literals(argument)}


def known_fields(shape: Shape, hints: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields for each value that the type's own `type` can have."""
    kinds = literals(hints["type"]) if "type" in hints else set()
    return [dict(shape.kinds.get(kind, shape.fields)) for kind in kinds or {""}]


# `tools` of a tool choice is typed as any objects, but documented as references to tools.


def is_free(annotation: Any) -> bool:
    """Whether the caller may choose keys: a dict, or anything at all."""
    if annotation is object or typing.get_origin(annotation) is dict:
        return True
    if typing.get_origin(annotation) is typing.Literal:
        return False
    return any(is_free(argument) for argument in typing.get_args(annotation))


def takes_any_key(shapes: Shapes, field: Field) -> bool:
    return field.role in OWN or (bool(field.inside) and shapes[field.inside].is_open)


def missing(shapes: Shapes, name: str, request: Any, seen: set[tuple[str, Any]]) -> set[str]:
    if (name, request) in seen:
        return set()
    seen.add((name, request))
    hints = typing.get_type_hints(request, include_extras=True)
    found: set[str] = set()
    for fields in known_fields(shapes[name], hints):
        for key, annotation in hints.items():
            field = fields.get(key)
            if field is None:
                found.add(f"{name}.{key} ({request.__name__})")
                continue
            if is_free(annotation) and not takes_any_key(shapes, field) and key != "tools":
                found.add(f"{name}.{key} has no place for keys of the caller")
            for inner in unwrapped(annotation):
                if field.inside:
                    found |= missing(shapes, field.inside, inner, seen)
                elif field.role not in OWN:
                    found.add(f"{name}.{key} has no shape for {inner.__name__}")
    return found


@pytest.mark.parametrize(("shapes", "request_type"), REQUESTS)
def test_every_field_that_an_sdk_can_send_is_known(shapes: Shapes, request_type: Any) -> None:
    assert sorted(missing(shapes, "body", request_type, set())) == []


@pytest.mark.parametrize("shapes", [CHAT, RESPONSES, EMBEDDINGS, MESSAGES])
def test_every_shape_that_a_field_names_exists(shapes: Shapes) -> None:
    named = {
        field.inside
        for shape in shapes.values()
        for fields in (shape.fields, *shape.kinds.values())
        for field in fields.values()
        if field.inside
    }
    assert named - shapes.keys() == set()


@pytest.mark.parametrize("shapes", [CHAT, RESPONSES, EMBEDDINGS, MESSAGES])
def test_every_shape_is_in_use(shapes: Shapes) -> None:
    named = {
        field.inside
        for shape in shapes.values()
        for fields in (shape.fields, *shape.kinds.values())
        for field in fields.values()
    }
    assert shapes.keys() - named == {"body"}
