# SPDX-License-Identifier: Apache-2.0
"""A client of a running ledger for the commands of departments: where it is, by which key, what it answered.

The URL comes from --url, ONCE_URL or `$ONCE_HOME/demo.json`; the API key from --key-file, ONCE_API_KEY or the
same file, which holds one for each department: --as says which.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

from api.cli import ExitCode
from api.settings import default_home, read_secret
from ledger.canonical import dump

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import httpx

SECONDS: Final = 60.0


class ClientError(Exception):
    """What a department reads on stderr; `exit_code` is what the shell sees."""

    def __init__(self, text: str, exit_code: ExitCode = ExitCode.NOT_VALID) -> None:
        super().__init__(text)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Place:
    """A ledger, the API key to use there, and holders by the short names of the demo."""

    url: str
    api_key: str
    holders: Mapping[str, str]


def find_place(
    url: str | None, key_file: Path | None, department: str | None, environ: Mapping[str, str] = os.environ
) -> Place:
    """Where to go and as whom; ClientError says what is missing and how to give it."""
    facts = _demo_facts(environ)
    url = url or environ.get("ONCE_URL") or facts.get("url")
    if not url:
        raise ClientError("where is the ledger? give --url or ONCE_URL", ExitCode.USAGE)
    keys: dict[str, str] = facts.get("api_keys", {})
    if key_file is not None:
        key = read_secret(key_file).decode("ascii", "replace").strip()
    elif department is not None and department in keys:
        key = keys[department]
    else:
        key = environ.get("ONCE_API_KEY", "")
    if not key:
        known = f", or --as with one of {', '.join(sorted(keys))}" if keys else ""
        raise ClientError(f"no API key: give --key-file or ONCE_API_KEY{known}", ExitCode.USAGE)
    return Place(url.rstrip("/"), key, facts.get("holders", {}))


def _demo_facts(environ: Mapping[str, str]) -> dict[str, Any]:
    file = default_home(environ) / "demo.json"
    try:
        facts = json.loads(read_secret(file)) if file.is_file() else {}
    except ValueError as error:
        raise ClientError(f"{file} is not JSON; start `once demo` again", ExitCode.USAGE) from error
    return facts if isinstance(facts, dict) else {}


class Client:
    """Speaks to one ledger as one department; every refusal is a ClientError with code and next step."""

    def __init__(self, place: Place, language: str = "en") -> None:
        import httpx

        self._client = httpx.Client(
            base_url=place.url,
            timeout=SECONDS,
            trust_env=False,
            headers={"Authorization": f"Bearer {place.api_key}", "Accept-Language": language},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The JSON answer of a GET below /api/v1."""
        return self._answer("GET", path, params=query)

    def post(self, path: str, value: Any) -> dict[str, Any]:
        """The JSON answer of a POST; the same words again are the same request, answered as before."""
        body = dump(value)
        return self._answer("POST", path, content=body, headers=_headers(path, body, "application/json"))

    def put(self, path: str, content: bytes, media: str) -> dict[str, Any]:
        """The JSON answer of an upload."""
        return self._answer("PUT", path, content=content, headers=_headers(path, content, media))

    def _answer(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        import httpx

        try:
            response = self._client.request(
                method, f"/api/v1/{path}", **more
            )  # a bare `a:b` would be a scheme
        except (httpx.TransportError, httpx.InvalidURL) as error:
            what = f"no answer from {self._client.base_url.host} ({type(error).__name__})"
            raise ClientError(f"{what}: is `once serve` running?", ExitCode.CANNOT_TELL) from error
        try:
            value = response.json()
        except ValueError as error:
            raise ClientError(f"{response.status_code}, and no JSON: is this a ledger's URL?") from error
        if not isinstance(value, dict):
            raise ClientError(f"{response.status_code}, and no JSON object: is this a ledger's URL?")
        if response.is_success:
            return value
        code = ExitCode.CANNOT_TELL if response.status_code >= 500 else ExitCode.NOT_VALID
        raise ClientError(_refusal(value, response), code)


def _headers(path: str, body: bytes, media: str) -> dict[str, str]:
    key = sha256(path.encode() + b"\0" + body).hexdigest()
    return {"Content-Type": media, "Idempotency-Key": key}


def _refusal(problem: Mapping[str, Any], response: httpx.Response) -> str:
    parts = [f"{problem.get('code', response.status_code)}: {problem.get('title', 'refused')}"]
    parts += [str(problem[name]) for name in ("detail", "next") if problem.get(name)]
    return "\n  ".join(parts)


def segment(text: str) -> str:
    """One segment of a path."""
    return quote(text, safe="")
