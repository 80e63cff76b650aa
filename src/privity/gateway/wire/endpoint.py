"""The endpoints that privity can minimize. Everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from privity.gateway.wire.control import is_model

MODEL_PREFIX = "/v1/models/"
ANTHROPIC_HEADERS = frozenset({"anthropic-version", "x-api-key"})


class Provider(Enum):
    """Whose wire format an endpoint speaks."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"


class Endpoint(Enum):
    """An endpoint: whose, by which method, at which path."""

    CHAT = (Provider.OPENAI, "POST", "/v1/chat/completions")
    RESPONSES = (Provider.OPENAI, "POST", "/v1/responses")
    EMBEDDINGS = (Provider.OPENAI, "POST", "/v1/embeddings")
    OPENAI_MODELS = (Provider.OPENAI, "GET", "/v1/models")
    MESSAGES = (Provider.ANTHROPIC, "POST", "/v1/messages")
    COUNT_TOKENS = (Provider.ANTHROPIC, "POST", "/v1/messages/count_tokens")
    ANTHROPIC_MODELS = (Provider.ANTHROPIC, "GET", "/v1/models")

    @property
    def provider(self) -> Provider:
        """Whose wire format it speaks."""
        return self.value[0]

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.value[1]

    @property
    def path(self) -> str:
        """The path; `/v1/models` also has one path below it for each model."""
        return self.value[2]


def match_endpoint(method: str, path: str, headers: Mapping[str, str]) -> Endpoint | None:
    """Return the endpoint that a request is for, or None: then it is refused.

    Paths match exactly; below `/v1/models` there is one path for each model. Both providers list
    models there: a client of Anthropic's is known by its headers (names in lower case).
    """
    for endpoint in Endpoint:
        if (endpoint.method, endpoint.path) == (method, path):
            return of_provider(endpoint, headers)
    if method == "GET" and path.startswith(MODEL_PREFIX) and is_model(path[len(MODEL_PREFIX) :]):
        return of_provider(Endpoint.OPENAI_MODELS, headers)
    return None


def of_provider(endpoint: Endpoint, headers: Mapping[str, str]) -> Endpoint:
    """Return the endpoint of the provider whose client this is, where two share a path."""
    if endpoint is Endpoint.OPENAI_MODELS and not ANTHROPIC_HEADERS.isdisjoint(headers):
        return Endpoint.ANTHROPIC_MODELS
    return endpoint
