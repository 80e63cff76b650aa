"""Who speaks in a body: the person, the conversation, its first words, its newest turn.

A body names a person by `safety_identifier`, `user` or `metadata.user_id`, and a conversation by
`prompt_cache_key` or by a session id inside `metadata.user_id`, in this order of trust. Agents send
JSON there, or one string of parts (`user_…_account_…_session_…`); of either, the part that stays
the same between sessions names the person.
"""

from __future__ import annotations

import re
from typing import TypeAlias

import orjson

Tree: TypeAlias = dict[str, object]

COMPOUND = re.compile(r"(user_[^_]+_account_[^_]*)_session_([^_]+)")
PERSON_PARTS = ("account_uuid", "account_id", "user_id", "device_id")
SESSION_PARTS = ("session_id", "conversation_id", "thread_id")
MADE_BY_MODEL = frozenset(
    {"reasoning", "compaction", "program", "mcp_list_tools", "mcp_approval_request"}
)


def person(tree: Tree) -> str | None:
    """Return what names the person, as it was written, or None."""
    for name in ("safety_identifier", "user"):
        named = tree.get(name)
        if isinstance(named, str) and named:
            return named
    return user_id_parts(tree)[0]


def conversation(tree: Tree) -> str | None:
    """Return what names the conversation, as it was written, or None."""
    key = tree.get("prompt_cache_key")
    if isinstance(key, str) and key:
        return key
    return user_id_parts(tree)[1]


def user_id_parts(tree: Tree) -> tuple[str | None, str | None]:
    """Return the person and the session that `metadata.user_id` names."""
    metadata = tree.get("metadata")
    if not isinstance(metadata, dict):
        return None, None
    user_id = metadata.get("user_id")
    session = first_of(metadata, SESSION_PARTS)
    if not isinstance(user_id, str) or not user_id:
        return None, session
    compound = COMPOUND.fullmatch(user_id)
    if compound:
        return compound[1], compound[2]
    try:
        parts = orjson.loads(user_id)
    except orjson.JSONDecodeError:
        return user_id, session
    if not isinstance(parts, dict):
        return user_id, session
    return first_of(parts, PERSON_PARTS) or user_id, first_of(parts, SESSION_PARTS) or session


def first_of(parts: Tree, names: tuple[str, ...]) -> str | None:
    """Return the first part that is there and says something."""
    for name in names:
        part = parts.get(name)
        if isinstance(part, str) and part:
            return part
    return None


def turns(tree: Tree, said_in: str) -> list[object]:
    """Return the turns of the conversation, in order; a lone string is one turn."""
    said = tree.get(said_in)
    if isinstance(said, list):
        return said
    return [] if said is None else [said]


def opening(said: list[object]) -> str:
    """Return the first text of the person, or of anyone; empty if nobody says anything."""
    asked = [turn for turn in said if isinstance(turn, dict) and turn.get("role") == "user"]
    for turn in (*asked, *said):
        text = first_text(turn)
        if text:
            return text
    return ""


def first_text(turn: object) -> str:
    """Return the first text of a turn: of its content, or of the first part that has one."""
    if isinstance(turn, str):
        return turn
    if not isinstance(turn, dict):
        return ""
    content = turn.get("content", turn.get("text"))
    for part in content if isinstance(content, list) else [content]:
        text = part.get("text") if isinstance(part, dict) else part
        if isinstance(text, str) and text:
            return text
    return ""


def newest(said: list[object]) -> int:
    """Return the index of the first turn after the last one that the model made."""
    for index in range(len(said) - 1, -1, -1):
        if is_made_by_model(said[index]):
            return index + 1
    return 0


def is_made_by_model(turn: object) -> bool:
    """Say whether a turn is an answer, a call or a thought of the model."""
    if not isinstance(turn, dict):
        return False
    kind = turn.get("type")
    is_call = isinstance(kind, str) and (kind.endswith("_call") or kind in MADE_BY_MODEL)
    return is_call or turn.get("role") == "assistant"


def is_persons(turn: object) -> bool:
    """Say whether a turn is the person's own words: not what a tool returned or an operator set."""
    if not isinstance(turn, dict):
        return isinstance(turn, str)
    content = turn.get("content")
    parts = content if isinstance(content, list) else ()
    returned = any(isinstance(part, dict) and part.get("type") == "tool_result" for part in parts)
    return turn.get("role") == "user" and not returned
