# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI 3.1 document: what FastAPI knows of its routes, and one operation for every thin route.

Summaries are English, descriptions Chinese; schemas stand in `api/schemas`, examples are sent by a test.
Problem answers are listed with their codes, so that a client can be written from the document alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from api.problem_texts import PROBLEM_TEXTS
from api.schemas import (
    catalogue,
    data_checks,
    events,
    examples,
    expiries,
    log,
    lookup_alarms,
    materials,
    pages,
    reasks,
    recalls,
    registry,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.thin import ThinRoute

_PARAMETER: Final = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z0-9]+))?\}")
_FORM_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 128},
    "int": {"type": "integer", "minimum": 0, "maximum": 10**16 - 1},
    "hex32": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "hex64": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_PATH_EXAMPLES: Final[dict[str, object]] = {
    "id": examples.ACCEPTANCE,
    "index": 42,
    "no": examples.CASE,
    "sha256": examples.FILE_HASH,
    "subject": "item",
    "code": "SC-002",
    "bundle": "restaurant",
    "version": 1,
}
_BODY_CODES: Final = ("body.too_large", "body.incomplete", "body.length_invalid", "body.timeout")
_JSON_CODES: Final = (
    "json.malformed",
    "json.duplicate_key",
    "json.outside_profile",
    "json.too_deep",
    "media.unsupported",
    "field.missing",
    "field.unknown",
    "field.invalid",
    "format.invalid",
    "statement.invalid",
)
_SIGNED_CODES: Final = (
    "json.not_canonical",
    "statement.mismatch",
    "statement.stale",
    "issuer.mismatch",
    "signature.invalid",
    "signature.foreign_key",
    "signature.retired_key",
    "format.unknown_version",
    "key.not_custodial",
)
_WRITE_CODES: Final = (
    "idempotency.missing",
    "idempotency.malformed",
    "idempotency.conflict",
    "log.read_only",
    "log.writer_failed",
    "log.busy",
)
_QUOTA_CODES: Final = (
    "quota.user_hour",
    "quota.user_day",
    "quota.department_hour",
    "quota.department_day",
)
_FACTS: Final[dict[str, str]] = {
    "most": "how many the quota admits",
    "retry_at": "when the quota's hour or day is over, Unix seconds",
    "path": "JSON pointer of the member that is wrong",
    "limit": "the most bytes taken",
    "allowed": "what is taken here",
    "question": "the situation question that is concerned",
    "questions": "the situation questions of the guide",
    "options": "the options of that question",
    "index": "the entry that records the refusal",
    "drops": "fields in use that the standard has no more",
    "unfit": "guides and bundles that would not fit any more",
    "near": "codes that may have been meant",
    "waiting": "how many events wait to be sent again",
}
PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem by RFC 9457; title and next step follow Accept-Language (zh, en)."
    " Further members are facts about this occurrence; a sent value is never repeated.",
    "required": ["type", "title", "status", "instance", "code", "next"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri", "description": "names the request id"},
        "code": {
            "type": "string",
            "pattern": "^[a-z_]+(?:\\.[a-z_]+)?$",
            "description": "stable; branch on this",
        },
        "next": {"type": "string", "description": "what to do"},
        **{name: {"description": text} for name, text in _FACTS.items()},
    },
    "additionalProperties": True,
}
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": {
        "description": "names this request in the service's log",
        "schema": {"type": "string"},
    },
    "Location": {"description": "the entry of what was made", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "seconds after which to send the same request again",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Allow": {"description": "the methods there are", "schema": {"type": "string"}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
    "Content-Language": {"description": "of title and next step", "schema": {"enum": ["zh", "en"]}},
    "ETag": {"description": "RFC 9110: changes with the case", "schema": {"type": "string"}},
    "Link": {"description": 'RFC 8288: `rel="next"` where there is more', "schema": {"type": "string"}},
}


IN_CASE: Final = frozenset(
    f"/api/v1/{path}"
    for path in (
        *("parties", "acceptances", "acceptances/{id}:retract", "reliances", "requests", "claims"),
        *("mandates", "mandates/{id}:end", "consents", "consents/{id}:withdraw"),
        "data-check-requests/{id}:answer",
    )
)
"""Acts in a case, on which `If-Match` holds."""


def complete_document(document: dict[str, Any], routes: Iterable[ThinRoute]) -> dict[str, Any]:
    """Add the thin routes to FastAPI's document, in place, and give it back."""
    paths: dict[str, Any] = document.setdefault("paths", {})
    pages.complete(paths)
    for route in routes:
        paths.setdefault(route.template, {})[route.method.lower()] = operation_of(route)
    document.setdefault("servers", [{"url": "/"}])
    components: dict[str, Any] = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    more = (data_checks, reasks, lookup_alarms, recalls, expiries, events, pages)
    for source in (log, catalogue, registry, materials, *more):
        schemas.update(source.COMPONENTS)
    schemas["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["headers"] = _HEADERS
    components.setdefault("securitySchemes", {})["apiKey"] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "once_<id>_<secret>",
    }
    document["tags"] = [{"name": name} for name in _tags(paths)]
    return document


def _tags(paths: dict[str, Any]) -> list[str]:
    found = [tag for path in paths.values() for operation in path.values() for tag in operation["tags"]]
    return list(dict.fromkeys(found))


def operation_of(route: ThinRoute) -> dict[str, Any]:
    """The operation object of one route."""
    doc = route.doc
    operation: dict[str, Any] = {
        "operationId": re.sub(r"[^a-z0-9]+", "_", f"{route.method}{route.template[7:]}".lower()).strip("_"),
        "summary": doc.en,
        "description": f"{doc.zh}\n\n{doc.notes}" if doc.notes else doc.zh,
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
        medias = (doc.media,) if isinstance(doc.media, str) else doc.media
        operation["requestBody"] = {
            "required": True,
            "content": {
                media: content if media == medias[0] else {"schema": content["schema"]} for media in medias
            },
        }
    responses: dict[str, Any] = operation["responses"]
    for status, (text, example) in sorted(doc.answers.items()):
        responses[str(status)] = _answer(route, status, text, example)
    for status, codes in _by_status(codes_of(route)).items():
        responses.setdefault(str(status), _problem_answer(status, codes))
    return operation


def _answer(route: ThinRoute, status: int, text: str, example: object) -> dict[str, Any]:
    names = ["X-Request-Id"]
    if route.write and status == 201 and route.method == "POST":
        names.append("Location")
    if "Link" in route.doc.notes:
        names.append("Link")
    if "`ETag`" in route.doc.notes:
        names.append("ETag")
    answer: dict[str, Any] = {
        "description": text,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    if example is not None or status in route.doc.shapes:
        content: dict[str, Any] = {"schema": route.doc.shapes.get(status) or schema_of(example)}
        if example is not None:
            content["example"] = example
        answer["content"] = {route.doc.answer_media: content}
    return answer


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
    parameters: list[dict[str, Any]] = []
    for found in _PARAMETER.finditer(route.path):
        one: dict[str, Any] = {"name": found[1], "in": "path", "required": True}
        one["schema"] = _FORM_SCHEMAS[found[2] or "text"]
        form = found[2] or "text"
        shown = _PATH_EXAMPLES.get(found[1])
        if shown is not None and (form == "int") == isinstance(shown, int):
            one["example"] = shown
        parameters.append(one)
    for name, said in route.doc.query.items():
        more: dict[str, Any] = {"description": said} if isinstance(said, str) else dict(said)
        parameters.append(
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, **more}
        )
    parameters.append(
        {
            "name": "Accept-Language",
            "in": "header",
            "required": False,
            "description": "zh (default) or en: the language of texts for people",
            "schema": {"type": "string"},
            "example": "en",
        }
    )
    if route.write:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "new for each write, kept when retrying; remembered for 7 days",
                "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
                "example": "7c6d0a1e-58f4-4e6a-9a37-3a0f3f0f0001",
            }
        )
    if route.template in IN_CASE:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "description": "the `ETag` of the case as you read it (`cases/{no}/trace`); `*` for any",
                "schema": {"type": "string"},
                "example": "*",
            }
        )
    return parameters


def codes_of(route: ThinRoute) -> list[str]:
    """Every problem code that the operation may answer: the general ones that apply, then its own."""
    doc = route.doc
    codes: list[str] = ["auth.invalid", "auth.expired"]
    if route.template in IN_CASE:
        codes.append("precondition.failed")
    if not route.public:
        codes.append("auth.missing")
    if route.scopes:
        codes.append("auth.forbidden")
    if "{" in route.path:
        codes.append("not_found")
    if route.method == "GET":
        codes.append("query.invalid")
    if doc.request is not None or doc.schema is not None:
        codes += _BODY_CODES
        if doc.media == "application/json":
            codes += _JSON_CODES
    if "lookup.purpose_missing" in doc.problems:
        codes += _QUOTA_CODES
    if "SignedAct" in str(doc.schema):
        codes += _SIGNED_CODES
    if route.write:
        codes += _WRITE_CODES
    return list(
        dict.fromkeys([*codes, *doc.problems, "method_not_allowed", "quota.exceeded", "internal.error"])
    )


def _by_status(codes: Sequence[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(PROBLEM_TEXTS[code].status, []).append(code)
    return dict(sorted(found.items()))


def _problem_answer(status: int, codes: Sequence[str]) -> dict[str, Any]:
    names = ["X-Request-Id", "Content-Language"]
    names += {401: ["WWW-Authenticate"], 405: ["Allow"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(
        status, []
    )
    return {
        "description": "; ".join(f"`{code}` {PROBLEM_TEXTS[code].en}" for code in codes),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            "application/problem+json": {
                "schema": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Problem"},
                        {"properties": {"status": {"const": status}, "code": {"enum": list(codes)}}},
                    ]
                },
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
