# SPDX-License-Identifier: Apache-2.0
"""What the document says of the FastAPI half: log tiles, checkpoint, health, metrics."""

from __future__ import annotations

from typing import Any, Final

from api.schemas.words import Schema, items, or_null, record, ref, whole

_TEXT: Final = "text/plain; charset=utf-8"
_OCTETS: Final = "application/octet-stream"
_METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"
_BINARY: Final[Schema] = {"type": "string", "contentMediaType": _OCTETS}
_NOTE: Final = (
    "ledger.example/once\n43\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n\n— ledger.example/once 4tBq…\n"
)
_AGE: Final = or_null({"type": "number", "minimum": 0})
_HEALTH: Final = record(
    {
        "ready": {"type": "boolean"},
        "reasons": items({"type": "string"}),
        "size": whole(about="entries committed"),
        "published": whole(about="entries below the latest published checkpoint"),
        "anchoring": record(
            {"anchored": or_null(whole()), "lag": or_null(whole()), "age": _AGE},
            about="how far the chain is behind, in entries and seconds; reported, never a failure",
        ),
    },
    about="Ready means: writes are taken, the database answers.",
)
COMPONENTS: Final[dict[str, Schema]] = {"Health": _HEALTH}
_READY: Final = {
    "ready": True,
    "reasons": [],
    "size": 43,
    "published": 43,
    "anchoring": {"anchored": 40, "lag": 3, "age": 0.8},
}
_HALTED: Final = {**_READY, "ready": False, "reasons": ["log.read_only: fork"]}
_PATH: Final = {
    "name": "path",
    "in": "path",
    "required": True,
    "description": "C2SP tlog-tiles, such as 0/000 or 0/x001/234.p/17",
    "schema": {"type": "string", "pattern": "^[0-9x/.p]+$"},
    "example": "0/000.p/1",
}


def _content(media: str, schema: Schema, example: object = None) -> dict[str, Any]:
    made: dict[str, Any] = {"schema": schema}
    if example is not None:
        made["example"] = example
    return {media: made}


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": _content("application/problem+json", ref("Problem"))}


_OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    "/log/checkpoint": {
        "operationId": "get_checkpoint",
        "tags": ["log"],
        "responses": {
            "200": {
                "description": "a signed note (C2SP tlog-checkpoint)",
                "content": _content(_TEXT, {"type": "string"}, _NOTE),
            },
            "503": _problem("`log.no_checkpoint` nothing was published yet"),
        },
    },
    "/log/tile/entries/{path}": {
        "operationId": "get_entry_bundle",
        "tags": ["log"],
        "parameters": [{**_PATH, "example": "000.p/1"}],
        "security": [{"apiKey": []}],
        "x-scopes": ["auditor"],
        "responses": {
            "200": {
                "description": "up to 256 entries, each with its length in two bytes before it",
                "content": _content(_OCTETS, _BINARY),
            },
            "401": _problem("`auth.missing`, `auth.invalid`, `auth.expired`"),
            "403": _problem("`auth.forbidden` bundles are for auditors"),
            "404": _problem("`not_found` no such tile below the published checkpoint"),
        },
    },
    "/log/tile/{path}": {
        "operationId": "get_hash_tile",
        "tags": ["log"],
        "parameters": [_PATH],
        "responses": {
            "200": {
                "description": "up to 256 hashes of 32 bytes; immutable",
                "content": _content(_OCTETS, _BINARY),
            },
            "404": _problem("`not_found` no such tile below the published checkpoint"),
        },
    },
    "/health/live": {
        "operationId": "get_live",
        "tags": ["health"],
        "responses": {
            "200": {
                "description": "the process answers",
                "content": _content("application/json", record({"live": {"const": True}}), {"live": True}),
            }
        },
    },
    "/health/ready": {
        "operationId": "get_ready",
        "tags": ["health"],
        "responses": {
            "200": {
                "description": "writes are taken",
                "content": _content("application/json", ref("Health"), _READY),
            },
            "503": {
                "description": "not ready, with reasons",
                "content": _content("application/json", ref("Health"), _HALTED),
            },
        },
    },
    "/metrics": {
        "operationId": "get_metrics",
        "tags": ["health"],
        "responses": {
            "200": {
                "description": "Prometheus text format",
                "content": _content(_METRICS, {"type": "string"}, "# HELP once_log_size Entries.\n"),
            }
        },
    },
}


def complete(paths: dict[str, Any]) -> None:
    """Say of FastAPI's operations what FastAPI cannot know; in place."""
    for path, more in _OPERATIONS.items():
        operation = paths.get(path, {}).get("get")
        if operation is not None:
            operation.update({"security": [], **more})
