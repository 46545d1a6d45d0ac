# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document as a judge: does a request, does an answer say what the document says it may?"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # has no stubs
from referencing import Registry
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    import httpx

_WHERE: Final = "urn:once:openapi"


def _pointer(*steps: str) -> str:
    return "#/" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)


class Contract:
    """Validates by the schemas of one OpenAPI 3.1 document (JSON Schema 2020-12)."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document: Final = document
        resource = DRAFT202012.create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource(_WHERE, resource)
        self._validator = cache(self._make)

    def _make(self, pointer: str) -> Draft202012Validator:
        percent = pointer.replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")
        return Draft202012Validator(
            {"$ref": _WHERE + percent}, registry=self._registry, format_checker=FormatChecker()
        )

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(method, path template, operation), every one."""
        return [
            (method.upper(), path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        ]

    def faults(self, pointer: str, value: object) -> list[str]:
        """What is wrong with a value by the schema at a place of the document."""
        found = self._validator(pointer).iter_errors(value)
        return [f"{error.json_path}: {error.message[:200]}" for error in found]

    def request(self, method: str, path: str, value: object, media: str = "application/json") -> list[str]:
        """What is wrong with a request body."""
        steps = ("paths", path, method.lower(), "requestBody", "content", media, "schema")
        return self.faults(_pointer(*steps), value)

    def answer(self, method: str, path: str, answer: httpx.Response) -> list[str]:
        """What the document does not say of an answer: its status, its media type, its code, its members."""
        operation = self.document["paths"][path][method.lower()]
        status = str(answer.status_code)
        described = operation["responses"].get(status)
        if described is None:
            return [f"{method} {path}: status {status} is not described ({answer.text[:120]})"]
        media = answer.headers.get("content-type", "")
        if "content" not in described:
            return [f"{method} {path}: {status} has a body"] if answer.content else []
        if media not in described["content"]:
            return [f"{method} {path}: {status} as {media!r} is not described"]
        value = json.loads(answer.content) if "json" in media else answer.text
        if media == "application/octet-stream":
            return []
        steps = ("paths", path, method.lower(), "responses", status, "content", media, "schema")
        code = value.get("code") if isinstance(value, dict) else None
        return [
            f"{method} {path} {status} {code or ''} {fault}" for fault in self.faults(_pointer(*steps), value)
        ]
