"""What people, staff and agents cannot do as they asked: the caller must act."""

from __future__ import annotations

from privity.errors.root import CallerError


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


class AccessDenied(CallerError):
    """The rules of access, or two people instead of one, stand against it."""

    code = "access_denied"
    status = 403
    remedy = "`privity access explain` says which rule decides; ask who may approve it."


class UsedBefore(AccessDenied):
    """What is good once was shown a second time."""

    code = "used_before"
    remedy = "Take a new code, or begin again."


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
