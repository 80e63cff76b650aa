"""What is wrong with a message, a file or an argument: the caller must act."""

from __future__ import annotations

from privity.errors.root import CallerError


class BadBody(CallerError):
    """The body is not one JSON object that can be read without doubt."""

    code = "bad_body"
    remedy = "Send one JSON object in UTF-8."


class DuplicateKey(CallerError):
    """An object names a key twice, so that two readers could see two bodies."""

    code = "duplicate_key"
    remedy = "Name each key of an object once."


class TooDeep(CallerError):
    """The body is nested deeper than the limit."""

    code = "too_deep"
    remedy = "Flatten the body, or ask the operator to raise limits.max_depth."


class TooLarge(CallerError):
    """The body is larger than the limit."""

    code = "too_large"
    status = 413
    remedy = "Send less at once, or ask the operator to raise limits.max_body_bytes."


class TooSlow(CallerError):
    """The body did not arrive within the limit."""

    code = "too_slow"
    status = 408
    remedy = "Send the body without long pauses."


class UnsupportedEncoding(CallerError):
    """The body is in an encoding that cannot be scanned."""

    code = "unsupported_encoding"
    status = 415
    remedy = "Send the body as uncompressed application/json in UTF-8."


class UnknownEndpoint(CallerError):
    """This address is not one that privity can minimize."""

    code = "unknown_endpoint"
    status = 404
    remedy = "Use an endpoint listed in docs/api.md."


class UnknownField(CallerError):
    """A field that could hold text is not one privity knows."""

    code = "unknown_field"
    remedy = "Remove the field, or let the policy treat unknown fields (accept.unknown_fields)."


class MediaRefused(CallerError):
    """An image, a file or audio cannot be scanned, and the policy does not let it pass."""

    code = "media_refused"
    remedy = "Send text, or let the policy accept this kind of media (accept.media)."


class Unscannable(CallerError):
    """Content in a form that hides text from inspection, such as token arrays or base64."""

    code = "unscannable"
    remedy = "Send the content as text."


class ProviderStateRefused(CallerError):
    """The request continues a conversation kept by the provider, which privity cannot see."""

    code = "provider_state_refused"
    remedy = "Send the earlier turns with the request instead of a reference to them."


class Unauthenticated(CallerError):
    """No valid key came with the request."""

    code = "unauthenticated"
    status = 401
    remedy = "Send a key made by `privity app add` as bearer token or x-api-key."


class ReceiptUnknown(CallerError):
    """There is no exchange of this id, or another application had it."""

    code = "receipt_unknown"
    status = 404
    remedy = "Ask for an id that privity gave, with the key that the exchange was made with."


class NotPermitted(CallerError):
    """The policy does not allow this."""

    code = "not_permitted"
    status = 403
    remedy = "Ask the operator which purposes the policy allows for this key."


class PersonUnproven(CallerError):
    """The application has to prove who speaks, and no valid token of the person came."""

    code = "person_unproven"
    status = 401
    remedy = "Send the person's token of the identity provider as x-privity-person-token."


class RecipientExcluded(CallerError):
    """The person does not share with the processor that the request would go to."""

    code = "recipient_excluded"
    status = 403
    remedy = "Use another provider that the policy names, or ask the person at /privacy."


class RateLimited(CallerError):
    """The application or the person asks more often than the operator allows."""

    code = "rate_limited"
    status = 429
    remedy = "Wait as long as the header retry-after says; the operator may raise the limit."


class MinorRefused(CallerError):
    """The person is, or may be, under the policy's age, and a parent's consent is not proven."""

    code = "minor_refused"
    status = 403
    remedy = "Ask for a parent's consent at /privacy/parent, or send an age that was checked."


class WrongRegion(CallerError):
    """The request would take a person's text to another region than theirs."""

    code = "wrong_region"
    status = 403
    remedy = "State the person's own region or none; `privity person move` changes it."


class PersonMoved(CallerError):
    """The person's region was changed while the request was under way."""

    code = "person_moved"
    status = 409
    remedy = "Send the request again."


class BadInput(CallerError):
    """A file or an argument of a command cannot be used."""

    code = "bad_input"
    remedy = "Check the file and the command's --help."
