# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI 3.1 document: what FastAPI knows of its routes, and one operation for every thin route.

Summaries are English, descriptions Chinese; examples are the ones the routes give. Problem answers are
listed with their codes, so that a client can be written from the document alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from api.problem_texts import PROBLEM_TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.thin import ThinRoute

_PARAMETER: Final = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z0-9]+))?\}")
_FORM_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 128},
    "int": {"type": "integer", "minimum": 0},
    "hex32": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "hex64": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_BODY_CODES: Final = ("body.too_large", "body.incomplete", "body.timeout")
_JSON_CODES: Final = (
    "json.malformed",
    "json.duplicate_key",
    "json.outside_profile",
    "json.too_deep",
    "media.unsupported",
    "field.missing",
    "field.unknown",
    "field.invalid",
)
_WRITE_CODES: Final = (
    "idempotency.missing",
    "idempotency.malformed",
    "idempotency.conflict",
    "log.read_only",
    "log.writer_failed",
)
PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem by RFC 9457; title and next step follow Accept-Language (zh, en).",
    "required": ["type", "title", "status", "instance", "code", "next"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri", "description": "names the request id"},
        "code": {"type": "string", "description": "stable; branch on this"},
        "next": {"type": "string", "description": "what to do"},
    },
    "additionalProperties": True,
}


def complete_document(document: dict[str, Any], routes: Iterable[ThinRoute]) -> dict[str, Any]:
    """Add the thin routes to FastAPI's document, in place, and give it back."""
    paths: dict[str, Any] = document.setdefault("paths", {})
    for route in routes:
        paths.setdefault(route.template, {})[route.method.lower()] = operation_of(route)
    components: dict[str, Any] = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components.setdefault("securitySchemes", {})["apiKey"] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "once_<id>_<secret>",
    }
    return document


def operation_of(route: ThinRoute) -> dict[str, Any]:
    """The operation object of one route."""
    doc = route.doc
    operation: dict[str, Any] = {
        "operationId": re.sub(r"[^a-z0-9]+", "_", f"{route.method}{route.template[7:]}".lower()).strip("_"),
        "summary": doc.en,
        "description": doc.zh,
        "tags": [doc.tag],
        "security": [] if route.public else [{"apiKey": []}],
        "responses": {},
    }
    if route.scopes:
        operation["x-scopes"] = sorted(route.scopes)
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if doc.request is not None or doc.schema is not None:
        content: dict[str, Any] = {"schema": doc.schema or schema_of(doc.request)}
        if doc.request is not None:
            content["example"] = doc.request
        operation["requestBody"] = {"required": True, "content": {doc.media: content}}
    responses: dict[str, Any] = operation["responses"]
    for status, (text, example) in sorted(doc.answers.items()):
        responses[str(status)] = {"description": text}
        if example is not None:
            responses[str(status)]["content"] = {
                "application/json": {"schema": schema_of(example), "example": example}
            }
    for status, codes in _by_status(_codes_of(route)).items():
        responses.setdefault(str(status), _problem_answer(status, codes))
    return operation


def schema_of(example: object) -> dict[str, Any]:
    """The JSON Schema that an example shows: types and members, nothing required, nothing forbidden."""
    match example:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case str():
            return {"type": "string"}
        case dict():
            return {
                "type": "object",
                "properties": {name: schema_of(value) for name, value in example.items()},
            }
        case list() | tuple():
            return {"type": "array", "items": schema_of(example[0]) if example else {}}
        case _:
            return {}


def _parameters(route: ThinRoute) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": found[1], "in": "path", "required": True, "schema": _FORM_SCHEMAS[found[2] or "text"]}
        for found in _PARAMETER.finditer(route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in route.doc.query.items()
    ]
    if route.write:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "new for each write, kept when retrying; remembered for 7 days",
                "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
            }
        )
    return parameters


def _codes_of(route: ThinRoute) -> list[str]:
    """The general codes that apply to the route, then its own."""
    codes: list[str] = []
    if not route.public:
        codes += ["auth.missing", "auth.invalid", "auth.expired"]
    if route.scopes:
        codes.append("auth.forbidden")
    if "{" in route.path:
        codes.append("not_found")
    if route.doc.request is not None or route.doc.schema is not None:
        codes += _BODY_CODES
        if route.doc.media == "application/json":
            codes += _JSON_CODES
    if route.write:
        codes += _WRITE_CODES
    return list(dict.fromkeys([*codes, *route.doc.problems]))


def _by_status(codes: Sequence[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(PROBLEM_TEXTS[code].status, []).append(code)
    return dict(sorted(found.items()))


def _problem_answer(status: int, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "description": "; ".join(f"`{code}` {PROBLEM_TEXTS[code].en}" for code in codes),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"value": _problem_example(status, code)} for code in codes},
            }
        },
    }


def _problem_example(status: int, code: str) -> dict[str, Any]:
    text = PROBLEM_TEXTS[code]
    return {
        "type": f"urn:once-ledger:problem:{code}",
        "title": text.en,
        "status": status,
        "instance": "urn:once-ledger:request:5f0c9a1be27d4418-1a",
        "code": code,
        "next": text.next_en,
    }
