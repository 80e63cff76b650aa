"""The roots of all errors: what each has, and who must act."""

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


class CallerError(PrivityError):
    """The request cannot be served as it is."""

    code = "bad_request"
    status = 400
    remedy = "Change the request as the message says and send it again."


class OperatorError(PrivityError):
    """The installation cannot do its work safely, so it does not do it."""

    code = "unavailable"
    status = 503
    remedy = "Run `privity doctor` on the server."
