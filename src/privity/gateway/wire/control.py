r"""Which control values pass without being scanned, and why that is safe.

Most strings of a request are prose or code; some steer the provider: a role, a type, a tool's
name, an id, a model. To scan those would find dates in model names and break requests. But any
position can be misused, so a control value passes only if it has a form that personal data does
not take; anything else is text like the rest and is scanned.

- WORD: one identifier of at most 64 letters, digits, `_` and `-`, with fewer than seven digits
  apart from a version's date. That leaves out e-mail and IP addresses, phone, card, bank and
  identity numbers, and any prose. It lets a single bare word pass, such as a tool called
  `okafor`; the limitations page says so.
- ID: a prefix that providers and their libraries use, and at least 16 letters and digits; or a
  UUID. Ids that clients make up (`call_1`) are scanned, and treated alike wherever they stand.
- MODEL: what catalogues hold, such as `gpt-4o-2024-08-06` or `accounts/x/models/y`; never an
  address with `@` before a dotted domain, nor seven digits apart from a version's date.
- OPAQUE: at least 40 characters of base64. The provider made and sealed it from text that had
  been minimized; nobody else can read or change it.
- `FAMILIAR`: a closed list of words of JSON Schema and of the wire formats, which are the bulk of
  an agent's tool definitions. A closed list cannot hold anyone's data, so these pass anywhere.

All patterns are linear: possessive, or without nested repetition.
"""

from __future__ import annotations

import re

from privity.gateway.wire.schema import Role

FAMILIAR_WORDS = """
    $defs $ref $schema additionalProperties allOf anyOf array boolean const content contentEncoding
    contentMediaType date-time default definitions deprecated description else email enum examples
    exclusiveMaximum exclusiveMinimum format if integer items maxItems maxLength maxProperties
    maximum minItems minLength minProperties minimum multipleOf name not null number object oneOf
    pattern prefixItems properties propertyNames readOnly required string then title type
    uniqueItems uri url uuid writeOnly
    http://json-schema.org/draft-07/schema# https://json-schema.org/draft/2020-12/schema
    assistant auto developer ephemeral function input_text json_object json_schema low medium
    high message none output_text reasoning.encrypted_content system text
    thinking tool tool_result tool_use user 5m 1h 24h device_id account_uuid session_id user_id
"""
FAMILIAR = frozenset(FAMILIAR_WORDS.split())

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
DATE = re.compile(r"20[0-9]{2}([_-]?)[0-9]{2}\1[0-9]{2}")
SEVEN_DIGITS = re.compile(r"(?:[^0-9]*+[0-9]){7}")
ID = re.compile(
    r"(?:call|chatcmpl|ci|cmp|ctc|cu|fc|fco|file|fs|ig|lsh|mcp|mcpl|mcpr|mcptoolu|msg|prog|req|"
    r"resp|rs|sh|srvtoolu|toolu|tsc|vrtx_toolu|toolu_bdrk|toolu_vrtx|ws)[_-][A-Za-z0-9]{16,96}"
    r"|(?:[a-z]{1,8}_)?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
)
MODEL = re.compile(r"[A-Za-z0-9@][A-Za-z0-9_./:@+-]{0,199}")
MAIL = re.compile(r"@[^@]*\.[A-Za-z]")
LETTER = re.compile(r"[A-Za-z]")
OPAQUE = re.compile(r"[A-Za-z0-9+/_=-]{40,}+")
DATA_URI = re.compile(r"data:[a-z]{1,16}/[A-Za-z0-9.+-]{1,64};base64,[A-Za-z0-9+/_=-]*+")
BARE_BASE64 = re.compile(r"[A-Za-z0-9+/_=\r\n-]{40,}+")
SHORT_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
DIGITS = 7
"""A number with this many digits could be a phone, card or identity number."""


def must_scan(role: Role, text: str) -> bool:
    """Say whether a string in a position of this role has to be scanned like any text."""
    match role:
        case Role.WORD:
            return not is_word(text)
        case Role.ID:
            return not ID.fullmatch(text)
        case Role.MODEL:
            return not is_model(text)
        case Role.OPAQUE:
            return not OPAQUE.fullmatch(text)
        case Role.IMAGE | Role.AUDIO | Role.FILE:
            return not is_encoded_media(text)
        case _:
            return True


def is_word(text: str) -> bool:
    """Say whether a string is one identifier that holds no long number."""
    return bool(WORD.fullmatch(text)) and not has_long_number(text)


def is_model(text: str) -> bool:
    """Say whether a string has the form of a model's name."""
    has_form = MODEL.fullmatch(text) and LETTER.search(text) and not MAIL.search(text)
    return bool(has_form) and not has_long_number(text)


def has_long_number(text: str) -> bool:
    """Say whether a name has seven digits or more, apart from the date of a version."""
    return bool(SEVEN_DIGITS.match(text)) and bool(SEVEN_DIGITS.match(DATE.sub("", text)))


def is_encoded_media(text: str) -> bool:
    """Say whether a string is nothing but base64, so that there is nothing in it to scan."""
    return bool(DATA_URI.fullmatch(text) or BARE_BASE64.fullmatch(text))


def can_be_named(key: str) -> bool:
    """Say whether an error message may name a caller's own key: only a short identifier."""
    return bool(SHORT_NAME.fullmatch(key)) and not SEVEN_DIGITS.match(key)


def is_long(number: bytes) -> bool:
    """Say whether a number, as written, has so many digits that it could be someone's."""
    return len(number) >= DIGITS and sum(48 <= byte <= 57 for byte in number) >= DIGITS  # noqa: PLR2004


def is_short_setting(number: bytes) -> bool:
    """Say whether a setting's whole part is short; fractions may be long, as 0.1 + 0.2 is."""
    return not is_long(number.partition(b".")[0])
