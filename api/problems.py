# SPDX-License-Identifier: Apache-2.0
"""Problems by RFC 9457: one exception for every refusal at a door, and how it is written out.

`{type, title, status, detail?, instance, code, next, ...facts}` as `application/problem+json`; title and
next step follow Accept-Language (zh unless en is preferred). A problem never repeats what was sent.
"""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any, Final, Literal

import orjson

from api.problem_texts import FALLBACK_CODE, PROBLEM_TEXTS, ProblemText
from attest.catalogue.reading import CatalogueError
from attest.errors import AttestError, CodeError, NoSuchCaseError
from attest.fields import FieldError
from ledger.errors import CommandRejected, LedgerError

Language = Literal["zh", "en"]
Header = tuple[bytes, bytes]

MEDIA_TYPE: Final = b"application/problem+json"
RESERVED: Final = frozenset({"type", "title", "status", "detail", "instance", "code", "next"})
RETRY_AFTER: Final = {
    "log.read_only": 30,
    "log.writer_failed": 5,
    "log.busy": 1,
    "log.no_checkpoint": 1,
    "chain.unreachable": 30,
    "quota.exceeded": 60,
}
"""Seconds of Retry-After where a problem does not say its own."""


class Problem(Exception):  # noqa: N818  # RFC 9457's own word
    """A refusal with a stable `code` (`area.cause`), an HTTP status and facts that a program can use.

    `detail` is about this occurrence and is written in English by us; it must not repeat request content.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        status: int | None = None,
        headers: tuple[Header, ...] = (),
        **facts: object,
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        if not RESERVED.isdisjoint(facts):
            raise ValueError(f"facts use reserved members: {sorted(RESERVED & facts.keys())}")
        self.code = code
        self.detail = detail
        self.status = status if status is not None else text_of(code).status
        self.headers = headers
        self.facts = facts
        self.recorded = "index" in facts
        """Whether the log holds an entry of this refusal, or its day's quota was asked for one."""
        self.case_no: str | None = None
        """The case that was tried, for that entry alone: the answer does not repeat it."""


def sentence_of(code: str, language: Language) -> str:
    """A refusal for people: what is wrong, and the next step."""
    text = text_of(code)
    return f"{text.zh}。{text.next_zh}" if language == "zh" else f"{text.en}. {text.next_en}"


def text_of(code: str) -> ProblemText:
    """The row of the table, or the fallback row: an unknown code is still a refusal, never a 5xx."""
    return PROBLEM_TEXTS.get(code) or PROBLEM_TEXTS[FALLBACK_CODE]


REFUSALS: Final = (Problem, FieldError, AttestError, LedgerError)
"""What `problem_of` tells by a code of its own; anything else is a fault of ours."""


def problem_of(error: Exception) -> Problem:
    """The problem that an exception means at a door; what nobody expected is `internal.error`."""
    match error:
        case Problem():
            return error
        case CommandRejected():
            problem = Problem(error.code, error.detail)
            problem.case_no = error.case_no if isinstance(error, NoSuchCaseError) else None
            problem.facts = {
                (f"{name}_" if name in RESERVED else name): value for name, value in error.facts.items()
            }
            return problem
        case FieldError():
            return Problem(error.code, error.expected, path=error.place)
        case CodeError():
            scheme, _, cause = error.code.partition(".")
            return Problem("code.invalid", scheme=scheme, cause=cause)
        case CatalogueError():  # a published text: its places and what is expected there name nobody
            return Problem(error.code, error.detail, path=error.path)
        case LedgerError() | AttestError():
            # A cause without a row of its own is told as its class: `vault.damaged` as `vault.invalid`.
            problem = Problem(error.code if error.code in PROBLEM_TEXTS else type(error).code)
            # Parsers name what is wrong in words of their own, which helps a caller; a server fault does not.
            problem.detail = without_values(str(error)) if problem.status < 500 else ""
            return problem
        case _:
            return Problem("internal.error")


_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_LONG_RUN = re.compile(r"[0-9A-Za-z+/=_-]*[0-9][0-9A-Za-z+/=_-]{5,}|[^\x20-\x7e]+")


_POINTER = re.compile(r"(?:/[a-z][a-z_]{0,39}(?:/[0-9]{1,3})?)+")


def without_values(text: str) -> str:
    """A parser's message with quotations, long numbers and non-ASCII cut out: they may be personal data.

    Places of a document stay: names of members and short indexes, each after a name.
    """
    return _LONG_RUN.sub(_unless_place, _QUOTED.sub("…", text))[:200]


def _unless_place(found: re.Match[str]) -> str:
    return found[0] if _POINTER.fullmatch(found[0]) else "…"


@lru_cache(maxsize=256)
def language_of(accept_language: str | None) -> Language:
    """The language by Accept-Language (RFC 9110 section 12.5.4); zh where nothing else is preferred."""
    weights: dict[str, float] = {}
    for item in (accept_language or "")[:200].split(","):
        tag, _, parameter = item.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter.strip())
        if primary in {"zh", "en"}:
            weights[primary] = max(weights.get(primary, 0.0), weight)
    if weights.get("zh") == 0.0 and "en" not in weights:
        return "en"  # Chinese is refused by name
    return "en" if weights.get("en", 0.0) > weights.get("zh", 0.0) else "zh"


def _weight(parameter: str) -> float:
    """The q value of one range, 1 without one, 0 if malformed."""
    if not parameter:
        return 1.0
    found = re.fullmatch(r"q=([01](?:\.[0-9]{0,3})?)", parameter.replace(" ", ""))
    return float(found[1]) if found else 0.0


def render(problem: Problem, request_id: str, language: Language) -> bytes:
    """The problem document; members in a fixed order, facts last."""
    text = text_of(problem.code)
    document: dict[str, Any] = {
        "type": f"urn:once-ledger:problem:{problem.code}",
        "title": text.zh if language == "zh" else text.en,
        "status": problem.status,
    }
    if problem.detail:
        document["detail"] = problem.detail
    document["instance"] = f"urn:once-ledger:request:{request_id}"
    document["code"] = problem.code
    document["next"] = text.next_zh if language == "zh" else text.next_en
    document.update(problem.facts)
    return orjson.dumps(document, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    """Facts may hold bytes (shown as hex) and sets; any other type is named, not shown."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return type(value).__name__


def problem_headers(problem: Problem, language: Language) -> list[Header]:
    """The response headers that belong to a problem: type, language, retry time, its own."""
    headers: list[Header] = [
        (b"content-type", MEDIA_TYPE),
        (b"content-language", language.encode("ascii")),
        (b"vary", b"accept-language"),
        *problem.headers,
    ]
    if problem.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="once-ledger"'))
    seconds = seconds_of(problem)
    if seconds is not None and not any(name == b"retry-after" for name, _ in problem.headers):
        headers.append((b"retry-after", str(seconds).encode("ascii")))
    return headers


def seconds_of(problem: Problem) -> int | None:
    """Seconds of Retry-After: its own, until the fact `retry_at`, else what is usual for the code."""
    own = next((value for name, value in problem.headers if name == b"retry-after"), None)
    if own is not None:
        return int(own)
    at = problem.facts.get("retry_at")
    return max(1, at - int(time.time())) if isinstance(at, int) else RETRY_AFTER.get(problem.code)
