"""Which endpoint a request is for."""

import pytest

from privity.gateway.wire.endpoint import Endpoint, match_endpoint

ANTHROPIC = {"anthropic-version": "2023-06-01"}


@pytest.mark.parametrize("endpoint", Endpoint)
def test_every_endpoint_is_found_at_its_path(endpoint: Endpoint) -> None:
    headers = ANTHROPIC if endpoint is Endpoint.ANTHROPIC_MODELS else {}
    assert match_endpoint(endpoint.method, endpoint.path, headers) is endpoint


@pytest.mark.parametrize(
    ("path", "headers", "endpoint"),
    [
        ("/v1/models", {}, Endpoint.OPENAI_MODELS),
        ("/v1/models", {"authorization": "Bearer k"}, Endpoint.OPENAI_MODELS),
        ("/v1/models", ANTHROPIC, Endpoint.ANTHROPIC_MODELS),
        ("/v1/models", {"x-api-key": "k"}, Endpoint.ANTHROPIC_MODELS),
        ("/v1/models/gpt-4o", {}, Endpoint.OPENAI_MODELS),
        ("/v1/models/acme/model:7b", {}, Endpoint.OPENAI_MODELS),
        ("/v1/models/claude-sonnet-4-20250514", ANTHROPIC, Endpoint.ANTHROPIC_MODELS),
    ],
)
def test_models_are_those_of_the_provider_whose_client_asks(
    path: str, headers: dict[str, str], endpoint: Endpoint
) -> None:
    assert match_endpoint("GET", path, headers) is endpoint


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/chat/completions"),
        ("POST", "/v1/chat/completions/"),
        ("POST", "/v1/chat/completions/extra"),
        ("POST", "/v1/models"),
        ("POST", "/v1/files"),
        ("POST", "/v1/messages/batches"),
        ("GET", "/v1/models/"),
        ("GET", "/v1/models/zoe@example.org"),
        ("GET", "/v1/models/../files"),
        ("DELETE", "/v1/models/gpt-4o"),
        ("get", "/v1/models"),
        ("POST", ""),
    ],
)
def test_everything_else_is_no_endpoint(method: str, path: str) -> None:
    assert match_endpoint(method, path, {}) is None
