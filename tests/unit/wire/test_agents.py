"""Requests in the form that common coding agents send them are read without doubt."""

from typing import Any

import orjson

from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import Rules, read
from privity.model.reveal import reveal
from privity.model.text import RawBody
from privity.model.words import UnknownFields

STRICT = Rules(frozenset(), UnknownFields.REFUSE, 30)
CACHED = {"type": "ephemeral", "ttl": "1h"}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"command": {"type": "string", "description": "What to run"}},
    "required": ["command"],
    "additionalProperties": False,
}

CLAUDE_CODE: dict[str, Any] = {
    "model": "claude-sonnet-4-20250514",
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "<system-reminder>be brief</system-reminder>"},
                {"type": "text", "text": "echo zoe@example.org", "cache_control": CACHED},
            ],
        },
        {"role": "system", "content": "The date has changed."},
    ],
    "system": [
        {"type": "text", "text": "billing"},
        {"type": "text", "text": "You are an agent.", "cache_control": CACHED},
        {"type": "text", "text": "# Rules\n\n- none", "cache_control": CACHED},
    ],
    "tools": [
        {
            "name": f"Tool{n}",
            "description": "Runs a command.",
            "input_schema": SCHEMA,
            "eager_input_streaming": True,
        }
        for n in range(24)
    ],
    "metadata": {"user_id": '{"device_id":"d","account_uuid":"","session_id":"s"}'},
    "max_tokens": 32000,
    "thinking": {"type": "adaptive"},
    "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    "output_config": {"effort": "high"},
    "stream": True,
}

CODEX: dict[str, Any] = {
    "model": "gpt-5-codex",
    "instructions": "You are an agent.",
    "input": [
        {
            "type": "message",
            "id": "msg_32437d74-2b5f-5a1d-93aa-0123456789ab",
            "role": "developer",
            "content": [{"type": "input_text", "text": "<permissions>"}],
            "internal_chat_message_metadata_passthrough": {"turn_id": "t"},
        },
        {"role": "user", "content": [{"type": "input_text", "text": "echo zoe@example.org"}]},
    ],
    "tools": [
        {"type": "function", "name": "shell", "strict": False, "parameters": SCHEMA},
        {
            "type": "custom",
            "name": "apply_patch",
            "description": "Edits files.",
            "format": {"type": "grammar", "syntax": "lark", "definition": 'start: "x"'},
        },
        {"type": "web_search", "external_web_access": False},
    ],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "reasoning": {"effort": "medium", "summary": "auto"},
    "store": False,
    "stream": True,
    "include": ["reasoning.encrypted_content"],
    "prompt_cache_key": "01a20a34-aad3-7af0-bf7e-013ac20b5ddc",
    "client_metadata": {"x-codex-installation-id": "i"},
}


def test_a_request_of_claude_code_is_read() -> None:
    parsed = read(Endpoint.MESSAGES, RawBody(orjson.dumps(CLAUDE_CODE)), STRICT)
    assert "echo zoe@example.org" in [reveal(leaf.raw) for leaf in parsed.leaves]
    assert parsed.person is not None
    assert parsed.conversation is not None
    assert (reveal(parsed.person), reveal(parsed.conversation)) == ("d", "s")


def test_a_request_of_codex_is_read() -> None:
    parsed = read(Endpoint.RESPONSES, RawBody(orjson.dumps(CODEX)), STRICT)
    assert "echo zoe@example.org" in [reveal(leaf.raw) for leaf in parsed.leaves]
    assert parsed.conversation is not None
    assert reveal(parsed.conversation) == CODEX["prompt_cache_key"]


def test_the_words_of_json_schema_in_tools_are_not_scanned() -> None:
    parsed = read(Endpoint.MESSAGES, RawBody(orjson.dumps(CLAUDE_CODE)), STRICT)
    in_tools = [reveal(leaf.raw) for leaf in parsed.leaves][6:-2]
    assert in_tools == ["Runs a command.", "command", "What to run", "command"] * 24
