# SPDX-License-Identifier: Apache-2.0
"""The demo ledger as its users see it: HTTP with a department's key, and no other way in."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from ledger.canonical import dump

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.demo.samples import Sample

_SECONDS: Final = 60.0


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
    """A client of one ledger that holds every API key of the demo and sends one at a time."""

    def __init__(self, url: str, api_keys: Mapping[str, str]) -> None:
        self._keys = dict(api_keys)
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

    def get(self, who: str, path: str, **query: str) -> Answer:
        """GET as `who` (empty: nobody)."""
        return Answer(self._client.get(path, params=query or None, headers=self._headers(who)))

    def post(self, who: str, path: str, value: Any) -> Answer:
        """POST a document, in canonical JSON, under `/api/v1`."""
        return self.post_bytes(who, path, dump(value, max_depth=32))

    def post_bytes(self, who: str, path: str, content: bytes, key: str | None = None) -> Answer:
        """POST bytes that are JSON already, under `/api/v1`."""
        headers = {**self._headers(who, key), "Content-Type": "application/json"}
        return Answer(self._client.post(f"/api/v1/{path}", content=content, headers=headers))

    def put(self, who: str, sample: Sample) -> Answer:
        """Upload a sample file."""
        headers = {**self._headers(who), "Content-Type": sample.media}
        path = f"/api/v1/documents/{sample.sha256}"
        return Answer(self._client.put(path, content=sample.content, headers=headers))
