"""The fields of Anthropic's messages and count_tokens.

Source: the request types of the `anthropic` SDK, beta ones included; a test walks them and fails
when a field is missing here.
"""

from __future__ import annotations

from privity.gateway.wire.schema import (
    ACCOUNT,
    FILE,
    FREE,
    ID,
    IMAGE,
    MODEL,
    NUMBER,
    OPAQUE,
    STATE,
    TEXT,
    WORD,
    Shapes,
    fields,
    shape,
)

MESSAGES: Shapes = {
    "body": shape(
        {
            "model": MODEL,
            "messages": TEXT.of("message"),
            "system": TEXT.of("block"),
            "metadata": ACCOUNT.of("metadata"),
            **fields(NUMBER, "max_tokens temperature top_k top_p"),
            **fields(WORD, "stream service_tier speed inference_geo betas"),
            **fields(
                WORD.of("setting"),
                "thinking tool_choice context_management output_config cache_control"
                " billing_policy compaction diagnostics fallbacks fallback_credit_token thread"
                " output_format",
            ),
            "container": STATE.of("container"),
            "mcp_servers": TEXT.of("server"),
            "stop_sequences": TEXT,
            "tools": TEXT.of("tool"),
            "user_profile_id": STATE,
            "workspace_id": ID,
        }
    ),
    "metadata": shape({"user_id": ACCOUNT}),
    "message": shape(
        {
            "role": WORD,
            "content": TEXT.of("block"),
            "clear_at": WORD,
            "output_config": WORD.of("setting"),
        }
    ),
    "block": shape(
        {
            **fields(
                WORD,
                "type name toolset_name tool_name stop_reason error_code file_type is_error"
                " is_file_update mcp_server_name server_name",
            ),
            **fields(ID, "id tool_use_id tab_id download_id"),
            **fields(
                TEXT,
                "text thinking title context url page_age retrieved_at stdout stderr lines"
                " error_message path error",
            ),
            **fields(OPAQUE, "signature data encrypted_content encrypted_stdout"),
            **fields(
                NUMBER,
                "return_code num_lines start_line total_lines new_lines new_start old_lines"
                " old_start size_bytes",
            ),
            "active": WORD,
            "content": TEXT.of("block"),
            "source": TEXT.of("source"),
            "citations": TEXT.of("citation"),
            "input": FREE,
            "cache_control": WORD.of("setting"),
            "caller": WORD.of("caller"),
            "transformations": WORD.of("setting"),
            "tabs": TEXT.of("block"),
            "state_changes": TEXT.of("block"),
            "tool_references": TEXT.of("block"),
            "tool_changes": TEXT.of("block"),
            "file_id": ID,
            "tool": TEXT.of("tool"),
            "tools": TEXT.of("tool"),
            "from": TEXT.of("setting"),
            "to": TEXT.of("setting"),
            "trigger": FREE,
        },
        {
            "container_upload": {"file_id": STATE},
            "image": {"source": TEXT.of("image")},
        },
    ),
    "source": shape(
        {
            "type": WORD,
            "media_type": TEXT,
            "data": FILE,
            "url": FILE,
            "file_id": STATE,
            "content": TEXT.of("block"),
        },
        {"text": {"data": TEXT}},
    ),
    "image": shape(
        {"type": WORD, "media_type": TEXT, "data": IMAGE, "url": IMAGE, "file_id": STATE}
    ),
    "citation": shape(
        {
            "type": WORD,
            **fields(TEXT, "cited_text document_title title url source"),
            "encrypted_index": OPAQUE,
            "file_id": ID,
            "enabled": WORD,
            **fields(
                NUMBER,
                "document_index start_char_index end_char_index start_page_number"
                " end_page_number start_block_index end_block_index search_result_index",
            ),
        }
    ),
    "caller": shape({"type": WORD, "tool_id": ID}),
    "container": shape({"id": STATE, "skills": TEXT.of("skill")}),
    "skill": shape({"type": WORD, "skill_id": TEXT, "version": TEXT}),
    "server": shape(
        {
            **fields(WORD, "type name"),
            **fields(TEXT, "url authorization_token"),
            "tool_configuration": WORD.of("setting"),
        }
    ),
    "tool": shape(
        {
            **fields(
                WORD,
                "type name strict defer_loading eager_input_streaming allowed_callers"
                " mcp_server_name enabled response_inclusion use_cache enable_zoom tool_name"
                " server_name",
            ),
            **fields(TEXT, "description allowed_domains blocked_domains"),
            **fields(FREE, "input_schema input_examples configs"),
            **fields(
                NUMBER,
                "max_characters max_uses max_content_tokens max_tokens display_height_px"
                " display_width_px display_number",
            ),
            **fields(
                WORD.of("setting"),
                "cache_control caching citations user_location url_sources default_config",
            ),
            "tools": TEXT.of("tool"),
            "tool": TEXT.of("tool"),
            "definition": TEXT.of("tool"),
            "model": MODEL,
        }
    ),
    "setting": shape(
        {
            **fields(
                WORD,
                "type ttl effort display mode name disable_parallel_tool_use clear_tool_inputs"
                " exclude_tools pause_after_compaction allowed_tools enabled speed bill_to"
                " oversized_image prefix_mismatch_behavior",
            ),
            **fields(
                WORD.of("setting"),
                "edits keep trigger clear_at_least task_budget format block_binding"
                " output_config thinking client_tool_results server_tool_results user_input tools",
            ),
            **fields(NUMBER, "budget_tokens value total remaining max_tokens"),
            **fields(TEXT, "instructions city country region timezone"),
            "schema": FREE,
            "model": MODEL,
            "previous_message_id": ID,
            "token": ID,
            "defer_loading": WORD,
        },
        {"continue": {"previous_message_id": STATE}},
    ),
}
