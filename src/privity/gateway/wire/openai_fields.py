"""The fields of OpenAI's chat completions, responses and embeddings, and of those who speak alike.

Source: the request types of the `openai` SDK; a test walks them and fails when a field is missing
here. Fields of other providers that speak this format are marked.
"""

from __future__ import annotations

from privity.gateway.wire.schema import (
    ACCOUNT,
    AUDIO,
    FILE,
    FREE,
    HANDLE,
    ID,
    IMAGE,
    MODEL,
    NUMBER,
    OPAQUE,
    SEED,
    SPLIT,
    STATE,
    TEXT,
    WORD,
    Shape,
    Shapes,
    fields,
    shape,
)

ANYONE = {
    "user": ACCOUNT,
    "safety_identifier": ACCOUNT,
    "prompt_cache_key": ACCOUNT,
    "metadata": TEXT.of("metadata"),
}
METADATA = Shape({"user_id": ACCOUNT, "session_id": ACCOUNT}, is_open=True)
SAMPLING = {
    **fields(
        NUMBER,
        "frequency_penalty presence_penalty temperature top_p top_logprobs n max_tokens"
        " max_completion_tokens max_output_tokens max_tool_calls",
    ),
    "seed": SEED,
    "top_k": NUMBER,  # vLLM and others
    "min_p": NUMBER,
    "repetition_penalty": NUMBER,
}
SETTINGS = {
    **fields(
        WORD,
        "prompt_cache_retention reasoning_effort service_tier store stream verbosity truncation"
        " background logprobs parallel_tool_calls",
    ),
    **fields(
        WORD.of("setting"),
        "stream_options moderation prompt_cache_options modalities include image access_programs"
        " thinking",  # thinking: DeepSeek, GLM and others
    ),
    "enable_thinking": WORD,  # Qwen
    "chat_template_kwargs": FREE,  # vLLM
    "model": MODEL,
    "tools": TEXT.of("tool"),
    "tool_choice": WORD.of("tool"),
}
PART = {
    "type": WORD,
    "text": TEXT,
    "refusal": TEXT,
    "image_url": IMAGE.of("image"),
    "input_audio": AUDIO.of("audio"),
    "file": FILE.of("file"),
    "file_data": FILE,
    "file_url": FILE,
    "file_id": STATE,
    "filename": TEXT,
    "detail": WORD,
    "prompt_cache_breakpoint": WORD.of("setting"),
    "cache_control": WORD.of("setting"),  # OpenRouter and LiteLLM
    "video_url": IMAGE.of("image"),  # vLLM and Qwen
    "reasoning": TEXT,
    "thinking": TEXT,  # Mistral
    "signature": OPAQUE,
}
MESSAGE = {
    "role": WORD,
    "content": TEXT.of("part"),
    "name": HANDLE,
    "refusal": TEXT,
    "audio": STATE.of("kept_audio"),
    "function_call": TEXT.of("call"),
    "tool_calls": TEXT.of("call"),
    "tool_call_id": ID,
    "type": WORD,
    "annotations": FREE,
    "reasoning_content": TEXT,  # DeepSeek and others
    "reasoning": TEXT,  # OpenRouter, vLLM
    "reasoning_details": TEXT.of("reasoning"),  # OpenRouter
    "prefix": WORD,  # Mistral, DeepSeek: a flag
    "cache_control": WORD.of("setting"),
}
TOOLS = ("function", "tool")  # roles whose `name` is the name of a tool
CHAT: Shapes = {
    "body": shape(
        {
            **ANYONE,
            **SAMPLING,
            **SETTINGS,
            "messages": TEXT.of("message"),
            "audio": WORD.of("setting"),
            "function_call": WORD.of("tool"),
            "functions": TEXT.of("tool"),
            "logit_bias": FREE,
            "prediction": TEXT.of("message"),
            "response_format": WORD.of("setting"),
            "stop": TEXT,
            "web_search_options": WORD.of("setting"),
            **fields(FREE, "reasoning provider plugins usage transforms"),  # OpenRouter
        }
    ),
    "metadata": METADATA,
    "message": Shape(MESSAGE, {role: {**MESSAGE, "name": TEXT} for role in TOOLS}, told_by="role"),
    "part": shape(PART),
    "image": shape({"url": IMAGE, "detail": WORD, "format": WORD}),
    "audio": shape({"data": AUDIO, "format": WORD}),
    "file": shape({"file_data": FILE, "file_id": STATE, "filename": TEXT, "format": WORD}),
    "kept_audio": shape({"id": STATE, "data": AUDIO, "transcript": TEXT, "expires_at": SEED}),
    "reasoning": shape(
        {
            **fields(WORD, "type format"),
            **fields(TEXT, "text summary"),
            **fields(OPAQUE, "data signature"),
            "id": ID,
            "index": NUMBER,
        }
    ),
    "call": shape(
        {
            "id": ID,
            "type": WORD,
            "index": NUMBER,
            "function": TEXT.of("call"),
            "custom": TEXT.of("call"),
            "name": WORD,
            "arguments": FREE,
            "input": FREE,
            "extra_content": TEXT.of("extra"),  # Gemini's signatures
        }
    ),
    "extra": shape({"google": TEXT.of("extra"), "thought_signature": OPAQUE}),
    "tool": shape(
        {
            **fields(WORD, "type name mode strict syntax"),
            **fields(TEXT.of("tool"), "function custom allowed_tools tools format grammar"),
            **fields(TEXT, "description definition"),
            **fields(FREE, "parameters"),
            "cache_control": WORD.of("setting"),
        }
    ),
    "setting": shape(
        {
            **fields(
                WORD,
                "type mode ttl id include_usage include_obfuscation format strict name"
                " search_context_size prewarm enabled clear_thinking",
            ),
            **fields(
                WORD.of("setting"),
                "policy input output json_schema user_location approximate voice",
            ),
            **fields(TEXT, "description city country region timezone"),
            "schema": FREE,
            "model": MODEL,
            "budget_tokens": NUMBER,
        }
    ),
}
IDS = "id call_id approval_request_id caller_id fingerprint"
ITEM = {
    **PART,
    **fields(
        WORD, "role status phase name namespace execution async approve server_label code_type"
    ),
    **fields(ID, IDS),
    "content": TEXT.of("item"),
    "input": FREE,
    "output": TEXT.of("item"),
    "arguments": FREE,
    "caller": WORD.of("item"),
    "created_by": ACCOUNT,
    "annotations": TEXT.of("annotation"),
    "logprobs": SPLIT,
    "queries": TEXT,
    "results": TEXT.of("result"),
    "summary": TEXT.of("item"),
    "encrypted_content": OPAQUE,
    "action": TEXT.of("action"),
    "actions": TEXT.of("action"),
    "operation": TEXT.of("action"),
    "environment": TEXT.of("tool"),
    "pending_safety_checks": TEXT.of("check"),
    "acknowledged_safety_checks": TEXT.of("check"),
    "code": TEXT,
    "container_id": ID,
    "outputs": TEXT.of("outcome"),
    "outcome": TEXT.of("outcome"),
    **fields(TEXT, "stdout stderr logs url reason result revised_prompt size"),
    **fields(NUMBER, "max_output_length exit_code created_at"),
    "error": FREE,
    "tools": TEXT.of("tool"),
    "reasoning": TEXT.of("setting"),
    **fields(WORD, "background output_format quality"),
    "svg_usage": WORD.of("setting"),
    "internal_chat_message_metadata_passthrough": FREE,  # Codex
}
RESPONSES: Shapes = {
    "body": shape(
        {
            **ANYONE,
            **SAMPLING,
            **SETTINGS,
            "input": TEXT.of("item"),
            "instructions": TEXT,
            "background_options": STATE.of("background"),
            "context_management": WORD.of("setting"),
            "conversation": STATE,
            "previous_response_id": STATE,
            "prompt": STATE,
            "reasoning": WORD.of("setting"),
            "text": WORD.of("setting"),
            "client_metadata": FREE,  # Codex
        }
    ),
    "metadata": METADATA,
    "background": shape({"completion_window": TEXT, "continuation_id": STATE}),
    "item": shape(
        ITEM,
        {
            "configuration_update": {"text": WORD.of("setting"), "reasoning": WORD.of("setting")},
            "image_generation_call": {"result": IMAGE, "action": WORD},
            "image": {"url": IMAGE},
            "computer_screenshot": {"image_url": IMAGE, "file_id": STATE},
            "item_reference": {"id": STATE},
            "mcp_list_tools": {"tools": TEXT.of("tool")},
        },
    ),
    "image": shape({"url": IMAGE, "detail": WORD}),
    "audio": shape({"data": AUDIO, "format": WORD}),
    "file": shape({"file_data": FILE, "file_id": STATE, "filename": TEXT}),
    "annotation": shape(
        {
            "type": WORD,
            **fields(ID, "file_id container_id"),
            **fields(TEXT, "filename title url"),
            **fields(NUMBER, "index start_index end_index"),
        }
    ),
    "result": shape(
        {"attributes": FREE, "file_id": ID, "filename": TEXT, "score": NUMBER, "text": TEXT}
    ),
    "action": shape(
        {
            **fields(WORD, "type button"),
            **fields(
                TEXT.of("action"),
                "keys text query queries sources url pattern command commands working_directory"
                " diff path",
            ),
            **fields(NUMBER, "x y scroll_x scroll_y timeout_ms max_output_length"),
            "env": FREE,
            "user": ACCOUNT,
        }
    ),
    "check": shape({"id": ID, "code": TEXT, "message": TEXT}),
    "outcome": shape(
        {
            "type": WORD,
            "logs": TEXT,
            "url": IMAGE,
            "exit_code": NUMBER,
        }
    ),
    "tool": shape(
        {
            **fields(
                WORD,
                "type name mode strict syntax async defer_loading allowed_callers execution"
                " server_label require_approval read_only external_web_access environment action"
                " background complexity input_fidelity moderation output_format quality ranker"
                " search_content_types search_context_size effort memory_limit",
            ),
            **fields(
                WORD.of("tool"),
                "environment require_approval always never tools format allowed_tools"
                " tool_names ranking_options hybrid_search svg reasoning network_policy skills"
                " user_location input_image_mask function source",
            ),
            **fields(
                TEXT,
                "description definition server_description server_url authorization size city"
                " country region timezone path domain value allowed_domains version skill_id",
            ),
            **fields(
                FREE,
                "parameters output_schema input_schema headers filters annotations",
            ),
            **fields(
                NUMBER,
                "max_num_results score_threshold embedding_weight text_weight display_height"
                " display_width frame_count frame_duration_ms output_compression partial_images",
            ),
            **fields(
                STATE, "vector_store_ids connector_id tunnel_id file_ids file_id container_id"
            ),
            "domain_secrets": TEXT.of("tool"),
            "container": STATE.of("tool"),
            "model": MODEL,
            "image_url": IMAGE,
            "data": FILE,
            "media_type": TEXT,
        }
    ),
    "setting": shape(
        {
            **fields(
                WORD,
                "type mode ttl effort context generate_summary summary include_obfuscation"
                " verbosity name strict prewarm context_compression cyber enabled",
            ),
            **fields(WORD.of("setting"), "policy input output format"),
            **fields(
                NUMBER,
                "compact_threshold input_tokens output_tokens reasoning_tokens total_tokens",
            ),
            "description": TEXT,
            "schema": FREE,
            "model": MODEL,
            "comparison_response_id": ID,
        }
    ),
}
EMBEDDINGS: Shapes = {
    "body": shape(
        {
            "model": MODEL,
            "input": TEXT,
            "dimensions": NUMBER,
            "encoding_format": WORD,
            "user": ACCOUNT,
            "input_type": WORD,  # Voyage, NVIDIA and others
        }
    ),
}
