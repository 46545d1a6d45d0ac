# SPDX-License-Identifier: Apache-2.0
"""What may go wrong, as exceptions: one class a kind of answer, each with the problem's stable code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class OnceError(Exception):
    """Anything that the client raises."""


class UnreachableError(OnceError):
    """No answer came, however often it was tried: it is not known whether the request was taken."""


class ProblemError(OnceError):
    """A refusal (RFC 9457). Branch on `code`; `title` and `next` are for people, `facts` for programs."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status: Final = status
        self.code: Final = str(document.get("code", ""))
        self.title: Final = str(document.get("title", ""))
        self.detail: Final = str(document.get("detail", ""))
        self.next: Final = str(document.get("next", ""))
        self.request: Final = str(document.get("instance", "")).rpartition(":")[2]
        known = {"type", "title", "status", "detail", "instance", "code", "next"}
        self.facts: Final = {name: value for name, value in document.items() if name not in known}
        super().__init__(" ".join(filter(None, (self.code or str(status), self.title, self.next))))


class InvalidRequestError(ProblemError):
    """400, 413, 415, 422: the request has to be changed."""


class AuthenticationError(ProblemError):
    """401: no API key, or one that is not known or has expired."""


class ForbiddenError(ProblemError):
    """403: the key may not do this."""


class SignYourselfError(ForbiddenError):
    """`key.not_custodial`: the department keeps its own key; see `OnceClient.sign_with`."""


class NotFoundError(ProblemError):
    """404: not there, or not yours to see."""


class ConflictError(ProblemError):
    """409, 412: what the request rests on is no longer so."""


class TakenBackError(ConflictError):
    """`acceptance.retracted`: the acceptance does not stand any more; check again."""


class UnavailableError(ProblemError):
    """429, 503: later; it was tried again before this was raised."""


class ServerError(ProblemError):
    """Another 5xx: quote `request` to the operator."""


_BY_CODE: Final[dict[str, type[ProblemError]]] = {
    "key.not_custodial": SignYourselfError,
    "acceptance.retracted": TakenBackError,
}
_BY_STATUS: Final[dict[int, type[ProblemError]]] = {
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
    429: UnavailableError,
    503: UnavailableError,
}


def problem_error(status: int, document: object) -> ProblemError:
    """The exception of a refusal; what is no problem document still has its status."""
    members = document if isinstance(document, dict) else {}
    default = ServerError if status >= 500 else InvalidRequestError  # RFC 9110 section 15
    kind = _BY_CODE.get(str(members.get("code"))) or _BY_STATUS.get(status, default)
    return kind(status, members)
