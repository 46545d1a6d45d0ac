# SPDX-License-Identifier: Apache-2.0
"""The demo ledger as its users see it: HTTP with a department's key, and no other way in.

What got no answer, because the process that had it died, is asked again under the same Idempotency-Key.
"""

from __future__ import annotations

import json
import random
import secrets
import time
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from api.client.retrying import pause
from ledger.canonical import dump

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.demo.samples import Sample

_SECONDS: Final = 60.0
_ATTEMPTS: Final = 5
_AGAIN: Final = frozenset({"log.busy", "log.writer_failed"})
"""Refusals after which nobody need know whether it was done: the key tells when it is asked again."""


class RefusedError(Exception):
    """An answer that is not the one hoped for; the text holds its status and code."""


class Answer:
    """One answer: its status, its document (None unless JSON), its bytes."""

    def __init__(self, response: httpx.Response) -> None:
        self.status: Final = response.status_code
        self.body: Final = response.content
        is_json = "json" in response.headers.get("content-type", "")
        self.document: Final[Any] = json.loads(self.body) if is_json else None

    @property
    def code(self) -> str:
        """The problem's code, or nothing."""
        return str(self.document.get("code", "")) if isinstance(self.document, dict) else ""

    def __getitem__(self, name: str) -> Any:
        """A member of the document; RefusedError where the answer is another one."""
        if not isinstance(self.document, dict) or name not in self.document:
            raise RefusedError(f"{self.status} {self.code}: no {name}")
        return self.document[name]

    def must(self, status: int) -> Self:
        """The same answer, if it has this status; else RefusedError."""
        if self.status != status:
            raise RefusedError(f"{self.status} {self.code}, not {status}")
        return self


class Doors:
    """A client of one ledger that holds every API key of the demo; several threads may ask through it."""

    def __init__(self, url: str, api_keys: Mapping[str, str]) -> None:
        self._keys = dict(api_keys)
        self.asked_again = 0
        """Requests that were sent once more."""
        self.acknowledged: dict[int, str] = {}
        """Leaf hash (hex) of every entry that an answer said was written for its request, by its index."""
        self._client = httpx.Client(
            base_url=url, timeout=_SECONDS, trust_env=False, headers={"Accept-Language": "en"}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _headers(self, who: str, key: str | None = None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._keys[who]}"} if who else {}
        return {**headers, "Idempotency-Key": key or secrets.token_hex(16)}

    def _ask(self, method: str, path: str, headers: Mapping[str, str], **sent: Any) -> Answer:
        """Ask, and ask again where the answer did not come or says to; the last transport error is raised."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                response = self._client.request(method, path, headers=headers, **sent)
            except httpx.TransportError:
                if attempt == _ATTEMPTS:
                    raise
                retry_after = None
            else:
                answer = Answer(response)
                if attempt == _ATTEMPTS or answer.code not in _AGAIN:
                    break
                retry_after = response.headers.get("retry-after")
            self.asked_again += 1
            time.sleep(pause(attempt, retry_after, random.random()))  # noqa: S311  # spreads load
        if answer.status == 201 and "leaf" in answer.document:
            self.acknowledged[answer["index"]] = answer["leaf"]
        return answer

    def get(self, who: str, path: str, **query: str) -> Answer:
        """GET as `who` (empty: nobody)."""
        return self._ask("GET", path, self._headers(who), params=query or None)

    def post(self, who: str, path: str, value: Any) -> Answer:
        """POST a document, in canonical JSON, under `/api/v1`."""
        return self.post_bytes(who, path, dump(value, max_depth=32))

    def post_bytes(self, who: str, path: str, content: bytes, key: str | None = None) -> Answer:
        """POST bytes that are JSON already, under `/api/v1`."""
        headers = {**self._headers(who, key), "Content-Type": "application/json"}
        return self._ask("POST", f"/api/v1/{path}", headers, content=content)

    def put(self, who: str, sample: Sample) -> Answer:
        """Upload a sample file."""
        headers = {**self._headers(who), "Content-Type": sample.media}
        return self._ask("PUT", f"/api/v1/documents/{sample.sha256}", headers, content=sample.content)
