"""What an installation cannot do safely: the operator must act."""

from __future__ import annotations

from privity.errors.root import OperatorError


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


class CollectorUnavailable(OperatorError):
    """The collector of traces could not be reached, or did not take them; nothing waits for it."""

    code = "collector_unavailable"
    status = 502
    remedy = "Check traces.endpoint in the settings, and the collector it names."


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


class WatchRulesInvalid(OperatorError):
    """A rule that watches is not sound, or there is nothing here that can read it."""

    code = "watch_rules_invalid"
    remedy = "Mend the rule named, or install privity[watch]; `privity watch rules` checks all."


class ReceiverUnavailable(OperatorError):
    """The receiver of events could not be reached, or did not answer well; they are sent again."""

    code = "receiver_unavailable"
    remedy = "Check watch.* in settings.toml and the receiver; nothing is lost meanwhile."


class EventsRefused(OperatorError):
    """The receiver of events answered that it does not take these, now or later."""

    code = "events_refused"
    remedy = "Check what the receiver accepts; the log names the entries, and keeps them."


class CourseInvalid(OperatorError):
    """A course that staff take cannot be read."""

    code = "course_invalid"
    remedy = "Mend the course named; docs/training.md says how one is written."


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
