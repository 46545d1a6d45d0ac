# SPDX-License-Identifier: Apache-2.0
"""The application in process over a real log: one kind of answer at every door."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from api.app import App, create_app
from api.requests import request_key
from api.routes.health import Health
from api.thin import RouteTable, ThinRoute
from tests.builders import a_log, a_publisher
from tests.doors import (
    AUDITOR_KEY,
    DOC,
    ENTRIES,
    STORED_DEPARTMENT,
    Parts,
    ask,
    code_of,
    show,
    the_keys,
    the_routes,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path


SECRET_PATH = "990101199001011234"


# Thin routes


def test_an_endpoint_gets_what_was_sent(parts: Parts) -> None:
    """Body, path parameters and department reach the endpoint; the answer is JSON that nobody may store."""
    response = ask(parts, "POST", f"/api/v1/things/{'0a' * 16}:retract", content='{"name":"张三"}'.encode())
    assert response.status_code == 200
    assert response.json() == {"name": "张三", "params": {"id": "0a" * 16}, "department": "D990001"}
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("method", "path", "code", "status"),
    [
        ("GET", "/api/v1/nothing", "not_found", 404),
        ("GET", "/api/v1/things/", "not_found", 404),
        ("POST", "/api/v1/things/xyz:retract", "not_found", 404),
        ("GET", "/api/v1/entries/01", "not_found", 404),
        ("GET", "/api/v1/cases/a%2Fb/trace", "not_found", 404),
        ("GET", "/api/v1/cases/a%00b/trace", "not_found", 404),
        ("GET", "/api/v2/things", "not_found", 404),
        ("GET", "/api/v1/fail/foreign", "not_found", 404),
        ("GET", "/api/v1/things", "method_not_allowed", 405),
        ("BREW", "/api/v1/things", "method_not_allowed", 405),
        ("GET", "/api/v1/fail/rejected", "acceptance.retracted", 409),
        ("GET", "/api/v1/fail/readonly", "log.read_only", 503),
        ("GET", "/api/v1/fail/format", "format.invalid", 400),
        ("GET", "/api/v1/fail/bug", "internal.error", 500),
        ("GET", "/nothing", "not_found", 404),
        ("POST", "/health/live", "method_not_allowed", 405),
        ("GET", "/log/tile/0/../../etc", "not_found", 404),
    ],
)
def test_refusals_are_problems(parts: Parts, method: str, path: str, code: str, status: int) -> None:
    """Whatever is wrong, on either half of the application, the answer is a problem."""
    response = ask(parts, method, path)
    assert (code_of(response), response.status_code) == (code, status)
    assert b"SECRET" not in response.content
    if status == 405:
        assert response.headers["allow"]
    if status == 503:
        assert response.headers["retry-after"] == "30"


def test_absent_and_foreign_are_the_same(parts: Parts) -> None:
    """An object of somebody else and one that does not exist get the same body (T49)."""

    def body(path: str) -> dict[str, Any]:
        document: dict[str, Any] = ask(parts, "GET", path).json()
        document.pop("instance")
        return document

    assert body("/api/v1/fail/foreign") == body("/api/v1/nothing")


def test_head_and_options(parts: Parts) -> None:
    """HEAD is GET without a body, OPTIONS names the methods, and neither opens the door to other origins."""
    head = ask(parts, "HEAD", "/api/v1/cases/1/trace", key=None)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "2")
    options = ask(parts, "OPTIONS", "/api/v1/cases/1/trace", key=None)
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "access-control-allow-origin" not in options.headers
    assert ask(parts, "HEAD", "/health/live", key=None).content == b""
    assert ask(parts, "OPTIONS", "/health/live", key=None).status_code == 204


def test_every_route_needs_its_key(parts: Parts) -> None:
    """A route without a key, with a wrong one, or with one of another scope is 401, 401, 403."""
    for route in the_routes():
        path = route.template.replace("{id}", "0a" * 16).replace("{index}", "1").replace("{how}", "bug")
        if route.public:
            assert ask(parts, route.method, path, key=None).status_code == 200
            continue
        assert code_of(ask(parts, route.method, path, key=None)) == "auth.missing"
        assert code_of(ask(parts, route.method, path, key="once_x")) == "auth.invalid"
        if route.scopes:
            assert code_of(ask(parts, route.method, path, key=AUDITOR_KEY)) == "auth.forbidden"


def test_public_routes_refuse_wrong_keys(parts: Parts) -> None:
    """A wrong key is said to be wrong even where none is needed."""
    assert code_of(ask(parts, "GET", "/api/v1/cases/1/trace", key="once_x")) == "auth.invalid"


@pytest.mark.parametrize(
    ("content", "headers", "code"),
    [
        (b"{", {}, "json.malformed"),
        (b'{"name":"a","name":"b"}', {}, "json.duplicate_key"),
        (b'{"name":"a","other":1}', {}, "field.unknown"),
        (b"{}", {}, "field.missing"),
        (b'{"name":1}', {}, "field.invalid"),
        (b'{"name":"a"}', {"content-type": "text/plain"}, "media.unsupported"),
        (b'{"name":"a"}', {"content-encoding": "gzip"}, "media.unsupported"),
        (b'"' + b"x" * 1000 + b'"', {}, "body.too_large"),
    ],
)
def test_bodies_are_checked(parts: Parts, content: bytes, headers: dict[str, str], code: str) -> None:
    """A body that is not what the route takes is refused with the cause."""
    response = ask(parts, "POST", "/api/v1/things:check", content=content, headers=headers)
    assert code_of(response) == code


def test_unread_bodies_close_the_connection(parts: Parts) -> None:
    """A refusal that did not read the body, or not to its end, closes the connection (T47)."""
    response = ask(parts, "POST", "/api/v1/things:check", key=None, content=b"x" * 100)
    assert (code_of(response), response.headers["connection"]) == ("auth.missing", "close")
    response = ask(parts, "POST", "/api/v1/nothing", content=b"x")
    assert response.headers["connection"] == "close"
    response = ask(parts, "POST", "/api/v1/things:check", content=b"x" * 2000)
    assert (code_of(response), response.headers.get_list("connection")) == ("body.too_large", ["close"])
    assert "connection" not in ask(parts, "POST", "/api/v1/things:check", content=b'{"name":"a"}').headers


def test_chunked_bodies_have_the_same_limit(parts: Parts) -> None:
    """Without Content-Length the bytes are counted while they come."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 100

    headers = {"content-type": "application/json"}
    response = ask(parts, "POST", "/api/v1/things:check", content=chunks(), headers=headers)
    assert code_of(response) == "body.too_large"


def test_writes_need_an_idempotency_key(parts: Parts) -> None:
    """Without the key a write is refused before its body is read; twice or with spaces it is malformed."""
    assert code_of(ask(parts, "POST", "/api/v1/things", content=b"{}")) == "idempotency.missing"
    for bad in ("", " ", "a b", "x" * 129):
        response = ask(parts, "POST", "/api/v1/things", content=b"{}", headers={"idempotency-key": bad})
        assert code_of(response) == "idempotency.malformed"
    response = ask(parts, "POST", "/api/v1/things", content=b"{}", headers={"idempotency-key": "k1"})
    assert (response.status_code, response.headers["location"]) == (201, "/api/v1/things/1")
    expected = request_key(STORED_DEPARTMENT.key_id, "POST", "/api/v1/things", "/api/v1/things", "k1", b"{}")
    assert response.json() == {"key": expected.key.hex()}


def test_request_keys_tell_scope_and_content_apart() -> None:
    """The key depends on principal, route and key; the fingerprint on method, path and body."""
    base = request_key("a", "POST", "/r/{x}", "/r/1", "k", b"body")
    assert (len(base.key), len(base.fingerprint)) == (16, 32)
    assert request_key("b", "POST", "/r/{x}", "/r/1", "k", b"body").key != base.key
    assert request_key("a", "POST", "/r", "/r/1", "k", b"body").key != base.key
    assert request_key("a", "POST", "/r/{x}", "/r/1", "l", b"body").key != base.key
    other_path = request_key("a", "POST", "/r/{x}", "/r/2", "k", b"body")
    assert (other_path.key, other_path.fingerprint != base.fingerprint) == (base.key, True)
    assert request_key("a", "POST", "/r/{x}", "/r/1", "k", b"bodz").fingerprint != base.fingerprint


def test_streams_go_through(parts: Parts) -> None:
    """A streamed body and a streamed answer go through in full."""
    response = ask(parts, "PUT", "/api/v1/streams/a", content=b"x" * 90)
    assert (response.status_code, response.content) == (200, b"x" * 90)


def test_language_is_negotiated(parts: Parts) -> None:
    """Problems and endpoints see the caller's language; Chinese is the default."""
    assert ask(parts, "GET", "/api/v1/cases/1/trace", headers={"accept-language": "zh-CN"}).text == "zh"
    response = ask(parts, "GET", "/nothing", headers={"accept-language": "fr"})
    assert (response.json()["title"], response.headers["content-language"]) == ("未找到", "zh")


# Log lines and counters


def test_log_lines_hold_templates_only(parts: Parts) -> None:
    """A line has the route's template, status, time and department, never the path, query or message."""
    ask(parts, "GET", f"/api/v1/cases/{SECRET_PATH}/trace?q={SECRET_PATH}")
    ask(parts, "GET", "/api/v1/fail/bug")
    ask(parts, "GET", f"/{SECRET_PATH}")
    text = parts.lines.getvalue()
    assert SECRET_PATH.encode() not in text
    assert b"SECRETBUG" not in text
    lines = parts.logged()
    assert [line["route"] for line in lines if line["event"] == "request"] == [
        "/api/v1/cases/{no}/trace",
        "/api/v1/fail/{how}",
        "unmatched",
    ]
    assert (lines[0]["department"], lines[0]["status"], lines[0]["method"]) == ("D990001", 200, "GET")
    failure = next(line for line in lines if line["event"] == "failure")
    assert failure["error"] == "KeyError"
    assert "doors.py" in failure["frames"][-1]


def test_faults_of_the_log_are_written_down(tmp_path: Path) -> None:
    """A missing tile is `log.store` to the caller and a failure line; so is a broken stream."""
    with a_log(tmp_path, entries=ENTRIES) as damaged:
        a_publisher(damaged).publish_once()
        with damaged.store.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM tiles")
        parts = Parts(damaged, the_keys(), Health(ENTRIES, ENTRIES))
        assert code_of(ask(parts, "GET", "/log/tile/0/000", key=None)) == "log.store"
        assert parts.logged()[0]["error"] == "StoreError"
        assert parts.logged()[0]["route"].startswith("/log/tile/")
        with pytest.raises(RuntimeError):
            ask(parts, "GET", "/api/v1/broken")
        assert [line["event"] for line in parts.logged()[-2:]] == ["failure", "request"]
        assert b"SECRETBREAK" not in parts.lines.getvalue()


def test_metrics_count_by_template(parts: Parts) -> None:
    """Requests are counted by method, template and status, with sizes of the log beside them."""
    for _ in range(2):
        ask(parts, "GET", f"/api/v1/cases/{SECRET_PATH}/trace")
    ask(parts, "BREW", "/api/v1/things")
    page = ask(parts, "GET", "/metrics", key=None)
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    counted = 'once_http_requests_total{method="GET",route="/api/v1/cases/{no}/trace",status="200"} 2'
    assert counted in page.text
    assert 'once_http_requests_total{method="OTHER",route="/api/v1/things",status="405"} 1' in page.text
    assert 'once_http_request_seconds_count{route="/api/v1/cases/{no}/trace"} 2' in page.text
    assert f"once_log_size {ENTRIES + 3}" in page.text
    assert "once_anchored_size 200" in page.text
    assert SECRET_PATH not in page.text


# The document


def test_one_document_holds_all_routes(parts: Parts) -> None:
    """The OpenAPI 3.1 document has every thin route with its key, parameters, problems, and FastAPI's own."""
    document = ask(parts, "GET", "/openapi.json", key=None).json()
    assert document["openapi"].startswith("3.1")
    for route in the_routes():
        operation = document["paths"][route.template][route.method.lower()]
        assert operation["security"] == ([] if route.public else [{"apiKey": []}])
        assert (operation["summary"], operation["description"]) == ("Test", "测试")
    assert {"/log/checkpoint", "/health/ready", "/metrics"} <= document["paths"].keys()
    written = document["paths"]["/api/v1/things"]["post"]
    assert [item["name"] for item in written["parameters"]] == ["Accept-Language", "Idempotency-Key"]
    assert "idempotency.missing" in written["responses"]["400"]["description"]
    assert written["requestBody"]["content"]["application/json"]["example"] == {"name": "x"}
    entry = document["paths"]["/api/v1/entries/{index}"]["get"]
    assert entry["parameters"][0]["schema"] == {"type": "integer", "minimum": 0, "maximum": 10**16 - 1}
    identifiers = [
        operation["operationId"] for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(set(identifiers)) == len(identifiers)


# Construction


def test_routes_are_checked_at_start() -> None:
    """Two routes at one address, an unknown form, a path outside the API or a public write is refused."""
    route = ThinRoute("GET", "/api/v1/x", show, DOC)
    with pytest.raises(ValueError, match="twice"):
        RouteTable([route, route])
    with pytest.raises(ValueError, match="outside"):
        ThinRoute("GET", "/x", show, DOC)
    with pytest.raises(ValueError, match="write"):
        ThinRoute("POST", "/api/v1/x", show, DOC, write=True, public=True)
    with pytest.raises(KeyError):
        RouteTable([ThinRoute("GET", "/api/v1/{x:nothing}", show, DOC)])


def lifespan_messages(app: App) -> list[str]:
    """What the application says when it is started and stopped."""
    said: list[str] = []
    asked = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, Any]:
        return next(asked)

    async def send(message: Any) -> None:
        said.append(message["type"])

    asyncio.run(app({"type": "lifespan"}, receive, send))
    return said


def test_parts_live_as_long_as_the_server(parts: Parts) -> None:
    """The lifespan is entered at start-up and left at shutdown; a failing start is said and raised."""
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        seen.append("in")
        yield
        seen.append("out")

    assert lifespan_messages(create_app(parts, lifespan)) == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert seen == ["in", "out"]
    broken: Callable[[], Any] = asynccontextmanager(broken_lifespan)
    with pytest.raises(OSError, match="disk"):
        lifespan_messages(create_app(parts, broken))


async def broken_lifespan() -> AsyncIterator[None]:
    """A start-up that fails."""
    await asyncio.to_thread(io.FileIO, "/nothing/disk")
    yield
