"""The endpoints that privity can minimize. Everything else is refused."""

from __future__ import annotations

from enum import Enum


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
