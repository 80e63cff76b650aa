"""Refusals in the shape that each provider's client library expects.

Sources: OpenAI's error object (`error` with `message`, `type`, `param`, `code`) and, in a stream, a
`data:` line with it; in a responses stream clients read an event named `error`, whose fields stand
at its top. Anthropic's error object (`type: error`, `error` with `type` and `message`) and, in a
stream, an event named `error`. `code` is privity's own and stable; Anthropic's shape has no place
for it but the message, so there it stands in front.

The message comes from an error's `detail` and `remedy`, which hold no person's text.
"""

from __future__ import annotations

from typing import assert_never

import orjson

from privity.gateway.wire.endpoint import Provider

OPENAI_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}
ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    529: "overloaded_error",
}
FIRST_SERVER_ERROR = 500


def refusal(provider: Provider, status: int, code: str, message: str, *, stream: bool) -> bytes:
    """Return the body of an error, or its event when an answer is already being streamed."""
    match provider:
        case Provider.OPENAI:
            return openai_refusal(status, code, message, stream=stream)
        case Provider.ANTHROPIC:
            return anthropic_refusal(status, code, message, stream=stream)
        case _:
            assert_never(provider)


def openai_refusal(status: int, code: str, message: str, *, stream: bool) -> bytes:
    """Return an error as OpenAI words it.

    In a stream it is one event that readers of both kinds understand: chat clients look for
    `error` in the data of any event, responses clients for `type: error` and the fields beside it.
    """
    kind = OPENAI_TYPES.get(status, error_kind(status, "invalid_request_error", "server_error"))
    error = {"message": message, "type": kind, "param": None, "code": code}
    if not stream:
        return orjson.dumps({"error": error})
    event = {"type": "error", "code": code, "message": message, "param": None, "error": error}
    return b"data: " + orjson.dumps(event) + b"\n\n"


def anthropic_refusal(status: int, code: str, message: str, *, stream: bool) -> bytes:
    """Return an error as Anthropic words it."""
    kind = ANTHROPIC_TYPES.get(status, error_kind(status, "invalid_request_error", "api_error"))
    event = {"type": "error", "error": {"type": kind, "message": f"{code}: {message}"}}
    data = orjson.dumps(event)
    return b"event: error\ndata: " + data + b"\n\n" if stream else data


def error_kind(status: int, caller: str, server: str) -> str:
    """Return the kind of an error by who is at fault."""
    return server if status >= FIRST_SERVER_ERROR else caller
