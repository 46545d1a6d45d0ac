# SPDX-License-Identifier: Apache-2.0
"""Every call as plain values: what is sent, and how its answer is read. Both clients send these (pure)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote

from api.client.events import EventPage, Webhook
from api.client.models import (
    Accepted,
    BatchResult,
    Case,
    CheckAnswer,
    CheckResult,
    Reliance,
    Retraction,
    Uploaded,
)
from ledger.canonical import dump, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from api.client.models import Json

AnswerT = TypeVar("AnswerT")
_MOST: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Call(Generic[AnswerT]):
    """One request; `key` is the Idempotency-Key that all its attempts have."""

    method: str
    path: str
    read: Callable[[bytes], AnswerT]
    content: bytes | None = None
    media: str = "application/json"
    query: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    prepare: str | None = None
    """Path of the `:prepare` beside an act that a department may sign itself."""
    changed: int | None = None
    """What the case's trace said of it (`changed`): refused with 412 where it went on since."""

    def headers(self) -> dict[str, str]:
        """Headers of this call alone."""
        given = {"Content-Type": self.media} if self.content is not None else {}
        if self.changed is not None:
            given["If-Match"] = f'"{self.changed}"'
        return {**given, "Idempotency-Key": self.key} if self.key is not None else given

    def signed(self, content: bytes) -> Call[AnswerT]:
        """The same act with what was prepared and signed."""
        return Call(self.method, self.path, self.read, content, key=self.key, changed=self.changed)


def _json(read: Callable[[Json], AnswerT]) -> Callable[[bytes], AnswerT]:
    def reads(content: bytes) -> AnswerT:
        value: Any = read_json(content, max_bytes=_MOST, max_depth=32)
        return read(value)

    return reads


def _key(key: str | None) -> str:
    return key or secrets.token_hex(16)


def _act(
    path: str,
    value: Mapping[str, Any],
    read: Callable[[Json], AnswerT],
    key: str | None,
    changed: int | None = None,
) -> Call[AnswerT]:
    full, content = f"/api/v1/{path}", dump(dict(value))
    prepare = f"{full}:prepare"
    return Call("POST", full, _json(read), content, key=_key(key), prepare=prepare, changed=changed)


def upload(content: bytes, media: str, key: str | None) -> Call[Uploaded]:
    """PUT documents/{sha256}."""
    path = f"/api/v1/documents/{sha256(content).hexdigest()}"
    return Call("PUT", path, _json(Uploaded.of), content, media, key=_key(key))


def open_case(request: Mapping[str, Any], key: str | None) -> Call[Case]:
    """POST cases."""
    return _act("cases", request, Case.of, key)


def accept(request: Mapping[str, Any], key: str | None, changed: int | None = None) -> Call[Accepted]:
    """POST acceptances."""
    return _act("acceptances", request, Accepted.of, key, changed)


def accept_many(requests: Iterable[Mapping[str, Any]], key: str | None) -> Call[tuple[BatchResult, ...]]:
    """POST acceptances:batch."""

    def read(value: Json) -> tuple[BatchResult, ...]:
        return tuple(BatchResult.of(one) for one in value["results"])

    body = dump({"acceptances": [dict(one) for one in requests]})
    return Call("POST", "/api/v1/acceptances:batch", _json(read), body, key=_key(key))


def retract(
    acceptance: str,
    reason: str,
    text: str | None,
    rectified_by: str | None,
    key: str | None,
    changed: int | None = None,
) -> Call[Retraction]:
    """POST acceptances/{id}:retract."""
    given = {"reason": reason, "text": text, "rectified_by": rectified_by}
    value = {name: said for name, said in given.items() if said is not None}
    return _act(f"acceptances/{quote(acceptance, safe='')}:retract", value, Retraction.of, key, changed)


def check(
    case: str,
    purpose: str,
    requirements: Sequence[str] | None,
    presented: Sequence[Mapping[str, str]],
) -> Call[CheckAnswer]:
    """POST recognitions:check."""
    value: dict[str, Any] = {"case": case, "purpose": purpose}
    if requirements is not None:
        value["requirements"] = list(requirements)
    if presented:
        value["presented"] = [dict(one) for one in presented]
    return Call("POST", "/api/v1/recognitions:check", _json(CheckAnswer.of), dump(value))


def check_many(requests: Iterable[Mapping[str, Any]]) -> Call[tuple[CheckResult, ...]]:
    """POST recognitions:batch."""

    def read(value: Json) -> tuple[CheckResult, ...]:
        return tuple(CheckResult.of(one) for one in value["results"])

    body = dump({"checks": [dict(one) for one in requests]})
    return Call("POST", "/api/v1/recognitions:batch", _json(read), body)


def rely(
    case: str,
    requirement: str,
    acceptance: str,
    policy: str | None,
    key: str | None,
    changed: int | None = None,
) -> Call[Reliance]:
    """POST reliances."""
    value = {"case": case, "requirement": requirement, "acceptance": acceptance}
    if policy is not None:
        value["policy"] = policy
    return _act("reliances", value, Reliance.of, key, changed)


def name_holder(id_type: str, number: str, name: str, key: str | None) -> Call[str]:
    """POST holders; the answer is the holder's id."""
    body = dump({"id_type": id_type, "number": number, "name": name})
    read = _json(lambda value: str(value["holder"]))
    return Call("POST", "/api/v1/holders", read, body, key=_key(key))


def trace(case: str, purpose: str) -> Call[Json]:
    """GET cases/{no}/trace, as it is."""
    return Call("GET", f"/api/v1/cases/{quote(case, safe='')}/trace", _json(dict), query={"purpose": purpose})


def evidence(id_: str, purpose: str) -> Call[bytes]:
    """GET evidence/{id}: the bytes of the file, for `once verify`."""
    return Call("GET", f"/api/v1/evidence/{quote(id_, safe='')}", bytes, query={"purpose": purpose})


def events(after: str | None, limit: int) -> Call[EventPage]:
    """GET events."""
    query = {"limit": str(limit)} if after is None else {"after": after, "limit": str(limit)}
    return Call("GET", "/api/v1/events", _json(EventPage.of), query=query)


def begin_webhook(url: str, types: Sequence[str] | None, key: str | None) -> Call[Webhook]:
    """POST webhooks."""
    value: dict[str, Any] = {"url": url} if types is None else {"url": url, "types": list(types)}
    return Call("POST", "/api/v1/webhooks", _json(Webhook.of), dump(value), key=_key(key))


def prepared(call: Call[Any]) -> Call[bytes]:
    """What to sign for an act, as bytes."""
    if call.prepare is None:
        raise ValueError("only acts are prepared")
    return Call("POST", call.prepare, bytes, call.content)
