# SPDX-License-Identifier: Apache-2.0
"""A client of a running ledger for the commands of departments: where it is, by which key, what it answered.

The URL comes from --url, ONCE_URL or `$ONCE_HOME/demo.json`; the API key from --key-file, ONCE_API_KEY or the
same file, which holds one for each department: --as says which.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote, urlsplit

from api.cli import ExitCode
from api.cli.faults import GivenError
from api.cli.words import of_two
from api.settings import default_home, read_secret
from ledger.canonical import dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import httpx

SECONDS: Final = 60.0
MOST_BYTES: Final = 64 << 20
"""Of an answer: some times the largest evidence file."""


class ClientError(Exception):
    """What a department reads on stderr; `exit_code` is what the shell sees."""

    def __init__(self, text: str, exit_code: ExitCode = ExitCode.NOT_VALID) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class ForeignAnswerError(Exception):
    """What answered is no ledger, or none that this program knows; nothing can be told of what was asked."""

    exit_code = ExitCode.CANNOT_TELL
    code = "answer.foreign"
    zh, en = "收到的不是账本的应答。", "This is not the answer of a ledger."
    next_zh = "请核对 --url 或者 ONCE_URL；网址无误时，账本与本程序的版本可能不同。"
    next_en = "Look at --url or ONCE_URL; where it is right, the ledger may be of another version."


@contextmanager
def reading() -> Iterator[None]:
    """Read an answer in the shape that a ledger gives it; ForeignAnswerError where it has another."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise ForeignAnswerError from error


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
    url = _url(url, facts, environ)
    keys: dict[str, str] = facts.get("api_keys", {})
    if key_file is not None:
        key = read_secret(key_file).decode("ascii", "replace").strip()
    elif department is not None:
        key = _key_of(department, keys, environ)
    else:
        key = environ.get("ONCE_API_KEY", "")
    if not key:
        known = f", or --as with one of {', '.join(sorted(keys))}" if keys else ""
        raise ClientError(f"no API key: give --key-file or ONCE_API_KEY{known}", ExitCode.USAGE)
    return Place(url, key, facts.get("holders", {}))


def find_url(url: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """Where to go, for what everybody may read (raises as `find_place`)."""
    return _url(url, _demo_facts(environ), environ)


def _url(url: str | None, facts: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    found: str | None = url or environ.get("ONCE_URL") or facts.get("url")
    if not found:
        raise ClientError(
            "where is the ledger? give --url or ONCE_URL, or set ONCE_HOME to the folder of a running demo",
            ExitCode.USAGE,
        )
    _require_address(found)
    return found.rstrip("/")


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        step = ("请写成 http://主机:端口 或者 https://主机。", "Write http://HOST:PORT or https://HOST.")
        raise GivenError("option.url", (f"这不是账本的网址：{url}", f"not the URL of a ledger: {url}"), step)


def _key_of(department: str, keys: Mapping[str, str], environ: Mapping[str, str]) -> str:
    if department in keys:
        return keys[department]
    home = default_home(environ)
    said = (f"{home} 不认识部门 {department}。", f"{home} knows no department {department}.")
    if not keys:
        step = (
            "--as 只用于演示：把 ONCE_HOME 设为运行中演示的文件夹，或者用 --key-file。",
            "--as is for the demo: set ONCE_HOME to the folder of a running demo, or give --key-file.",
        )
    else:
        known = sorted(keys)
        step = (f"它认识：{'、'.join(known)}。", f"It knows {', '.join(known)}.")
    raise GivenError("option.department", said, step)


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

        self._language = language
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

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The JSON answer of a GET below /api/v1."""
        return self._answer("GET", path, params=query)

    def every(self, path: str, name: str) -> list[Any]:
        """All rows of a list that comes a page at a time; `name` is the member that has them."""
        return [row for page in self.pages(path, name) for row in page[name]]

    def pages(self, path: str, name: str, **query: Any) -> Iterator[dict[str, Any]]:
        """The pages of a list; ForeignAnswerError for one that says it goes on and brings nothing."""
        after = None
        while True:
            page = self.get(path, **query)
            with reading():
                rows, following = [*page[name]], page.get("next")
            yield page
            if following is None:
                return
            if not rows or following == after:
                raise ForeignAnswerError
            query["after"] = after = following

    def post(self, path: str, value: Any) -> dict[str, Any]:
        """The JSON answer of a POST; the same words again are the same request, answered as before."""
        body = dump(value)
        return self._answer("POST", path, content=body, headers=_headers(path, body, "application/json"))

    def put(self, path: str, content: bytes, media: str) -> dict[str, Any]:
        """The JSON answer of an upload."""
        return self._answer("PUT", path, content=content, headers=_headers(path, content, media))

    def _answer(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        import httpx
        import orjson

        try:
            # A bare `a:b` would be a scheme.
            with self._client.stream(method, f"/api/v1/{path}", **more) as response:
                body = _whole(response)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            what = f"no answer from {self._client.base_url.host} ({type(error).__name__})"
            raise ClientError(f"{what}: is `once serve` running?", ExitCode.CANNOT_TELL) from error
        try:
            value = orjson.loads(body)  # bounds its depth itself, whatever this process allows
        except ValueError as error:
            raise ForeignAnswerError from error
        if not isinstance(value, dict):
            raise ForeignAnswerError
        if response.is_success:
            return value
        code = ExitCode.CANNOT_TELL if response.status_code >= 500 else ExitCode.NOT_VALID
        raise ClientError(_refusal(value, response, self._language), code)


def _whole(response: httpx.Response) -> bytes:
    """What was answered; ForeignAnswerError beyond what any answer of a ledger has."""
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise ForeignAnswerError
    return bytes(body)


def _headers(path: str, body: bytes, media: str) -> dict[str, str]:
    key = sha256(path.encode() + b"\0" + body).hexdigest()
    return {"Content-Type": media, "Idempotency-Key": key}


def _refusal(problem: Mapping[str, Any], response: httpx.Response, language: str) -> str:
    parts = [f"{problem.get('code', response.status_code)}: {problem.get('title', 'refused')}"]
    if problem.get("path"):
        parts.append(f"{of_two(('所指字段：', 'field: '), language)}{problem['path']}")
    parts += [str(problem[name]) for name in ("detail", "next") if problem.get(name)]
    return "\n  ".join(parts)


def segment(text: str) -> str:
    """One segment of a path."""
    return quote(text, safe="")
