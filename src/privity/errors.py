"""Every error of privity, with its code, grouped by who must act: the caller, the operator, or us.

Invariants: a code never changes its meaning; `detail` never holds a person's text; every error
says what to do next. `docs/errors.md` is checked against this file.
"""

from __future__ import annotations

from typing import ClassVar


class PrivityError(Exception):
    """An error with a stable code, an HTTP status and a remedy.

    `detail` says what happened, in words that hold no personal data.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    remedy: ClassVar[str] = "Report this with its code and time; it is a defect in privity."

    def __init__(self, detail: str, again_in: int = 0) -> None:
        """`again_in`: after how many seconds it is worth trying again; 0: nobody knows."""
        super().__init__(detail)
        self.detail = detail
        self.again_in = again_in


# The caller must act: the request, the file or the command line is at fault.


class CallerError(PrivityError):
    """The request cannot be served as it is."""

    code = "bad_request"
    status = 400
    remedy = "Change the request as the message says and send it again."


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


class ChoiceNotOffered(CallerError):
    """The policy leaves nothing of this kind to decide, or not this value."""

    code = "choice_not_offered"
    remedy = "Choose one of the values that `privity choices show` and the pages list."


class NoticeOutdated(CallerError):
    """Another notice is in force than the one that was shown."""

    code = "notice_outdated"
    status = 409
    remedy = "Show the notice that GET /privity/notice gives now."


class PassInvalid(CallerError):
    """A link to a person's pages is none of ours, has ended, or was used."""

    code = "pass_invalid"
    status = 401
    remedy = "Open your privacy page from the application again."


class BadAge(CallerError):
    """An age, an age band or a month of birth that is none."""

    code = "bad_age"
    remedy = "Send one of the age bands in docs/minors.md, or a month of birth that is past."


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


class NotSignedIn(CallerError):
    """The page or the call needs a person who is signed in, and the session is none or over."""

    code = "not_signed_in"
    status = 401
    remedy = "Open your privacy page from the application again, or sign in."


class SignInAgain(CallerError):
    """The act needs a person who showed within the last five minutes who they are."""

    code = "sign_in_again"
    status = 403
    remedy = "Open your privacy page from the application again, or sign in again; then repeat it."


class SecondFactorNeeded(CallerError):
    """The act needs somebody of the staff who showed a second factor within five minutes."""

    code = "second_factor_needed"
    status = 403
    remedy = "Show your second factor again; then repeat it."


class FormRefused(CallerError):
    """A form came from elsewhere, without the token of its session, or cannot be read."""

    code = "form_refused"
    status = 403
    remedy = "Open the page again and send the form from there."


class RecordUnknown(CallerError):
    """There is nothing of this id that belongs to the person."""

    code = "record_unknown"
    status = 404
    remedy = "Look at what is kept now; it may be deleted already."


class ConsentOutOfTurn(CallerError):
    """A parent's consent is not in a state in which this can happen."""

    code = "consent_out_of_turn"
    status = 409
    remedy = "Look at the state of the consent; if it ended or lapsed, ask for a new one."


class RateLimited(CallerError):
    """The application or the person asks more often than the operator allows."""

    code = "rate_limited"
    status = 429
    remedy = "Wait as long as the header retry-after says; the operator may raise the limit."


class AccessDenied(CallerError):
    """The rules of access, or two people instead of one, stand against it."""

    code = "access_denied"
    status = 403
    remedy = "`privity access explain` says which rule decides; ask who may approve it."


class RequestState(CallerError):
    """A request about somebody's data cannot make this move from where it stands."""

    code = "request_state"
    status = 409
    remedy = "Look at it with `privity requests show`; a closed request stays closed."


class RequestUnknown(CallerError):
    """There is no request about somebody's data of this id, or not for whoever asks."""

    code = "request_unknown"
    status = 404
    remedy = "Check the id; `privity requests list` shows those that are open."


class AgentRefused(CallerError):
    """A message of an agent is not what the Data Rights Protocol wants, or not ours."""

    code = "agent_refused"
    status = 403
    remedy = "Check key, token, times and addressee of the message, and that it is sent once."


class BadInput(CallerError):
    """A file or an argument of a command cannot be used."""

    code = "bad_input"
    remedy = "Check the file and the command's --help."


# The operator must act: the installation is at fault.


class OperatorError(PrivityError):
    """The installation cannot do its work safely, so it does not do it."""

    code = "unavailable"
    status = 503
    remedy = "Run `privity doctor` on the server."


class Overloaded(OperatorError):
    """More requests are under way than the limit."""

    code = "overloaded"
    remedy = "Try again shortly; the operator may raise limits.max_concurrency or add workers."


class DetectorUnavailable(OperatorError):
    """The detector failed or is not ready, so nothing may leave."""

    code = "detector_unavailable"


class DatabaseUnavailable(OperatorError):
    """The database cannot be read or written, so nothing may leave."""

    code = "database_unavailable"
    remedy = "Check that the database is up and has space; then try again."


class LogUnavailable(OperatorError):
    """The audit log cannot be written, so nothing may leave."""

    code = "log_unavailable"
    remedy = "Run `privity log verify` and check the database."


class KeyStoreUnavailable(OperatorError):
    """The key custodian cannot be reached or refuses, so nothing may leave."""

    code = "key_store_unavailable"
    remedy = "Check the key URI in the settings and the custodian it names."


class UpstreamUnavailable(OperatorError):
    """The provider could not be reached, or broke off."""

    code = "upstream_unavailable"
    status = 502
    remedy = "Try again; if it lasts, check the upstream address in the settings."


class IdentityUnavailable(OperatorError):
    """The keys of the identity provider cannot be read, so no token of a person can be checked."""

    code = "identity_unavailable"
    remedy = "Check identity.keys in the settings, and whether the provider can be reached."


class EgressRefused(OperatorError):
    """A connection would go to an address that neither the policy nor the settings declare."""

    code = "egress_refused"
    status = 502
    remedy = "If the provider really is in a private network, declare its range in egress.ranges."


class WitnessUnavailable(OperatorError):
    """A witness could not be reached, or did not cosign; nothing waits for it."""

    code = "witness_unavailable"
    status = 502
    remedy = "Check the witness and its line in the file that witnesses.file names."


class MailUnavailable(OperatorError):
    """The mail server could not be reached, did not prove who it is, or refused us."""

    code = "mail_unavailable"
    remedy = "Check [mail] in settings.toml with `privity mail test`; letters wait meanwhile."


class CredentialMissing(OperatorError):
    """No credential for the provider is configured."""

    code = "credential_missing"
    remedy = "Set the environment variable or file named in the settings under upstream."


class PolicyInvalid(OperatorError):
    """The policy does not load."""

    code = "policy_invalid"
    remedy = "Mend the policy at the line named; `privity policy check` shows all errors."


class AccessRulesInvalid(OperatorError):
    """The rules that say what staff may do are not sound."""

    code = "access_rules_invalid"
    remedy = "Mend the rule named; rules of your own may only forbid, and each needs an @id."


class NoticeTooShort(OperatorError):
    """The policy allows more, and people could not read that for long enough before it holds."""

    code = "notice_too_short"
    remedy = "Announce it: `privity policy adopt --review ID --effective DATE`."


class PolicyWidened(OperatorError):
    """The policy allows more than the one in force, without an approved privacy review."""

    code = "policy_widened"
    remedy = "Have the change reviewed, then run `privity policy adopt --review ID`."


class DetectorsInvalid(OperatorError):
    """A pattern or word list of the team does not load, or does not hold to its examples."""

    code = "detectors_invalid"
    remedy = "Mend the rule named in detectors/; `privity detectors check` shows all errors."


class SettingsInvalid(OperatorError):
    """The settings do not load."""

    code = "settings_invalid"
    remedy = "Mend settings.toml as the message says; docs/settings.md lists every setting."


class InsecureListen(OperatorError):
    """Plain HTTP beyond loopback, or a TLS setting weaker than TLS 1.3 with AES-256."""

    code = "insecure_listen"
    remedy = "Give tls.certificate and tls.key, or listen on 127.0.0.1."


class HomeExists(OperatorError):
    """There is a home in this folder already; it is not overwritten."""

    code = "home_exists"
    remedy = "Choose another folder with --home, or use the one that is there."


class HomeMissing(OperatorError):
    """There is no home in this folder."""

    code = "home_missing"
    remedy = "Create one with `privity init --home DIR`."


class KeyExposed(OperatorError):
    """A key file may be read by others."""

    code = "key_exposed"
    remedy = "Run chmod 600 on the file and chmod 700 on its folder; then rotate the key."


class SchemaOutdated(OperatorError):
    """The database's schema is not the one this version needs."""

    code = "schema_outdated"
    remedy = "Run `privity migrate --home DIR` with the newest version that uses this database."


class LogCorrupt(OperatorError):
    """The audit log does not match its signed checkpoints."""

    code = "log_corrupt"
    remedy = "Stop, keep a copy of the database, and investigate: entries were changed or lost."


class Tampered(OperatorError):
    """A sealed record was altered or moved, or the key is not its key."""

    code = "tampered"
    status = 500
    remedy = "Investigate the storage: a record does not open at the place it was sealed for."


class NotErased(OperatorError):
    """After an erasure, a place still holds something of the person, or was not looked at."""

    code = "not_erased"
    status = 500
    remedy = "Run `privity requests complete` again; report it as a defect if it stays."


class RehearsalFailed(OperatorError):
    """The made-up person's access or erasure did not go as people are promised it does."""

    code = "rehearsal_failed"
    status = 500
    remedy = "Run `privity requests rehearse`; report it as a defect if it fails again."


class ClockDoubtful(OperatorError):
    """The clock jumped further than a sweep believes, so nothing is deleted by it."""

    code = "clock_doubtful"
    remedy = "Check the clock; if it is right, run `privity sweep --believe-clock`."


class RestoreUnfinished(OperatorError):
    """The database was put back from a backup, and later erasures were not made again yet."""

    code = "restore_unfinished"
    remedy = "Restore it with `privity restore`, which makes later erasures again."


class CanaryFound(OperatorError):
    """`privity prove` found planted text where none may be."""

    code = "canary_found"
    status = 500
    remedy = "Stop serving, look at the places listed, and report it as a security defect."


# We must act: a defect.


class SecretShown(PrivityError):
    """Personal data was about to leave its type."""

    code = "secret_shown"
