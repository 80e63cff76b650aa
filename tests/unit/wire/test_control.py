"""Which control values pass unscanned. Everything that could be someone's does not."""

import pytest

from privity.gateway.wire.control import can_be_named, is_encoded_media, must_scan
from privity.gateway.wire.schema import Role

PERSONAL = [
    "zoe@example.org",
    "Zoë",
    "Zoë Ødegård",
    "Zoe Odegard",
    "4155550132",
    "+1 415-555-0132",
    "x415-555-0132",
    "536-90-4399",
    "GB82WEST12345698765432",
    "4111-1111-1111-1111",
    "203.0.113.77",
    "2001:db8:85a3::8a2e:370:7334",
    "born-1984-05-02-in-oslo-at-4-kilos",
]


@pytest.mark.parametrize("role", [Role.WORD, Role.ID, Role.MODEL, Role.OPAQUE])
@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_in_a_control_position_is_scanned(role: Role, text: str) -> None:
    assert must_scan(role, text)


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (Role.WORD, "user"),
        (Role.WORD, "mcp__github__create_issue"),
        (Role.WORD, "web_search_20250305"),
        (Role.WORD, "web_search_preview_2025_03_11"),
        (Role.WORD, "computer-use-2024-10-22"),
        (Role.ID, "call_9pw1qnYzzzzzzzzzzzzzzzzz"),
        (Role.ID, "toolu_01A09q90qw90lq917835lq9"),
        (Role.ID, "msg_32437d74-2b5f-5a1d-93aa-0123456789ab"),
        (Role.ID, "32437d74-2b5f-5a1d-93aa-0123456789ab"),
        (Role.MODEL, "gpt-4o-2024-08-06"),
        (Role.MODEL, "claude-sonnet-4-20250514"),
        (Role.MODEL, "claude-3-5-sonnet@20240620"),
        (Role.MODEL, "ft:gpt-4o-mini-2024-07-18:acme::AbC12345"),
        (Role.MODEL, "accounts/fireworks/models/llama-v3p1-8b-instruct"),
        (Role.MODEL, "anthropic.claude-3-5-sonnet-20241022-v2:0"),
        (Role.MODEL, "@cf/meta/llama-2-7b-chat"),
        (Role.OPAQUE, "EqoBCkYIBBgCKkA" * 4 + "=="),
    ],
)
def test_control_values_in_common_use_pass(role: Role, text: str) -> None:
    assert not must_scan(role, text)


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.WORD, Role.ID, Role.MODEL, Role.OPAQUE}]
)
def test_everywhere_else_text_is_scanned(role: Role) -> None:
    assert must_scan(role, "user")


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("data:image/png;base64,iVBORw0KGgo=", True),
        ("UklGRiQAAABXQVZF" * 4, True),
        ("data:text/plain,zoe@example.org", False),
        ("https://example.org/zoe.png", False),
        ("zoe", False),
    ],
)
def test_only_base64_counts_as_encoded_media(text: str, *, encoded: bool) -> None:
    assert is_encoded_media(text) is encoded


@pytest.mark.parametrize(
    ("key", "named"),
    [("top_k", True), ("x" * 65, False), ("zoe@example.org", False), ("n4155550132", False)],
)
def test_an_error_names_a_key_only_if_it_is_a_short_identifier(key: str, *, named: bool) -> None:
    assert can_be_named(key) is named
