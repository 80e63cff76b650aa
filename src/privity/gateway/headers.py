"""Which headers and queries pass, in both directions. What is not listed does not.

Invariants: no prose, address or long number passes: every value that passes has a closed form, and
fewer than seven digits apart from a version's date, unless it is random. Cookies, client addresses,
user agents and the tools' own telemetry stay here; so do session ids, and idempotency keys that
somebody made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qsl

from privity.errors import BadBody, UnknownField, UnsupportedEncoding
from privity.gateway.wire.control import has_long_number

Headers = Mapping[str, str]

_ONCE = frozenset(
    {
        "authorization",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "x-api-key",
        "x-privity-conversation",
        "x-privity-person",
        "x-privity-person-token",
        "x-privity-age-band",
        "sec-gpc",
        "x-privity-region",
    }
)
_WORD = re.compile(r"[A-Za-z0-9._-]{1,128}")
_WORDS = re.compile(r"[A-Za-z0-9._=-]{1,64}(?:[ ,]{1,2}[A-Za-z0-9._=-]{1,64}){0,63}")
_BETWEEN = re.compile(r"[ ,]+")
_RANDOM = re.compile(
    r"(?:stainless-[a-z]{1,16}-retry-)?"
    r"(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{32,64})"
)


def _is_words(value: str) -> bool:
    """Say whether a value is names of versions and features, of which none holds a long number."""
    words = _BETWEEN.split(value) if _WORDS.fullmatch(value) else ()
    return bool(words) and not any(has_long_number(word) for word in words)


def _is_random(value: str) -> bool:
    """Say whether a value is a UUID or digest, as client libraries make them."""
    return bool(_RANDOM.fullmatch(value))


_PASS: Mapping[str, Callable[[str], bool]] = {
    "anthropic-version": _is_words,
    "anthropic-beta": _is_words,
    "openai-beta": _is_words,
    "idempotency-key": _is_random,
}
_PASS_WITH_OWN_KEY = {"openai-organization": _WORD, "openai-project": _WORD}
_CREDENTIALS = ("authorization", "x-api-key")
_BACK = re.compile(
    r"request-id|x-request-id|retry-after|retry-after-ms|x-should-retry"
    r"|anthropic-ratelimit-[a-z0-9-]+|x-ratelimit-[a-z0-9-]+"
    r"|openai-(?:processing-ms|version|model)|anthropic-organization-id"
)
_TYPE_BACK = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; ?charset=[a-zA-Z0-9-]+)?")
_VALUE_BACK = re.compile(r"[A-Za-z0-9 .,:;+_/=-]{0,256}")
_QUERY = {
    "beta": re.compile(r"true|false"),
    "limit": re.compile(r"[0-9]{1,4}"),
    "order": re.compile(r"asc|desc"),
    "after": _WORD,
    "after_id": _WORD,
    "before_id": _WORD,
}
_MODEL_PATH = re.compile(r"/v1/models(?:/[A-Za-z0-9._:-]{1,128}){0,3}")
_TYPES = re.compile(r"application/json(?:\s*;\s*charset=\"?utf-8\"?)?\s*", re.IGNORECASE)


def read_headers(given: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by lower-case name. Raises BadBody when one that decides comes twice."""
    headers: dict[str, str] = {}
    for name, value in given:
        key = name.decode("latin-1")
        if key in headers:
            if key in _ONCE:
                message = f"the header {key} is there twice"
                raise BadBody(message)
            headers[key] += ", " + value.decode("latin-1")
        else:
            headers[key] = value.decode("latin-1")
    return headers


def check_encoding(headers: Headers) -> None:
    """Raise UnsupportedEncoding unless the body is plain JSON."""
    if headers.get("content-encoding", "identity") != "identity":
        message = "the body is compressed"
        raise UnsupportedEncoding(message)
    if not _TYPES.fullmatch(headers.get("content-type", "")):
        message = "the body is not declared as application/json in UTF-8"
        raise UnsupportedEncoding(message)


def outbound_headers(headers: Headers, *, own_key: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers that go to the provider; `own_key`: the client's key goes with them."""
    passing = [
        (name, headers[name])
        for name, passes in _PASS.items()
        if name in headers and passes(headers[name])
    ]
    if own_key:
        passing += [(name, headers[name]) for name in _CREDENTIALS if name in headers]
        passing += [
            (name, headers[name])
            for name, form in _PASS_WITH_OWN_KEY.items()
            if name in headers and form.fullmatch(headers[name])
        ]
    return tuple(passing)


def inbound_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers of an answer that go back to the client."""
    return tuple(
        (name, value)
        for name, value in ((name.lower(), value) for name, value in headers)
        if (_BACK.fullmatch(name) and _VALUE_BACK.fullmatch(value))
        or (name == "content-type" and _TYPE_BACK.fullmatch(value))
    )


def check_path(path: str) -> None:
    """Raise UnknownField when the path of a model could hold anything but a model's name."""
    if not path.startswith("/v1/models"):
        return
    if not _MODEL_PATH.fullmatch(path) or "/." in path or has_long_number(path[3:]):
        message = "the model's name in the path has another form than names of models have"
        raise UnknownField(message)


def check_query(query: bytes) -> str:
    """Return a query that may pass. Raises UnknownField when it could hold text."""
    if not query:
        return ""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:  # the inner error would name what was sent
        message = "the query cannot be read"
        raise UnknownField(message) from None
    for name, value in pairs:
        form = _QUERY.get(name)
        if form is None or not form.fullmatch(value) or has_long_number(value):
            message = "the query has a parameter or value that privity does not know"
            raise UnknownField(message)
    return "&".join(f"{name}={value}" for name, value in pairs)
